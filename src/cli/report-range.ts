// `--last 7d` as the beginning of a report. Days are whole calendar days of a zone; hours and minutes are exact.
import { AppError } from '../core/errors.ts'
import { HOUR_MS, instant, isoText, MINUTE_MS, type Instant } from '../core/time.ts'

const SPAN = /^(\d{1,5})\s*(m|h|d|w)$/
const DAYS_PER_WEEK = 7

/** ISO date for days and weeks (today counts as the first of them), ISO instant for hours and minutes. */
export async function sinceOf(last: string, now: Instant, zoneOf: () => Promise<string>): Promise<string> {
  const [, digits, unit] = SPAN.exec(last.trim()) ?? []
  const count = Number(digits)
  if (unit === undefined || count === 0) throw new AppError('invalid_input', `--last cannot be "${last}"; write it like 7d, 2w, 24h or 90m`)
  if (unit === 'h' || unit === 'm') return isoText(instant(now - count * (unit === 'h' ? HOUR_MS : MINUTE_MS)))
  const days = (unit === 'w' ? DAYS_PER_WEEK : 1) * count
  return dateBefore(dateIn(now, await zoneOf()), days - 1)
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
