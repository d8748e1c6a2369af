// What this machine cannot do, or has not been seen to do. Said plainly: a limit nobody knows of is a promise broken.
import type { DoctorFacts } from './facts.ts'
import { count, fine, judged, note, warning, type Finding } from './finding.ts'

export function platformRules(facts: DoctorFacts): readonly Finding[] {
  const found = [...systemRule(facts), ...insideRules(facts), ...userRule(facts)]
  return found.some(({ id }) => id === 'platform') ? found : [fine('platform', 'Everything purser does works on this system'), ...found]
}

function systemRule({ platform, processes }: DoctorFacts): readonly Finding[] {
  switch (platform.system) {
    case 'linux': return processes.shortfall === '' ? [] : [warning('platform', { title: 'Not every process can be seen', detail: `${processes.shortfall}.`, remedy: 'See what is found: `purser ps`' })]
    case 'darwin': return processes.childVerified === true ? [] : [warning('platform', {
      title: 'Stopping has not been proven on this Mac', detail: 'purser has not been run on macOS by its authors. Until doctor has started and stopped a child of its own here, signals stay in dry run; hooks deny as everywhere.',
      remedy: 'Let the daemon verify it: `purser up --detach`, then `purser doctor`; see whom it would stop: `purser ps`',
    })]
    case 'win32': return [warning('platform', {
      title: 'On Windows purser reads and reports', detail: 'It lists and signals no process: budgets that terminate only deny, through hooks, where the client runs them.',
      remedy: 'To be able to stop sessions, run agents and purser inside WSL 2: `wsl --install`',
    })]
    case 'other': return [warning('platform', { title: 'purser does not know this system', detail: `${processes.shortfall === '' ? 'Its processes are neither listed nor signalled' : processes.shortfall}.`, remedy: 'See what works: `purser status`, `purser ps`' })]
  }
}

function insideRules({ platform, config }: DoctorFacts): readonly Finding[] {
  const { wsl, container, pidNamespace } = platform
  const inside = container === '' ? 'a pid namespace of its own' : `a container (${container})`
  return [
    ...(wsl === 1 ? [warning('platform.wsl', { title: 'This is WSL 1', detail: 'It has no real inotify and no pid namespaces: logs are found by looking, and agents on the Windows side are neither seen nor stopped.', remedy: 'Change it in PowerShell: `wsl --set-version DISTRIBUTION 2`' })] : []),
    ...(wsl === 2 ? [note('platform.wsl', { title: 'This is WSL 2', detail: 'Agents on the Windows side are neither seen nor stopped, and logs below /mnt change without notice: they are found by looking.', remedy: 'To count them as well, add their folder to `roots`: `purser config edit`' })] : []),
    ...(pidNamespace === 'own' ? [(config.terminating.length > 0 ? warning : note)('platform.namespace', {
      title: `purser runs in ${inside}`, detail: 'Agents outside are read if their logs are here, but never signalled.', remedy: 'To stop sessions, run purser where they run; see what it can reach: `purser ps`',
    })] : []),
    ...(pidNamespace !== 'own' && container !== '' ? [note('platform.container', { title: `purser runs in ${inside}`, detail: 'It shares the machine\'s processes, yet only those of this user are ever targets.', remedy: 'See what it can reach: `purser ps`' })] : []),
  ]
}

const userRule = ({ processes }: DoctorFacts): readonly Finding[] => (processes.othersAgents === null || processes.othersAgents === 0 ? [] : [note('platform.users', {
  title: `${count(processes.othersAgents, 'agent')} of other users ${processes.othersAgents === 1 ? 'runs' : 'run'} on this machine`, detail: 'purser counts and stops only yours; a signal never crosses a user.', remedy: 'Each user starts their own: `purser up --detach`',
})])

export function watchRules(facts: DoctorFacts): readonly Finding[] {
  return judged('watch', 'file watching', facts.watching, ({ folders, degraded }) => {
    const raise = 'Raise the limit: `sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=1024`, then `purser down` and `purser up --detach`'
    const linux = facts.platform.system === 'linux'
    if (degraded !== '') return [warning('watch', { title: 'Logs are found by looking, not by being told', detail: `${degraded}. Everything is still read, at the next sweep instead of at once.`, remedy: /EACCES|EPERM/.test(degraded) ? 'Make the logs yours to read, then restart: `purser down`, `purser up --detach`' : linux ? raise : 'Look more often: `purser config edit`, key `sweep`' })]
    const { inotify } = facts
    if (!linux || 'unknown' in inotify || folders < inotify.watchesMax * NEARLY) return [fine('watch', `${count(folders, 'folder')} watched`)]
    return [warning('watch', { title: 'File watching is close to its limit', detail: `${count(folders, 'folder')} of ${count(inotify.watchesMax, 'watch', 'watches')} this user may have, all programs together.`, remedy: raise })]
  })
}

// Editors and build tools of the same user draw on the same limit.
const NEARLY = 0.8
