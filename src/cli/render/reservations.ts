// Reservations and what budgets come to, in words.
import type { ApprovalAnswer, BudgetReportAnswer, BurnRateAnswer, ForecastAnswer, ReservationAnswer } from '../../api/reserve-answers.ts'
import { faint, strong, toned, type Line } from '../../core/text/line.ts'
import { layoutTable } from '../../core/text/table.ts'
import { durationText, instant, isoText } from '../../core/time.ts'
import { money, nanosOf } from './figures.ts'
import { dayAndTime } from './moments.ts'
import type { View } from './view.ts'

/** `, in nightly and web-daily, until 15:10 UTC; $4.30 is left`. */
export function heldText({ budgets, expiresAt, owner }: ReservationAnswer, remaining: string | null): string {
  const where = budgets.length === 0 ? ', in no budget' : `, in ${listed(budgets)}`
  const until = owner === 'nobody' ? ` until ${dayAndTime(expiresAt, 'UTC')} UTC` : `, for ${owner}`
  return `${where}${until}${remaining === null ? '' : `; ${money(remaining)} is left`}`
}

const listed = (names: readonly string[]): string => (names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`)

export function endedText(reservation: ReservationAnswer): string {
  switch (reservation.state) {
    case 'pending': return `holds ${money(reservation.held)} until ${dayAndTime(reservation.expiresAt, 'UTC')} UTC`
    case 'settled': return `settled: ${money(reservation.actual ?? '0')} of ${money(reservation.amount)} spent${reservation.late ? ', late' : ''}`
    case 'released': return `released: ${money(reservation.amount)} is free again`
    case 'expired': return `expired: ${money(reservation.amount)} is free again`
  }
}

export function reportText({ id, limit, spent, reserved, remaining, entryCount, durationMs, state }: BudgetReportAnswer): readonly Line[] {
  const over = (nanosOf(remaining) ?? 0n) < 0n
  return layoutTable({
    width: 80, header: false, columns: [{ title: '' }, { title: '' }],
    rows: [
      [faint('budget'), [strong(id), state === 'active' ? '' : toned(state === 'closed' ? 'faint' : 'bad', `  ${state}`)]],
      [faint('limit'), money(limit)], [faint('spent'), `${money(spent)} in ${entryCount} ${entryCount === 1 ? 'entry' : 'entries'}`],
      ...(nanosOf(reserved) === 0n ? [] : [[faint('reserved'), money(reserved)]]),
      [faint(over ? 'over' : 'left'), money(over ? remaining.slice(1) : remaining)], [faint('time'), durationText(durationMs)],
    ] as (string | Line)[][],
  })
}

export const burnText = ({ perMinute, overMs }: BurnRateAnswer): readonly Line[] => [[`${money(perMinute)} a minute`, faint(`, over the last ${durationText(overMs)}`)]]

export function forecastText(forecast: ForecastAnswer, view: View): readonly Line[] {
  const { runsOutAt, atCompletion, fits } = forecast
  const left = runsOutAt === null ? 'does not run out at this rate' : `runs out ${dayAndTime(runsOutAt, 'UTC')} UTC, in ${durationText(Date.parse(runsOutAt) - view.now)}`
  return [
    ...burnText(forecast), [left],
    atCompletion === null ? [faint('no progress is known, so no end: purser budget progress ID 0.4')] : [`about ${money(atCompletion)} at the end`, ...(fits === null ? [] : [toned(fits ? 'good' : 'bad', fits ? ', which fits' : ', which does not fit')])],
  ]
}

export function renderApprovals(approvals: readonly ApprovalAnswer[], view: View): readonly Line[] {
  if (approvals.length === 0) return [[faint('nothing waits for a word')]]
  return layoutTable({
    width: view.columns, columns: [{ title: 'ID' }, { title: 'AMOUNT', align: 'right' }, { title: 'UNTIL' }, { title: 'BECAUSE', wrap: true }],
    rows: approvals.map(({ id, amount, expiresAt, because }) => [id, money(amount), `${dayAndTime(isoText(instant(Date.parse(expiresAt))), 'UTC')} UTC`, because]),
  })
}
