// Sessions on a screen: those that run first, and of one everything that is known, with what to type next.
import type { SessionRecordAnswer } from '../../api/session-answers.ts'
import { shellWord } from '../../core/doctor/finding.ts'
import { projectName } from '../../core/scope.ts'
import { faint, strong, toned, type Line, type Tone } from '../../core/text/line.ts'
import { layoutTable } from '../../core/text/table.ts'
import { plural } from './figures.ts'
import { agoText } from './moments.ts'
import { blocks, type View } from './view.ts'

type State = SessionRecordAnswer['state']
const TONES: Readonly<Record<State, Tone>> = { busy: 'good', waiting: 'warn', idle: 'plain', running: 'good', ended: 'faint', lost: 'bad', unproven: 'faint' }
/** What a person may take the word for, in their own. */
const MEANS: Readonly<Record<State, string>> = {
  busy: 'at work', waiting: 'waits for a person', idle: 'waits for its next prompt', running: 'its process lives; its agent does not say what it does',
  ended: 'its agent said goodbye', lost: 'its process is gone without a word', unproven: 'only its log tells of it; no process was ever proven to run it',
}

export function renderSessions(sessions: readonly SessionRecordAnswer[], view: View): readonly Line[] {
  if (sessions.length === 0) return [[faint('no session was heard of in the last day; older ones: '), toned('command', 'purser session list --all')]]
  const shown = sessions.slice(0, view.rowsMax)
  const table = layoutTable({
    width: view.columns,
    columns: [{ title: 'STATE' }, { title: 'SESSION', shrinkTo: 24 }, { title: 'PROJECT', shrinkTo: 8 }, { title: 'BRANCH', shrinkTo: 6, drop: 3 }, { title: 'PROCESS', drop: 2 }, { title: 'PANE', drop: 5 }, { title: 'SEEN', drop: 1 }, { title: 'AGENT', drop: 4 }],
    rows: shown.map(each => [
      toned(TONES[each.state], each.state), each.session, strong(projectName(each.project)), each.branch || faint('–'),
      each.process === null || each.state === 'lost' ? faint('–') : `pid ${each.process.pid}`, each.pane ?? faint('–'),
      faint(each.seenAt === null ? '–' : agoText(each.seenAt, view.now)), faint(each.agent),
    ]),
  })
  const more = sessions.length - shown.length
  return [...table, ...twice(sessions), ...(more > 0 ? [[faint(`and ${plural(more, 'more session', 'more sessions')}: purser session list --json`)]] : [])]
}

function twice(sessions: readonly SessionRecordAnswer[]): readonly Line[] {
  return sessions.filter(({ copies }) => copies.length > 0).map((each): Line => [toned('warn', '▲ '), `session ${each.session} runs in ${each.copies.length + 1} processes; end all but one, they write into one log`])
}

export function renderSession(session: SessionRecordAnswer, view: View): readonly Line[] {
  return blocks(
    [[toned(TONES[session.state], `${session.state}  `), strong(session.session), faint(`  ${session.agent}`)]],
    layoutTable({
      width: view.columns, header: false, indent: 2, columns: [{ title: '' }, { title: '', wrap: true }],
      rows: facts(session, view).map(([key, value]) => [faint(key), value]),
    }),
    nextSteps(session),
  )
}

function facts(of: SessionRecordAnswer, { now }: View): readonly (readonly [string, string])[] {
  const process = of.process === null ? [] : [[of.state === 'lost' ? 'last process' : 'process', `pid ${of.process.pid}${of.process.startedAt === null ? '' : `, started ${agoText(of.process.startedAt, now)}`}${of.copies.length > 0 ? `; also in pid ${of.copies.join(', ')}` : ''}`] as const]
  return [
    ['state', MEANS[of.state]], ...process,
    ['generation', of.generation === 0 ? 'no process was proven to run it yet' : `${of.generation}${of.generation === 1 ? '' : ': it was taken up again'}`],
    ['folder', of.cwd || 'not known'],
    ...(of.worktree !== '' && of.worktree !== of.cwd ? [['worktree', of.worktree] as const] : []),
    ...(of.project !== '' && of.project !== of.cwd ? [['project', of.project] as const] : []),
    ...(of.branch === '' ? [] : [['branch', of.branch] as const]),
    ['account', of.account || 'not known'],
    ...(of.model === '' ? [] : [['model', of.model] as const]),
    ...(of.pane === null ? [] : [['pane', of.pane] as const]),
    ...(of.startedAt === null ? [] : [['first seen', agoText(of.startedAt, now)] as const]),
    ...(of.seenAt === null ? [] : [['last seen', agoText(of.seenAt, now)] as const]),
  ]
}

function nextSteps({ session, resume, because, pane }: SessionRecordAnswer): readonly Line[] {
  const attach: readonly Line[] = pane === null ? [] : [[faint('  look at it  '), toned('command', `purser session attach ${shellWord(session)}`)]]
  if (resume === null) return [...attach, [faint(`  it cannot be taken up now: ${because}`)]]
  return [
    ...attach, [faint('  take it up  '), toned('command', `purser session resume ${shellWord(session)}`)],
    [faint('  by hand     '), toned('command', `cd ${shellWord(resume.cwd)} && ${resume.argv.map(shellWord).join(' ')}`)],
    ...(resume.differs === '' ? [] : [[faint(`  ${resume.differs}`)]]),
  ]
}
