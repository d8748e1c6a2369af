// Queued tasks on a screen: what works first, then what waits and what for, then what is over. Never their texts.
import type { AttemptAnswer, TaskAnswer } from '../../api/task-answers.ts'
import type { Operations } from '../../api/control-plane.ts'
import { projectName } from '../../core/scope.ts'
import { faint, strong, toned, type Line, type Tone } from '../../core/text/line.ts'
import { layoutTable } from '../../core/text/table.ts'
import { money, plural } from './figures.ts'
import { agoText } from './moments.ts'
import { durationText } from '../../core/time.ts'
import { blocks, type View } from './view.ts'

const TONES: Readonly<Record<TaskAnswer['state'], Tone>> = { queued: 'plain', starting: 'accent', running: 'good', verifying: 'good', parked: 'warn', done: 'faint', dead: 'bad', cancelled: 'faint' }
const MEANS: Readonly<Record<TaskAnswer['state'], string>> = {
  queued: 'waits for its turn', starting: 'a seat is being made ready for it', running: 'its agent is at work', verifying: 'its agent is done; the verification decides',
  parked: 'waits for a quota', done: 'done', dead: 'put aside: it is not tried again by itself', cancelled: 'cancelled; its text is deleted',
}

export function renderTasks(tasks: readonly TaskAnswer[], view: View): readonly Line[] {
  if (tasks.length === 0) return [[faint('no tasks are queued; add one: '), toned('command', 'purser task add "fix the flaky test"')]]
  const shown = tasks.slice(0, view.rowsMax)
  const table = layoutTable({
    width: view.columns,
    columns: [{ title: 'STATE' }, { title: 'TASK' }, { title: 'LABEL', shrinkTo: 8 }, { title: 'PROJECT', shrinkTo: 8, drop: 3 }, { title: 'TRIES', align: 'right', drop: 2 }, { title: 'COST', align: 'right', drop: 1 }, { title: 'PANE', drop: 5 }, { title: 'AGENT', drop: 4 }, { title: '', shrinkTo: 12 }],
    rows: shown.map(task => [
      toned(TONES[task.state], task.state), task.id, task.label === '' ? faint('–') : strong(task.label), projectName(task.project), `${task.attempts}/${task.attemptsMax}`,
      task.attempts === 0 ? faint('–') : money(task.cost), task.pane ?? faint('–'), faint(task.agent), faint(whyText(task, view.now)),
    ]),
  })
  const more = tasks.length - shown.length
  return more > 0 ? [...table, [faint(`and ${plural(more, 'more task', 'more tasks')}: purser task list --json`)]] : table
}

/** What a person asks next: what it waits for, and until when. */
function whyText({ because, until, endedAt }: TaskAnswer, now: number): string {
  if (endedAt !== null) return because === '' ? agoText(endedAt, now) : `${because}, ${agoText(endedAt, now)}`
  const when = until === null ? '' : Date.parse(until) <= now ? '' : `in ${durationText(Date.parse(until) - now)}`
  return because === '' ? when : when === '' ? because : `${because}; again ${when}`
}

export function renderTask({ task, attempts }: Operations['task.show']['out'], view: View): readonly Line[] {
  return blocks(
    [[toned(TONES[task.state], `${task.state}  `), strong(task.label || task.id), faint(task.label === '' ? '' : `  ${task.id}`)]],
    layoutTable({ width: view.columns, header: false, indent: 2, columns: [{ title: '' }, { title: '', wrap: true }], rows: facts(task, view).map(([key, value]) => [faint(key), value]) }),
    attemptTable(attempts, view),
    nextSteps(task),
  )
}

function facts(task: TaskAnswer, view: View): readonly (readonly [string, string])[] {
  const why = whyText(task, view.now)
  return [
    ['state', `${MEANS[task.state]}${why === '' ? '' : `: ${why}`}`],
    ['folder', task.folder],
    ...(task.project === task.folder ? [] : [['project', task.project] as const]),
    ['agent', [task.agent, ...(task.mode === '' ? [] : [`mode ${task.mode}`]), ...(task.model === '' ? [] : [task.model]), ...(task.account === '' ? [] : [`account ${task.account}`])].join(', ')],
    ['budget', `${money(task.budget)} for each attempt, ${money(task.cost)} spent so far`],
    ['tries', `${task.attempts} of ${task.attemptsMax}, ${task.timeout} each at most`],
    ...(task.claims.length === 0 ? [] : [['claims', task.claims.join(', ')] as const]),
    ...(task.priority === 0 ? [] : [['priority', String(task.priority)] as const]),
    ['verified', task.verified ? 'by a command of yours' : 'no: its agent\'s own word counts'],
    ...(task.pane === null ? [] : [['pane', task.pane] as const]),
    ['added', agoText(task.createdAt, view.now)],
  ]
}

function attemptTable(attempts: readonly AttemptAnswer[], view: View): readonly Line[] {
  if (attempts.length === 0) return []
  return layoutTable({
    width: view.columns, indent: 2,
    columns: [{ title: 'ATTEMPT' }, { title: 'OUTCOME' }, { title: 'EXIT', align: 'right' }, { title: 'TOOK', align: 'right', drop: 2 }, { title: 'COST', align: 'right' }, { title: 'SESSION', shrinkTo: 10, drop: 1 }, { title: '', shrinkTo: 12 }],
    rows: attempts.map(each => [
      each.id, each.outcome === null ? toned('good', 'at work') : toned(each.outcome === 'done' ? 'good' : 'warn', each.outcome), each.exitCode === null ? faint('–') : String(each.exitCode),
      each.letGoAt === null ? faint('–') : durationText(Date.parse(each.endedAt ?? new Date(view.now).toISOString()) - Date.parse(each.letGoAt)), each.cost === null ? faint('–') : money(each.cost), faint(each.session || '–'), faint(each.because),
    ]),
  })
}

function nextSteps({ id, state, pane }: TaskAnswer): readonly Line[] {
  const step = (what: string, type: string): Line => [faint(`  ${what}  `), toned('command', type)]
  if (state === 'done' || state === 'cancelled') return []
  if (state === 'dead') return [step('try it again', `purser task retry ${id}`), step('give it up  ', `purser task cancel ${id}`)]
  return [...(pane === null ? [] : [step('look at it', `purser session attach ${pane}`)]), step('give it up', `purser task cancel ${id}`)]
}

export function renderTaskLogs({ task, attempts, output }: Operations['task.logs']['out'], view: View): readonly Line[] {
  if (attempts.length === 0) return [[faint(`${task.label || task.id} was not begun yet${task.because === '' ? '' : `: ${task.because}`}`)]]
  const kept: readonly Line[] = output === null
    ? [[faint(task.keepOutput ? 'that attempt printed nothing' : 'what it printed was not kept; task add --keep-output keeps it')]]
    : [[faint(`${output.attempt} printed ${plural(output.bytes, 'byte', 'bytes')}, in ${output.path}:`)]]
  return blocks(attemptTable(attempts, view), kept)
}
