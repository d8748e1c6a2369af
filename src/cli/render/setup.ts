// What hooks and uninstall did to which file.
import type { HooksAnswer } from '../../api/hooks-answer.ts'
import type { StatuslineAnswer } from '../../api/statusline-answer.ts'
import type { UninstallAnswer } from '../../api/uninstall-answer.ts'
import { faint, strong, toned, type Line, type Tone } from '../../core/text/line.ts'
import { layoutTable } from '../../core/text/table.ts'
import { plural } from './figures.ts'
import { agoText } from './moments.ts'
import { blocks, type View } from './view.ts'

const STATE_TONE: Readonly<Record<HooksAnswer['state'], Tone>> = { installed: 'good', absent: 'faint', outdated: 'warn', partial: 'warn' }
const STATE_NEXT: Readonly<Record<HooksAnswer['state'], string>> = {
  installed: 'take them out again: purser hooks uninstall', absent: 'put them in: purser hooks install',
  outdated: 'of another version; renew them: purser hooks install', partial: 'some are missing; renew them: purser hooks install',
}

/** After a verb that found nothing to do: one line, and what it leaves to be known. */
export const renderUnchanged = (answer: HooksAnswer): readonly Line[] => [[
  strong(`${answer.agent} hooks`), `  ${answer.scope} settings  `, toned(STATE_TONE[answer.state], answer.state), answer.state === 'absent' ? '; nothing changed' : ' already; nothing changed',
  ...(answer.state === 'absent' ? [] : [faint('   look: '), `purser hooks status${answer.scope === 'project' ? ' --project' : ''}`]),
]]

/** `lastHeardAt`: when a hook last spoke to the daemon; undefined when nobody was asked. */
export function renderHooks(answer: HooksAnswer, lastHeardAt: string | null | undefined, view: View): readonly Line[] {
  return blocks(
    [[strong(`${answer.agent} hooks`), `  ${answer.scope} settings  `, toned(STATE_TONE[answer.state], answer.state)]],
    layoutTable({ width: view.columns, header: false, indent: 2, columns: [{ title: '' }, { title: '', wrap: true }], rows: facts(answer, lastHeardAt, view).map(([key, value]) => [faint(key), value]) }),
    // What hooks do not cover is no news where there are none.
    gathered(answer.warnings.filter(warning => answer.state !== 'absent' || !warning.startsWith(NOT_COVERED))).map((warning): Line => [toned('warn', '▲ '), warning]),
    [[faint(`  ${STATE_NEXT[answer.state]}${answer.scope === 'project' ? ' --project' : ''}`)]],
  )
}

function facts(answer: HooksAnswer, lastHeardAt: string | null | undefined, view: View): readonly (readonly [string, string | Line])[] {
  return [
    ...answer.files.flatMap(file => [[file.did, file.path] as const, ...(file.backup === null ? [] : [['before', file.backup] as const])]),
    ...(answer.events.length > 0 ? [['listens to', answer.events.join(', ')] as const] : []),
    ...(answer.others > 0 ? [['left alone', `${plural(answer.others, 'hook')} of your own`] as const] : []),
    ...(lastHeardAt === undefined || answer.state === 'absent' ? [] : [['last heard', lastHeardAt === null ? [toned('warn', 'never; start an agent, then look again')] : agoText(lastHeardAt, view.now)] as const]),
  ]
}

/** `not covered: a`, `not covered: b` as one line: a list that is always the same must not drown what is new. */
function gathered(warnings: readonly string[]): readonly string[] {
  const same = warnings.filter(warning => warning.startsWith(NOT_COVERED)).map(warning => warning.slice(NOT_COVERED.length))
  const rest = warnings.filter(warning => !warning.startsWith(NOT_COVERED))
  return same.length === 0 ? rest : [...rest, `${NOT_COVERED}${same.join(', ')}`]
}
const NOT_COVERED = 'not covered: '

const LINE_TONE: Readonly<Record<StatuslineAnswer['state'], Tone>> = { installed: 'good', outdated: 'warn', other: 'faint', absent: 'faint' }
const LINE_NEXT: Readonly<Record<StatuslineAnswer['state'], string>> = {
  installed: 'take it out again: purser statusline uninstall', outdated: 'of another version; renew it: purser statusline install',
  other: 'add ours below yours: purser statusline install', absent: 'put it in: purser statusline install',
}

export function renderStatusline(answer: StatuslineAnswer, view: View): readonly Line[] {
  const own = answer.own === '' ? [] : [[answer.state === 'other' ? 'yours' : 'yours first', answer.own] as const]
  const files = answer.files.flatMap(file => [[file.did, file.path] as const, ...(file.backup === null ? [] : [['before', file.backup] as const])])
  return blocks(
    [[strong(`${answer.agent} status line`), `  ${answer.scope} settings  `, toned(LINE_TONE[answer.state], answer.state === 'other' ? 'yours alone' : answer.state)]],
    layoutTable({ width: view.columns, header: false, indent: 2, columns: [{ title: '' }, { title: '', wrap: true }], rows: [...files, ...own].map(([key, value]) => [faint(key), value]) }),
    answer.warnings.map((warning): Line => [toned('warn', '▲ '), warning]),
    [[faint(`  ${LINE_NEXT[answer.state]}${answer.scope === 'project' ? ' --project' : ''}`)]],
  )
}

const DID_TONE: Readonly<Record<string, Tone>> = { failed: 'bad', kept: 'warn', absent: 'faint' }

export function renderUninstall(answer: UninstallAnswer, view: View): readonly Line[] {
  return [
    ...layoutTable({
      width: view.columns, header: false, columns: [{ title: '' }, { title: '' }, { title: '', wrap: true }],
      rows: answer.steps.map(step => [toned(DID_TONE[step.did] ?? 'good', step.did), step.what, [step.path, ...(step.detail === '' ? [] : [faint(`${step.path === '' ? '' : '  '}${step.detail}`)])]]),
    }),
    [],
    [answer.purged ? 'purser has left this machine; the package itself goes with the folder it lies in' : faint('records and configuration are kept; remove them too: '), ...(answer.purged ? [] : ['purser uninstall --purge'])],
  ]
}
