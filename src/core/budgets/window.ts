// The stretch of time a budget counts. Calendar windows (day, ISO week, month) follow a zone's wall clock; rolling ones
// (5h, 24h, 7d) end now; lifetime is everything. Half-open: [start, end). Pure, and cheap enough for every log line.
import { unreachable } from '../errors.ts'
import { DAY_MS, HOUR_MS, instant, type Instant } from '../time.ts'
import type { WindowKind } from './budget.ts'
import { civilDay, startOfDay, type CivilDay } from './zone.ts'

export const WINDOW_KINDS = ['day', 'week', 'month', '5h', '24h', '7d', 'lifetime'] as const satisfies readonly WindowKind[]
export type RollingKind = '5h' | '24h' | '7d'
export const ROLLING_MS: Readonly<Record<RollingKind, number>> = { '5h': 5 * HOUR_MS, '24h': 24 * HOUR_MS, '7d': 7 * DAY_MS }

/**
 * `start` is inclusive. `end` is exclusive, and null where no instant ends it: a lifetime is never over, and a rolling
 * window's right edge is always the present. In JSON a rolling window is `{ start: now - length, end: null }`: the left
 * edge at the time of asking, not a boundary at which anything starts anew.
 */
export interface Window {
  readonly kind: WindowKind
  readonly zone: string
  readonly start: Instant
  readonly end: Instant | null
}

export const isRolling = (kind: WindowKind): kind is RollingKind => kind === '5h' || kind === '24h' || kind === '7d'

/** The window of this kind that contains `now`. Throws `invalid_input` for an unknown zone. */
export function windowAt(kind: WindowKind, zone: string, now: Instant): Window {
  switch (kind) {
    case 'lifetime': return { kind, zone, start: instant(0), end: null }
    case '5h':
    case '24h':
    case '7d': return { kind, zone, start: instant(now - ROLLING_MS[kind]), end: null }
    case 'day':
    case 'week':
    case 'month': return calendarWindow(kind, zone, now)
    default: return unreachable(kind)
  }
}

/** True while nothing has closed the window. One whose start lies ahead (the clock went back) is still open. */
export const isOpen = (window: Window, now: Instant): boolean => window.end === null || now < window.end

/**
 * The window that follows from the one last judged: the next one once its end is reached, and the same one when the
 * clock went back, because a closed window never reopens. A rolling left edge only moves forward.
 */
export function advance(previous: Window, now: Instant): Window {
  const next = windowAt(previous.kind, previous.zone, now)
  return next.start <= previous.start ? previous : next
}

type CalendarKind = 'day' | 'week' | 'month'

// A bucket is one UTC day and holds the two windows that can overlap it (three where a zone skipped a date). Finding
// the boundary costs two to thirty questions to Intl (3 us each), the bucket one map look-up: 100,000 log lines in
// 20 ms. Ten years of days per kind and zone.
const BUCKETS_MAX = 4_000
const ZONES_MAX = 64
const calendars = new Map<string, Map<number, readonly Window[]>>()

function calendarWindow(kind: CalendarKind, zone: string, now: Instant): Window {
  const name = `${kind} ${zone}`
  const buckets = calendars.get(name) ?? freshBuckets(name)
  const bucket = Math.floor(now / DAY_MS)
  const known = buckets.get(bucket)
  for (const window of known ?? []) if (now >= window.start && now < (window.end as Instant)) return window
  const found = computed(kind, zone, now)
  if (buckets.size >= BUCKETS_MAX) buckets.clear()
  buckets.set(bucket, [...(known ?? []), found])
  return found
}

function freshBuckets(name: string): Map<number, readonly Window[]> {
  if (calendars.size >= ZONES_MAX) calendars.clear()
  const buckets = new Map<number, readonly Window[]>()
  calendars.set(name, buckets)
  return buckets
}

function computed(kind: CalendarKind, zone: string, now: Instant): Window {
  let first = firstDay(kind, civilDay(zone, now))
  let start = startOfDay(zone, first)
  let end = startOfDay(zone, dayAfter(kind, first))
  // The wall shows yesterday again where a clock goes back over midnight; the day that began stays.
  while (now >= end) {
    first = dayAfter(kind, first)
    start = end
    end = startOfDay(zone, dayAfter(kind, first))
  }
  return { kind, zone, start, end }
}

const mod = (value: number, by: number): number => ((value % by) + by) % by

function firstDay(kind: CalendarKind, day: CivilDay): CivilDay {
  if (kind === 'day') return day
  // 1970-01-01 was a Thursday: three days after its Monday.
  if (kind === 'week') return day - mod(day + 3, 7)
  return day - new Date(day * DAY_MS).getUTCDate() + 1
}

/** First day of the following window; `first` is a first day. */
function dayAfter(kind: CalendarKind, first: CivilDay): CivilDay {
  if (kind === 'day') return first + 1
  if (kind === 'week') return first + 7
  const date = new Date(first * DAY_MS)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / DAY_MS
}
