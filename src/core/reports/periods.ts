// Names of days, ISO weeks and months, made of a civil day. Knows no zone: whoever calls has already found the day.
import type { CivilDay } from '../budgets/zone.ts'
import { DAY_MS } from '../time.ts'

const DAYS_PER_WEEK = 7

/** `2026-11-20`. */
export const dayText = (day: CivilDay): string => new Date(day * DAY_MS).toISOString().slice(0, 10)

/** `2026-11`. */
export const monthText = (day: CivilDay): string => dayText(day).slice(0, 7)

/** The Monday that begins the day's ISO week. 1970-01-01 was a Thursday. */
export const mondayOf = (day: CivilDay): CivilDay => day - ((day + 3) % DAYS_PER_WEEK + DAYS_PER_WEEK) % DAYS_PER_WEEK

/** `2026-W47`: the year is the one most of the week lies in, so the first days of January may belong to W53. */
export function weekText(day: CivilDay): string {
  const thursday = mondayOf(day) + 3
  const year = new Date(thursday * DAY_MS).getUTCFullYear()
  const newYear = Date.UTC(year, 0, 1) / DAY_MS
  return `${year}-W${String(Math.floor((thursday - newYear) / DAYS_PER_WEEK) + 1).padStart(2, '0')}`
}

const DATE = /^(\d{4})-?(\d\d)-?(\d\d)$/

/** The civil day of `2026-11-20` or `20261120`; null for any other text and for dates no calendar has. */
export function parseDay(text: string): CivilDay | null {
  const [, year, month, day] = DATE.exec(text) ?? []
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day))
  if (Number.isNaN(midnight)) return null
  return dayText(midnight / DAY_MS) === `${year}-${month}-${day}` ? midnight / DAY_MS : null
}
