// Moves between accounts on a screen: what one would do and why, where one stands, and what was done.
import type { Operations } from '../../api/control-plane.ts'
import type { FailoverAnswer, FailoverPlanAnswer, FailoverSessionAnswer } from '../../api/failover-answers.ts'
import { faint, strong, toned, type Line, type Tone } from '../../core/text/line.ts'
import { layoutTable } from '../../core/text/table.ts'
import { plural } from './figures.ts'
import { momentText, wallTime } from './moments.ts'
import { blocks, type View } from './view.ts'

const STATE_TONE: Readonly<Record<string, Tone>> = { moves: 'good', verified: 'good', committed: 'good', stays: 'faint', left: 'faint', aborted: 'warn', returned: 'warn', failed: 'bad', stranded: 'warn' }
const toneOf = (state: string): Tone => STATE_TONE[state] ?? 'plain'
const SESSION_WORD: Readonly<Record<string, string>> = { verified: 'moved', left: 'stayed', returned: 'came back', failed: 'not running' }

export function renderPlans(plans: readonly FailoverPlanAnswer[], zone: string, view: View): readonly Line[] {
  if (plans.length === 0) return [['no agent has two accounts, so nothing can be moved'], [faint('name another login: '), toned('command', 'purser account add work --home ~/.claude-work')]]
  return blocks(...plans.map(plan => planLines(plan, zone, view)))
}

function planLines(plan: FailoverPlanAnswer, zone: string, view: View): readonly Line[] {
  return [
    headline(plan, zone, view),
    ...plan.evidence.map((text): Line => [faint(`  ${text}`)]),
    ...sessionTable(plan.sessions, view),
    ...plan.passed.map((each): Line => ['  not ', strong(each.account), faint(`: ${each.because.join(', and ')}${each.until === null ? '' : `, until ${moment(each.until, zone, view)}`}`)]),
    ...(plan.decision === 'move' ? [['  ', toned('command', `purser failover run --from ${plan.from}`)] as Line] : []),
  ]
}

function headline(plan: FailoverPlanAnswer, zone: string, view: View): Line {
  const moving = plan.sessions.filter(({ state }) => state === 'moves').length
  switch (plan.decision) {
    case 'move': return [strong(plan.from), ' → ', strong(plan.to), `  ${moving === 0 ? 'new work would start there; no session moves' : `${plural(moving, 'session', 'sessions')} would move`}`, faint(`  ${plan.agent}`)]
    case 'stay': return [strong(plan.from), `  stays: ${plan.because}`, faint(`  ${plan.agent}`)]
    case 'wait': return [strong(plan.from), `  waits: its quota is back ${plan.until === null ? 'soon' : `at ${moment(plan.until, zone, view)}`}`, faint(`  ${plan.agent}`)]
    case 'strand': return [strong(plan.from), toned('warn', '  no account can take its work'), plan.until === null ? faint('; no reset is known') : ` before ${moment(plan.until, zone, view)}`, faint(`  ${plan.agent}`)]
  }
}

const moment = (at: string, zone: string, { now }: View): string => momentText(at, zone, now)

function sessionTable(sessions: readonly FailoverSessionAnswer[], view: View): readonly Line[] {
  if (sessions.length === 0) return []
  return layoutTable({
    width: view.columns, indent: 2, header: false, columns: [{ title: '' }, { title: '', shrinkTo: 13 }, { title: '', wrap: true }],
    rows: sessions.map(each => [toned(toneOf(each.state), SESSION_WORD[each.state] ?? each.state), each.session, faint(each.because || (each.stopped ? 'stopped in mid-work: it will be told to go on' : ''))]),
  })
}

export function renderFailoverStatus({ mode, zone, active, returns }: Operations['failover.status']['out'], view: View): readonly Line[] {
  const agreed = mode.configured === 'auto' ? mode.effective === 'auto' ? faint(`, agreed on ${mode.consent}`) : toned('warn', ` without consent, so it only asks; write below [failover]: consent = "YYYY-MM-DD"`) : ''
  return blocks(
    [['failover is ', strong(mode.configured), agreed]],
    ...active.map(move => moveLines(move, zone, view)),
    returns.map((each): Line => ['work goes back from ', strong(each.from), ' to ', strong(each.to), ` at ${moment(each.dueAt, zone, view)}`, faint('  not: '), toned('command', `purser failover abort ${each.failover}`)]),
    active.length === 0 && returns.length === 0 ? [[faint('nothing is being moved; what would be: '), toned('command', 'purser failover plan')]] : [],
  )
}

export function moveLines(move: FailoverAnswer, zone: string, view: View): readonly Line[] {
  const wake = move.wakeAt === null || move.state !== 'stranded' ? '' : `, looks again at ${moment(move.wakeAt, zone, view)}`
  return [
    [strong(move.from), ' → ', strong(move.to || '?'), '  ', toned(toneOf(move.state), move.state), faint(`${wake}  ${move.id}, ${moment(move.createdAt, zone, view)}, by ${move.by}${move.isReturn ? ', the way back' : ''}`)],
    ...(move.because === '' ? [] : [[faint(`  ${move.because}`)]]),
    ...(move.abortAsked && move.endedAt === null ? [[faint('  being given up')]] : []),
    ...sessionTable(move.sessions, view),
    ...move.sessions.filter(({ state }) => state === 'failed').map(({ session }): Line => ['  take it up: ', toned('command', `purser session resume ${session}`)]),
  ]
}

export function renderFailoverHistory({ zone, failovers, steps }: Operations['failover.history']['out'], view: View): readonly Line[] {
  if (failovers.length === 0) return [[faint('no work was ever moved between accounts')]]
  if (steps.length === 0) return blocks(...failovers.slice(0, view.rowsMax).map(move => moveLines(move, zone, view)))
  return blocks(
    ...failovers.map(move => [...moveLines(move, zone, view), ...move.evidence.map((text): Line => [faint(`  ${text}`)])]),
    layoutTable({
      width: view.columns, indent: 2, columns: [{ title: 'AT' }, { title: 'STEP' }, { title: 'SESSION', shrinkTo: 13 }, { title: 'TOOK', align: 'right', drop: 1 }, { title: 'OUTCOME', wrap: true }],
      rows: steps.map(step => [
        faint(wallTime(Date.parse(step.startedAt), zone).time), step.kind, step.session, step.endedAt === null ? faint('…') : `${((Date.parse(step.endedAt) - Date.parse(step.startedAt)) / 1_000).toFixed(1)}s`,
        step.endedAt === null ? faint('under way') : step.outcome.startsWith('failed: ') ? toned('bad', step.outcome) : step.outcome,
      ]),
    }),
  )
}
