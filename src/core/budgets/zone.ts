// Civil days of an IANA zone, exact through 23- and 25-hour days, skipped midnights and skipped dates. Knows offsets,
// not names of months; reads no clock. The runtime's own zone data is the only source.
import { AppError } from '../errors.ts'
import { DAY_MS, HOUR_MS, instant, type Instant } from '../time.ts'

/** Days since 1970-01-01 on the wall calendar. Monday is where `(day + 3) % 7 === 0`. */
export type CivilDay = number

// An area, optionally places below it. Offsets (`+05:30`) are no IANA names, and whether the runtime takes them differs
// between Node 20 and 22; a budget may not depend on that.
const ZONE_NAME = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/
// Every zone there is fits many times over; a config reloaded with wrong names must not grow memory.
const FORMATS_MAX = 1_000
const formats = new Map<string, Intl.DateTimeFormat>()

/** True for an IANA zone this runtime knows. */
export const zoneValid = (zone: string): boolean => formatOf(zone) !== null

/** Local time minus UTC at `at`, in milliseconds. Throws `invalid_input` for an unknown zone. */
export function offsetMs(zone: string, at: Instant): number {
  const format = formatOf(zone)
  if (!format) throw new AppError('invalid_input', `"${zone}" is not a time zone; write an IANA name like Europe/Paris or UTC`)
  const fields: Record<string, number> = {}
  for (const part of format.formatToParts(at)) fields[part.type] = Number(part.value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = fields
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000
}

/** The date on the wall at `at`. */
export const civilDay = (zone: string, at: Instant): CivilDay => Math.floor((at + offsetMs(zone, at)) / DAY_MS)

// Offsets lie within UTC-12 and UTC+14, so a local midnight lies within this many hours of the same UTC midnight.
const SEARCH_MS = 16 * HOUR_MS

/**
 * The first instant at which the wall date is `day` or later: midnight, or the moment the clock jumped over it. Where a
 * clock goes back over midnight, the first of the two midnights starts the day, so a day that has begun never un-begins.
 */
export function startOfDay(zone: string, day: CivilDay): Instant {
  const utcMidnight = day * DAY_MS
  const low = instant(utcMidnight - SEARCH_MS), high = instant(utcMidnight + SEARCH_MS)
  const before = offsetMs(zone, low), after = offsetMs(zone, high)
  if (before === after) return instant(utcMidnight - before)
  const change = offsetChange(zone, low, high, before)
  const oldMidnight = utcMidnight - before
  return instant(oldMidnight < change ? oldMidnight : Math.max(change, utcMidnight - after))
}

/** The instant in (low, high] from which `before` is no longer the offset. Zones change at most once in these 32 hours. */
export function offsetChange(zone: string, low: Instant, high: Instant, before: number): Instant {
  let same: number = low, changed: number = high
  while (changed - same > 1) {
    const middle = Math.floor((same + changed) / 2)
    if (offsetMs(zone, instant(middle)) === before) same = middle
    else changed = middle
  }
  return instant(changed)
}

function formatOf(zone: string): Intl.DateTimeFormat | null {
  const known = formats.get(zone)
  if (known) return known
  if (!ZONE_NAME.test(zone)) return null
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23',
      year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    })
  } catch {
    // The runtime's way to say that it does not know the name.
    return null
  }
  if (formats.size >= FORMATS_MAX) formats.clear()
  formats.set(zone, format)
  return format
}
