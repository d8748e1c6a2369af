// Are the hooks in, whole, and heard? A hook that does not run fails open in every client, so silence is a finding.
import { durationText, MINUTE_MS, type Instant } from '../time.ts'
import type { DoctorFacts, HookFacts } from './facts.ts'
import { count, fine, judged, note, problem, some, warning, type Finding } from './finding.ts'

// A client reports its start before its first line of log; clocks of both are the same machine's.
const HEARD_TOLERANCE_MS = 2 * MINUTE_MS
const INSTALL = 'Type `purser hooks install`'

export const hookRules = (facts: DoctorFacts): readonly Finding[] => judged('hooks', 'the hooks', facts.hooks, hooks => {
  const files = hooks.files.flatMap(fileRules)
  const main = presence(hooks, facts)
  const silent = main.level === 'ok' ? silence(hooks, facts) : null
  return [silent ?? main, ...files]
})

function presence(hooks: HookFacts, { config }: DoctorFacts): Finding {
  const files = hooks.files.filter(({ registered }) => registered.length > 0)
  if (files.length === 0) {
    const wrong = { title: `${hooks.client} does not ask purser`, detail: 'Without hooks a budget can only be enforced after the fact, by signals.', remedy: INSTALL }
    return config.stopping.length > 0 ? warning('hooks', { ...wrong, detail: `${wrong.detail} Budgets that need them: ${some(config.stopping)}.` }) : note('hooks', wrong)
  }
  // A client that runs a missing script lets the tool run, or locks its user out: both are worse than no hook.
  if (!hooks.script.present) return problem('hooks', { title: 'The hook script is missing', detail: `${files.map(({ file }) => file).join(', ')} names ${hooks.script.file}, which is not there.`, remedy: `${INSTALL}, or take the hooks out: \`purser hooks uninstall\`` })
  if (!hooks.program.present) return problem('hooks', { title: 'The hook program is missing', detail: 'The script cannot decide while the daemon is away, and fail-closed budgets deny everything.', remedy: INSTALL })
  const whole = files.find(({ missing }) => missing.length === 0)
  if (!whole) return warning('hooks', { title: 'Some hooks are missing', detail: `${files[0]?.file ?? ''} lacks ${some(files[0]?.missing ?? [])}.`, remedy: INSTALL })
  if (!hooks.script.current) return warning('hooks', { title: 'The hook script is of another version', detail: hooks.script.file, remedy: INSTALL })
  return fine('hooks', `${hooks.client} asks purser`, whole.file)
}

function fileRules({ file, problem: unread, risks, otherScripts }: HookFacts['files'][number], index: number): readonly Finding[] {
  const nth = index === 0 ? '' : `.${index + 1}`
  return [
    ...(unread ? [warning(`hooks.unreadable${nth}`, { title: 'A settings file cannot be read', detail: `${file} line ${unread.line}: ${unread.problem}. The client may ignore all of it.`, remedy: `Mend that line, then \`purser hooks status\`` })] : []),
    ...(risks.length > 0 ? [problem(`hooks.disabled${nth}`, { title: 'A setting keeps hooks from running', detail: `${file}: ${risks.join('; ')}.`, remedy: 'Take it out of that file, then look: `purser hooks status`' })] : []),
    ...(otherScripts.length > 0 ? [note(`hooks.others${nth}`, { title: `${count(otherScripts.length, 'hook')} of another purser`, detail: `${file} also names ${some(otherScripts)}: each tool call asks ${otherScripts.length === 1 ? 'both' : 'all of them'}.`, remedy: 'If that state folder is gone, take its hooks out: `PURSER_STATE=DIR purser hooks uninstall`' })] : []),
  ]
}

/** Registered and whole, yet a session began while we listened and nothing was heard of it. */
function silence(hooks: HookFacts, { now, hookScriptAt }: DoctorFacts): Finding | null {
  const { listeningSince, newestSessionAt, heardAt } = hooks
  if (listeningSince === null || newestSessionAt === null) return null
  const since = Math.max(listeningSince, hookScriptAt ?? listeningSince) as Instant
  const missed = newestSessionAt > since + HEARD_TOLERANCE_MS && (heardAt === null || heardAt < newestSessionAt - HEARD_TOLERANCE_MS) && now > newestSessionAt + HEARD_TOLERANCE_MS
  if (!missed) return null
  return problem('hooks', {
    title: 'The hooks are silent', detail: `A session began ${durationText(now - newestSessionAt)} ago and ${heardAt === null ? 'no hook was ever heard' : `the last hook was heard ${durationText(now - heardAt)} ago`}: the client does not run them, so nothing is denied before it is spent.`,
    remedy: 'Look: `purser hooks status`; in the client: `/hooks`; then put them in again: `purser hooks install`',
  })
}
