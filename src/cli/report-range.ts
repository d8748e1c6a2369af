// `--last` as the beginning of a report. Days are whole calendar days of a zone; hours and minutes are exact.
import { AppError } from '../core/errors.ts'
import { dayText, mondayOf, parseDay } from '../core/reports/periods.ts'
import { isReportPeriod, type ReportKind } from '../core/reports/keys.ts'
import { HOUR_MS, instant, isoText, MINUTE_MS, type Instant } from '../core/time.ts'

const SPAN = /^(\d{1,5})\s*(m|h|d|w|)$/
const DAYS_PER_WEEK = 7

export interface LastOptions {
  readonly kind: ReportKind
  readonly now: Instant
  readonly zoneOf: () => Promise<string>
}

/**
 * ISO date for days and weeks (today counts as the first of them), ISO instant for hours and minutes. A bare number counts
 * the rows of a daily, weekly or monthly report: `3` of a monthly one is this month and the two before.
 */
export async function sinceOf(last: string, { kind, now, zoneOf }: LastOptions): Promise<string> {
  const [, digits, unit] = SPAN.exec(last.trim()) ?? []
  const count = Number(digits)
  if (/^\d{6,}\s*[mhdw]?$/.test(last.trim())) throw new AppError('invalid_input', `--last ${last.trim().slice(0, 20)} reaches back further than anything was ever logged; leave --last out for all of it`)
  if (unit === undefined || count === 0 || (unit === '' && !isReportPeriod(kind))) throw new AppError('invalid_input', `--last cannot be "${last}"; write it like 7d, 2w, 24h or 90m`)
  if (unit === 'h' || unit === 'm') return isoText(instant(now - count * (unit === 'h' ? HOUR_MS : MINUTE_MS)))
  const today = dateIn(now, await zoneOf())
  if (unit === 'w' || unit === 'd') return dateBefore(today, (unit === 'w' ? DAYS_PER_WEEK : 1) * count - 1)
  if (kind === 'monthly') return firstOfMonth(today, count - 1)
  return kind === 'weekly' ? dateBefore(dayText(mondayOf(parseDay(today) ?? 0)), DAYS_PER_WEEK * (count - 1)) : dateBefore(today, count - 1)
}

/** `2026-11-21`: the day it is in the zone. */
export function dateIn(at: Instant, zone: string): string {
  try {
    const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(at)
    const part = (type: string): string => parts.find(found => found.type === type)?.value ?? ''
    return `${part('year')}-${part('month')}-${part('day')}`
  } catch (error) {
    throw new AppError('invalid_input', `there is no time zone "${zone}"; write one like Europe/Paris or UTC`, { cause: error })
  }
}

/** Calendar arithmetic on the date alone, so that days of 23 and 25 hours count as one. */
export function dateBefore(date: string, days: number): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number)
  return new Date(Date.UTC(year, month - 1, day - days)).toISOString().slice(0, 10)
}

function firstOfMonth(date: string, monthsBefore: number): string {
  const [year = 0, month = 1] = date.split('-').map(Number)
  return new Date(Date.UTC(year, month - 1 - monthsBefore, 1)).toISOString().slice(0, 10)
}
