// Versions, the daemon, its socket, the configuration: is what runs what should run?
import type { DoctorFacts } from './facts.ts'
import { atLeastVersion, fine, judged, note, problem, shellWord, some, warning, type Finding } from './finding.ts'

// The oldest with everything purser uses (package.json "engines").
const NODE_MIN = [20, 19]
// The WAL-reset bug: versions before it can corrupt a database that several processes write.
const SQLITE_MIN = [3, 51, 3]

export const RESTART = '`purser down`, then `purser up --detach`'

export const nodeRule = ({ nodeVersion }: DoctorFacts): readonly Finding[] => (atLeastVersion(nodeVersion, NODE_MIN)
  ? [fine('node', `Node ${nodeVersion}`)]
  : [problem('node', { title: `Node ${nodeVersion} is too old`, detail: `purser needs ${NODE_MIN.join('.')} or newer.`, remedy: 'Install Node 22, 24 or 26 and check with `node --version`' })])

export const sqliteRule = ({ sqlite }: DoctorFacts): readonly Finding[] => judged('sqlite', 'the SQLite library', sqlite, ({ driver, version }) => (atLeastVersion(version, SQLITE_MIN)
  ? [fine('sqlite', `SQLite ${version} (${driver})`)]
  : [problem('sqlite', {
      title: `SQLite ${version} of ${driver} can damage the database`, detail: `Before ${SQLITE_MIN.join('.')} two processes that write at once can corrupt it.`,
      remedy: 'Use Node 22.23, 24.21, 26 or newer, or type `npm install @photostructure/sqlite@1.2.1`',
    })]))

export function daemonRule({ versions, config }: DoctorFacts): readonly Finding[] {
  if (versions.daemon === null) {
    const wrong = { title: 'The daemon is not running', detail: 'Logs are not followed and nothing new is enforced; locks that exist still deny.', remedy: 'Type `purser up --detach`' }
    return [config.stopping.length > 0 ? warning('daemon', { ...wrong, detail: `${wrong.detail} Budgets that wait for it: ${some(config.stopping)}.` }) : note('daemon', wrong)]
  }
  if (versions.daemon !== versions.installed) {
    return [warning('daemon', { title: `The daemon runs version ${versions.daemon}, installed is ${versions.installed}`, detail: 'What you type and what enforces are not the same program.', remedy: `Restart it: ${RESTART}` })]
  }
  return [fine('daemon', `The daemon runs version ${versions.daemon}`)]
}

export function socketRule({ socket, versions }: DoctorFacts): readonly Finding[] {
  const running = versions.daemon !== null
  const folder = shellWord(socket.path.slice(0, socket.path.lastIndexOf('/')) || '/')
  switch (socket.state) {
    case 'answers': return [fine('socket', 'The socket answers', socket.path)]
    case 'missing': return running
      ? [problem('socket', { title: 'The socket is gone', detail: `${socket.path} was removed while the daemon runs; hooks cannot reach it.`, remedy: `Restart the daemon: ${RESTART}` })]
      : [fine('socket', 'No socket while no daemon runs', socket.path)]
    case 'refuses': return running
      ? [problem('socket', { title: 'Nobody listens on the socket', detail: `${socket.path} exists, but the daemon does not answer there.`, remedy: `Restart the daemon: ${RESTART}` })]
      : [note('socket', { title: 'A socket was left behind', detail: `${socket.path} belongs to a daemon that ended without tidying up.`, remedy: 'The next start removes it: `purser up --detach`' })]
    case 'not_permitted': return [problem('socket', { title: 'The socket may not be opened', detail: `${socket.path} belongs to another user or is closed to you.`, remedy: `Look at it: \`ls -la ${folder}\`, or use another folder: \`export PURSER_RUNTIME=DIR\`` })]
    case 'silent': return [problem('socket', { title: 'The daemon does not answer', detail: `${socket.path} accepts no connection in time.`, remedy: `See what it does: \`purser events\`; restart it: ${RESTART}` })]
  }
}

export const configRule = ({ config, versions }: DoctorFacts): readonly Finding[] => (config.problem === ''
  ? [fine('config', 'The configuration is good', config.file)]
  : [warning('config', { title: 'The configuration has an error', detail: `${config.problem}${/[.!?]$/.test(config.problem) ? '' : '.'} ${versions.daemon === null ? 'No daemon starts with it.' : 'The last good one is still in force.'}`, remedy: 'See every line: `purser config check`; change it: `purser config edit`' })])

export function armedRule({ config }: DoctorFacts): readonly Finding[] {
  if (config.observing) return [note('armed', { title: 'purser only observes', detail: 'It was started with --observe: nothing is locked, denied or stopped.', remedy: `To enforce, restart it: ${RESTART}` })]
  if (config.terminating.length === 0) return [fine('armed', 'No budget asks for signals')]
  if (config.armed) return [fine('armed', 'Signals are armed')]
  return [warning('armed', { title: 'Signals are in dry run', detail: `${some(config.terminating)} should terminate sessions; until you arm purser it only writes down whom it would stop.`, remedy: 'See whom: `purser ps`; make it real: `purser arm`' })]
}
