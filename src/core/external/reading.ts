// Rows of a document as cumulative readings: which field is the amount, what it is of, when, and whose. A row that cannot
// be read fails the whole reading, naming the row and the field: half a bill looks like a bill that shrank.
import { startOfDay } from '../budgets/zone.ts'
import { AppError } from '../errors.ts'
import { DAY_MS, instant, isPlausible, parseInstant, type Instant } from '../time.ts'
import { parseDecimal, plus, type Decimal } from './decimal.ts'
import { OWNER_PARTS, type Owner, type TableSource } from './source.ts'

export interface Reading {
  /** What the amount is of; '' = all of the source. */
  readonly subject: string
  /** So far, in the source's own units. */
  readonly amount: Decimal
  readonly at: Instant
  readonly owner: Owner
}

/** One row: values by field name, or a tree of them. Numbers are their text. */
export type Fields = Readonly<Record<string, unknown>>

// One transaction posts them all; a bill by day and model has about 3,000 rows a year.
export const READINGS_MAX = 20_000
const TEXT_MAX = 256

/** One reading for each subject; rows of the same subject (and so of one amount in parts) are added up. */
export function readingsOf(found: readonly Fields[], source: TableSource, now: Instant): readonly Reading[] {
  if (found.length > READINGS_MAX) throw wrong(source, `gave ${found.length} rows, and at most ${READINGS_MAX} are taken; ask it for a shorter time`)
  const readings = new Map<string, Reading>()
  for (const [index, row] of found.entries()) {
    const reading = readingOf(row, `row ${index + 1}`, source, now)
    const known = readings.get(reading.subject)
    readings.set(reading.subject, known ? { ...reading, amount: plus(known.amount, reading.amount) } : reading)
  }
  return [...readings.values()]
}

function readingOf(row: Fields, place: string, source: TableSource, now: Instant): Reading {
  const said = text(row, source.amount)
  if (said === null) throw wrong(source, `${place} has no ${source.amount}; its fields: ${Object.keys(row).slice(0, 12).join(', ') || 'none'}`)
  const amount = parseDecimal(said)
  if (amount === null) throw wrong(source, `${place}: ${source.amount} is "${shown(said)}", and an amount is digits such as 1200 or 12.50, without a sign`)
  const subject = source.subject.map(field => required(row, field, place, source)).join('/')
  return { subject, amount, at: timeOf(row, place, source, now), owner: ownerOf(row, source) }
}

function required(row: Fields, field: string, place: string, source: TableSource): string {
  const value = text(row, field)
  if (value === null || value === '') throw wrong(source, `${place} has no ${field}, which says what its amount is of`)
  return value
}

function timeOf(row: Fields, place: string, source: TableSource, now: Instant): Instant {
  if (source.at === '') return now
  const said = required(row, source.at, place, source)
  const at = parseTime(said, source.zone)
  if (at === null) throw wrong(source, `${place}: ${source.at} is "${shown(said)}"; a time is 2026-11-21, 2026-11-21T08:00:00Z or seconds since 1970`)
  return at
}

const DAY = /^(\d{4})-(\d\d)-(\d\d)$/

/** A day (its start in `zone`), an instant with its offset, or seconds or milliseconds since 1970; null for anything else. */
export function parseTime(said: string, zone: string): Instant | null {
  const day = DAY.exec(said)
  if (day) {
    const [year = 0, month = 0, date = 0] = day.slice(1).map(Number)
    const start = Date.UTC(year, month - 1, date)
    // 31 February is no day, and would quietly be one in March.
    return isPlausible(start) && new Date(start).getUTCDate() === date ? startOfDay(zone, start / DAY_MS) : null
  }
  if (/^\d{10}(\.\d{1,9})?$/.test(said)) return plausible(Math.floor(Number(said) * 1_000))
  if (/^\d{13}$/.test(said)) return plausible(Number(said))
  return parseInstant(said)
}

const plausible = (epochMs: number): Instant | null => (isPlausible(epochMs) ? instant(epochMs) : null)

const ownerOf = (row: Fields, source: TableSource): Owner => Object.fromEntries(OWNER_PARTS.map(part => {
  const field = source.from[part]
  return [part, (field === '' ? null : text(row, field)) ?? source.owner[part]]
})) as unknown as Owner

/** The value at a field, `a.b` into a tree when no field is called so; null when there is none. */
function text(row: Fields, field: string): string | null {
  const value = Object.hasOwn(row, field) ? row[field] : within(row, field)
  return typeof value === 'string' && value.length <= TEXT_MAX ? clean(value) : typeof value === 'boolean' ? String(value) : null
}

/** What a way of names such as `data.items` leads to; undefined when it leads nowhere. */
export function within(value: unknown, way: string): unknown {
  if (way === '') return value
  return way.split('.').reduce<unknown>((at, name) => {
    if (Array.isArray(at)) return /^\d{1,6}$/.test(name) ? at[Number(name)] : undefined
    return typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? (at as Fields)[name] : undefined
  }, value)
}

// Names end up in keys, reports and terminals.
const clean = (value: string): string => value.replace(/[\p{Cc}\p{Cs}\p{Co}]/gu, '').trim()
const shown = (value: string): string => (value.length > 60 ? `${value.slice(0, 57)}...` : value)
const wrong = (source: TableSource, what: string): AppError => new AppError('unavailable', `external source "${source.id}": ${what}`)
