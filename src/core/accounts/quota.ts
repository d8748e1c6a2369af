// What is known of one quota window of an account, as a pure function over ranked evidence. Decides which word counts;
// knows no client, no table, and never what to do about an exhausted window.
import { DAY_MS, MINUTE_MS, type Instant } from '../time.ts'

/** Where a word about a quota comes from. `stream`: typed, from the vendor with a response. `pane`: read off a screen. */
export type Evidence = 'stream' | 'statusline' | 'log' | 'hook' | 'pane'

const RANK: Readonly<Record<Evidence, number>> = { stream: 5, statusline: 4, log: 3, hook: 2, pane: 1 }
// A status line is drawn again without a request: its figure is as old as its session's last response, whenever that was.
const UNDATED: ReadonlySet<Evidence> = new Set(['statusline', 'pane'])

export interface QuotaKey {
  readonly agent: string
  /** '' when nothing tells whose it is. */
  readonly account: string
  /** The vendor's own name: `five_hour`, `seven_day`, `primary`; '' when it does not say. */
  readonly window: string
}
export interface QuotaObservation extends QuotaKey {
  /** Length of the window, where the vendor says it. */
  readonly minutes: number | null
  /** Hundredths of a percent; null when only exhaustion was said. */
  readonly usedBasisPoints: number | null
  readonly exhausted: boolean
  readonly resetsAt: Instant | null
  readonly observedAt: Instant
  readonly evidence: Evidence
}
export interface QuotaWindow extends QuotaObservation {
  /** When to look again: the reset of an exhausted window, or earlier where weaker evidence gives reason to; null = no need. */
  readonly wakeAt: Instant | null
}

export const SPENT_BASIS_POINTS = 10_000
// A limit shorter than this is a throttle of the moment: waiting helps, another account is not called for.
const WINDOW_MINUTES_MIN = 60
// For so long a stronger word stands against a newer weaker one. Vendors' own monitors trust a reading for 300 s.
export const TRUST_MS = 5 * MINUTE_MS
// Vendors round resets to the minute or the second; the windows themselves are hours apart.
const SAME_RESET_MS = MINUTE_MS
// Without a reset nor a length: the longest window any vendor has is a week.
const FORGOTTEN_MS = 7 * DAY_MS

/** The window after one more word about it; `known` itself when the word changes nothing. */
export function observe(known: QuotaWindow | null, seen: QuotaObservation): QuotaWindow | null {
  if (seen.minutes !== null && seen.minutes < WINDOW_MINUTES_MIN) return known
  // Its window is over: it says nothing about the one there is now.
  if (seen.resetsAt !== null && seen.resetsAt <= seen.observedAt) return known
  const fresh = windowOf(seen)
  if (known === null || isOver(known, seen.observedAt)) return known !== null && seen.observedAt < known.observedAt ? known : fresh
  if (seen.observedAt < known.observedAt) return known
  const weaker = RANK[seen.evidence] < RANK[known.evidence]
  if (weaker && seen.observedAt - known.observedAt < TRUST_MS) return woken(known, fresh)
  if (UNDATED.has(seen.evidence) && isSameWindow(known, fresh) && usedOf(fresh) <= usedOf(known)) return known
  // A stop that names no time keeps the reset that is known.
  return fresh.resetsAt === null && fresh.exhausted && known.resetsAt !== null ? { ...fresh, resetsAt: known.resetsAt, wakeAt: known.resetsAt } : fresh
}

function windowOf(seen: QuotaObservation): QuotaWindow {
  const exhausted = seen.exhausted || (seen.usedBasisPoints ?? 0) >= SPENT_BASIS_POINTS
  return { ...seen, exhausted, wakeAt: exhausted ? seen.resetsAt : null }
}

/** Weaker evidence changes no figure; where it disagrees, the window is worth looking at earlier. */
function woken(known: QuotaWindow, weak: QuotaWindow): QuotaWindow {
  const hint = weak.exhausted !== known.exhausted ? weak.observedAt : known.exhausted ? weak.resetsAt : null
  if (hint === null || (known.wakeAt !== null && known.wakeAt <= hint)) return known
  return { ...known, wakeAt: hint }
}

const usedOf = (window: QuotaWindow): number => window.usedBasisPoints ?? (window.exhausted ? SPENT_BASIS_POINTS : 0)
const isSameWindow = (a: QuotaWindow, b: QuotaWindow): boolean => a.resetsAt !== null && b.resetsAt !== null && Math.abs(a.resetsAt - b.resetsAt) < SAME_RESET_MS

/** True once its reset has passed: what was known of it says nothing any more. */
export function isOver(window: QuotaObservation, now: Instant): boolean {
  if (window.resetsAt !== null) return window.resetsAt <= now
  const minutes = windowMinutes(window)
  return now - window.observedAt >= (minutes === null ? FORGOTTEN_MS : minutes * MINUTE_MS)
}

/** Hundredths of a percent, rounded down so that 99.999 is not spent; null for what is no share. */
export function basisPoints(percent: number | null): number | null {
  if (percent === null || !Number.isFinite(percent) || percent < 0 || percent > PERCENT_MAX) return null
  // 29.3 * 100 is 2929.9999999999995: the nearest thousandth first, then down.
  return Math.floor(Math.round(percent * 100_000) / 1_000)
}
// Overdrawn windows are told as more than 100; a share in the millions is a damaged record.
const PERCENT_MAX = 10_000

const HOUR_MINUTES = 60
const DAY_MINUTES = 24 * HOUR_MINUTES
const NAMED_MINUTES: Readonly<Record<string, number>> = { five_hour: 5 * HOUR_MINUTES, seven_day: 7 * DAY_MINUTES }
// A week for one model only: `seven_day_opus`.
const WEEKLY = 'seven_day_'

/** Length of the window in minutes, as the vendor says it or by its name; null when neither tells. */
export function windowMinutes({ window, minutes }: Pick<QuotaObservation, 'window' | 'minutes'>): number | null {
  return minutes ?? (window.startsWith(WEEKLY) ? 7 * DAY_MINUTES : Object.hasOwn(NAMED_MINUTES, window) ? NAMED_MINUTES[window] as number : null)
}

/** The one family of models it is about: `opus`; '' for a window of the whole account. */
export const modelOf = ({ window }: Pick<QuotaObservation, 'window'>): string => (window.startsWith(WEEKLY) ? window.slice(WEEKLY.length).replaceAll('_', '-') : '')

/** Does it count for work with this model? With '' any model is meant, and then only what counts for all of them. */
export function limitsModel(window: Pick<QuotaObservation, 'window'>, model: string): boolean {
  const only = modelOf(window)
  return only === '' || model.includes(only)
}

/** `5h`, `7d`, `7d opus`: what people call the window. */
export function windowLabel(of: Pick<QuotaObservation, 'window' | 'minutes'>): string {
  const model = of.window.startsWith(WEEKLY) ? ` ${of.window.slice(WEEKLY.length).replaceAll('_', ' ')}` : ''
  const minutes = windowMinutes(of)
  // A day is called 24h: `1d` reads like a date.
  if (minutes !== null && minutes > DAY_MINUTES && minutes % DAY_MINUTES === 0) return `${minutes / DAY_MINUTES}d${model}`
  if (minutes !== null && minutes % HOUR_MINUTES === 0) return `${minutes / HOUR_MINUTES}h${model}`
  return of.window === '' ? 'quota' : of.window
}
