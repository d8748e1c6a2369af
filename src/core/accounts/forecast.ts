// When a quota window runs out, from what was said of it. Says what it rests on; an estimate never starts anything.
import { HOUR_MS, instant, MINUTE_MS, type Instant } from '../time.ts'
import type { QuotaReading } from './quota-store.ts'
import { isOver, SPENT_BASIS_POINTS, type QuotaWindow } from './quota.ts'

export interface Forecast {
  /** Hundredths of a percent per hour, over the readings used. */
  readonly perHour: number
  /** When nothing is left at this rate; null when the reset comes first. */
  readonly runsOutAt: Instant | null
  /** Over how long it was observed. */
  readonly overMs: number
}

/** How far back a rate looks: work changes within hours. */
export const FORECAST_MS = 2 * HOUR_MS
// Two readings of one minute are one answer told twice; a rate made of them is noise.
const SPAN_MS_MIN = 10 * MINUTE_MS
// Vendors round the same reset to the minute or the second.
const SAME_RESET_MS = MINUTE_MS

/** null where too little was said to tell. `readings`: of this window, oldest first. */
export function forecast(window: QuotaWindow, readings: readonly QuotaReading[], now: Instant): Forecast | null {
  if (window.exhausted || window.usedBasisPoints === null || isOver(window, now)) return null
  const own = readings.filter(({ usedBasisPoints, resetsAt, observedAt }) =>
    usedBasisPoints !== null && isSameReset(resetsAt, window.resetsAt) && observedAt > now - FORECAST_MS && observedAt <= now)
  const first = own[0]
  // Until now: a quiet hour since the last word is part of the rate.
  const overMs = first === undefined ? 0 : now - first.observedAt
  if (first === undefined || overMs < SPAN_MS_MIN) return null
  const gained = window.usedBasisPoints - (first.usedBasisPoints ?? 0)
  if (gained <= 0) return { perHour: 0, runsOutAt: null, overMs }
  const leftMs = Math.ceil(((SPENT_BASIS_POINTS - window.usedBasisPoints) * overMs) / gained)
  const runsOutAt = instant(now + leftMs)
  return { perHour: Math.round((gained * HOUR_MS) / overMs), runsOutAt: window.resetsAt !== null && runsOutAt >= window.resetsAt ? null : runsOutAt, overMs }
}

const isSameReset = (a: Instant | null, b: Instant | null): boolean => (a === null || b === null ? a === b : Math.abs(a - b) < SAME_RESET_MS)
