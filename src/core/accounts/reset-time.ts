// When a quota starts anew, from what a client wrote for people. Every form that clients have been seen to write, and
// nothing else: what is not understood is not known, and never becomes a time.
import { offsetMs, zoneValid } from '../budgets/zone.ts'
import { DAY_MS, HOUR_MS, instant, isPlausible, MINUTE_MS, SECOND_MS, type Instant } from '../time.ts'

export interface BannerTime {
  /** When the text was written: words like "3am" are about that day, not about the day they are read on. */
  readonly at: Instant
  /** Whose clock "3am" means where the text names no zone; null = not known. */
  readonly zone: string | null
  /** Length of the window in minutes; null = not known. */
  readonly minutes: number | null
}

// Vendors round up, and a window starts with its first request, a little after the text assumes.
const SLACK_MS = 30 * MINUTE_MS
// No window is longer than a month.
const WINDOW_MS_MAX = 32 * DAY_MS
// A date without a year is one of the next days, or it was misread.
const DATE_AHEAD_MS = 10 * DAY_MS
// A clock that has passed today means tomorrow only across midnight; else what it names is over.
const PAST_CLOCK_AHEAD_MS = 6 * HOUR_MS

const KEYWORD = /\b(?:resets?(?: (?:at|on|in))?|try again(?: (?:at|on|in))?|refreshes(?: in)?|retrying(?: in)?|continuing automatically(?: at)?|available again(?: at| in)?)\b:?/g

/** The instant, `at` itself where it has passed already, or null where the text says none that can be believed. */
export function parseResetTime(text: string, banner: BannerTime): Instant | null {
  const lower = text.toLowerCase().replace(/[\u00a0\u202f\u2009]/g, ' ')
  const stamp = stamped(lower)
  if (stamp !== undefined) return dated(stamp, banner)
  const keywords = [...lower.matchAll(KEYWORD)]
  const last = keywords.at(-1)
  const words = last ? lower.slice(last.index + last[0].length) : lower
  const zone = zoneIn(words, banner.zone, text)
  const wall = zone === undefined ? undefined : wallTime(words, zone, banner)
  if (wall !== undefined) return wall
  const ahead = zone === undefined ? null : relativeMs(words)
  if (ahead !== null) return bounded(instant(banner.at + ahead), banner)
  return zone ? weekdayOnly(words, zone, banner) : null
}

/** Neither before the text was written nor after the window it is about could end. */
function bounded(found: Instant, { at, minutes }: BannerTime): Instant | null {
  const most = minutes === null ? WINDOW_MS_MAX : minutes * MINUTE_MS + SLACK_MS
  return isPlausible(found) && found >= at && found - at <= most ? found : null
}

const dated = (found: number | null, banner: BannerTime): Instant | null => (found === null ? null : bounded(instant(found), banner))

/** An epoch behind a bar, or RFC 3339; undefined when there is neither. */
function stamped(text: string): number | null | undefined {
  const epoch = /(?:\||^\s*)(\d{10}|\d{13})\b/.exec(text)?.[1]
  if (epoch !== undefined) return epoch.length === 10 ? Number(epoch) * SECOND_MS : Number(epoch)
  const iso = /\b\d{4}-\d\d-\d\dt\d\d:\d\d:\d\d(?:\.\d+)?(?:z|[+-]\d\d:\d\d)/.exec(text)?.[0]
  if (iso === undefined) return undefined
  const found = Date.parse(iso.toUpperCase())
  return Number.isNaN(found) ? null : found
}

/** Local time minus UTC at an instant. */
type Zone = (at: Instant) => number

/** null: none is named and none is known. undefined: one is named that nobody knows, so no clock can be read by it. */
function zoneIn(words: string, otherwise: string | null, original: string): Zone | null | undefined {
  const fixed = /\b(?:gmt|utc)(?:([+-])(\d{1,2})(?::?(\d\d))?)?\b/.exec(words)
  if (fixed) {
    const ms = (Number(fixed[2] ?? 0) * 60 + Number(fixed[3] ?? 0)) * MINUTE_MS * (fixed[1] === '-' ? -1 : 1)
    return () => ms
  }
  // Zones are written with capitals; the words were lowered.
  const named = [...original.matchAll(/\(([A-Za-z][A-Za-z0-9_+/-]*)\)/g)].at(-1)?.[1]
  if (named !== undefined) return zoneValid(named) ? at => offsetMs(named, at) : undefined
  return otherwise === null ? null : at => offsetMs(otherwise, at)
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const DATE = /\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?\b/
const WEEKDAY = /\b(sun|mon|tue|wed|thu|fri|sat)(?:day|s|sday|nes|nesday|rs|rsday|urday|r)?\b/
const CLOCK = /(?:^|[\s,(])(\d{1,2})(?::(\d\d))?(?::\d\d)? ?([ap])\.?m\b|(?:^|[\s,(])(\d{1,2}):(\d\d)\b/

/** Of a text with a clock in it: undefined when there is none, null when it cannot be believed. */
function wallTime(words: string, zone: Zone | null, banner: BannerTime): Instant | null | undefined {
  const clock = CLOCK.exec(words)
  if (!clock) return undefined
  const hours = hoursOf(clock), minute = Number(clock[2] ?? clock[5] ?? 0)
  if (hours.length === 0 || minute > 59 || zone === null) return null
  const today = Math.floor((banner.at + zone(banner.at)) / DAY_MS)
  const on = (day: number): readonly Instant[] => hours.map(hour => atWall(zone, day * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS)).toSorted((a, b) => a - b)
  const date = DATE.exec(words)
  if (date) return onDate(date, on, today, banner)
  const weekday = WEEKDAY.exec(words)
  if (weekday) return firstFrom([0, 7].flatMap(weeks => on(dayOfWeek(today, weekday[1] ?? '') + weeks)), banner)
  const ahead = [...on(today), ...on(today + 1)].find(found => found >= banner.at)
  const passed = on(today).some(found => found < banner.at)
  if (ahead !== undefined && (!passed || ahead - banner.at <= PAST_CLOCK_AHEAD_MS || hours.length > 1)) return bounded(ahead, banner)
  return banner.at
}

/** Hours of a day that the digits may mean: both halves where neither is said. */
function hoursOf(clock: RegExpExecArray): readonly number[] {
  const half = clock[3], digits = Number(clock[1] ?? clock[4])
  if (half !== undefined) return digits >= 1 && digits <= 12 ? [(digits % 12) + (half === 'p' ? 12 : 0)] : []
  if (digits > 23) return []
  return digits >= 1 && digits <= 12 && !(clock[4] ?? '').startsWith('0') ? [digits % 12, (digits % 12) + 12] : [digits]
}

function onDate(date: RegExpExecArray, on: (day: number) => readonly Instant[], today: number, banner: BannerTime): Instant | null {
  const month = MONTHS.indexOf(date[1] ?? ''), dayOfMonth = Number(date[2])
  const dayIn = (year: number): number | null => {
    const at = Date.UTC(year, month, dayOfMonth)
    return new Date(at).getUTCDate() === dayOfMonth ? at / DAY_MS : null
  }
  const thisYear = new Date(today * DAY_MS).getUTCFullYear()
  const days = (date[3] === undefined ? [thisYear, thisYear + 1] : [Number(date[3])]).map(dayIn).filter(day => day !== null)
  const found = days.flatMap(on).find(each => each >= banner.at)
  if (found === undefined || (date[3] === undefined && found - banner.at > DATE_AHEAD_MS)) return null
  return bounded(found, banner)
}

const firstFrom = (found: readonly Instant[], banner: BannerTime): Instant | null => {
  const first = found.find(each => each >= banner.at)
  return first === undefined ? null : bounded(first, banner)
}

// 1970-01-01 was a Thursday.
const dayOfWeek = (today: number, name: string): number => today + ((WEEKDAYS.indexOf(name) - ((today + 4) % 7)) + 7) % 7

function weekdayOnly(words: string, zone: Zone, banner: BannerTime): Instant | null {
  const weekday = WEEKDAY.exec(words)
  if (!weekday) return null
  const day = dayOfWeek(Math.floor((banner.at + zone(banner.at)) / DAY_MS), weekday[1] ?? '')
  return firstFrom([atWall(zone, day * DAY_MS), atWall(zone, (day + 7) * DAY_MS)], banner)
}

/** The first instant at which clocks show this; where they jump over it, the one they would have shown it at. */
function atWall(zone: Zone, wallMs: number): Instant {
  const before = zone(instant(wallMs - DAY_MS)), after = zone(instant(wallMs + DAY_MS))
  const real = [...new Set([before, after])].map(offset => instant(wallMs - offset)).filter(found => found + zone(found) === wallMs)
  return real.length > 0 ? instant(Math.min(...real)) : instant(wallMs - before)
}

const UNITS: readonly (readonly [RegExp, number])[] = [
  [/(\d{1,4}) ?d(?:ays?)?(?![a-z])/, DAY_MS], [/(\d{1,4}) ?h(?:(?:ou)?rs?)?(?![a-z])/, HOUR_MS],
  [/(\d{1,5}) ?m(?:in(?:ute)?s?)?(?![a-z])/, MINUTE_MS], [/(\d{1,6}) ?s(?:ec(?:ond)?s?)?(?![a-z])/, SECOND_MS],
]

/** The sum of every unit that is named: `2 hours 30 minutes`, `6 days and 18 hours`, `2h5m`; null when none is. */
function relativeMs(words: string): number | null {
  const found = UNITS.flatMap(([unit, ms]) => { const amount = unit.exec(words)?.[1]; return amount === undefined ? [] : [Number(amount) * ms] })
  return found.length === 0 ? null : found.reduce((sum, each) => sum + each, 0)
}
