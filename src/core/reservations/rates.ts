// How fast a budget is spent lately, when it will run out at that rate, and what the whole will cost by the progress made.
// Of the recent past, not of a lifetime: a budget that idled all night burns as fast as it burns now.
import { divideHalfUp, nanoUsd, type NanoUsd } from '../money.ts'
import { instant, MINUTE_MS, type Instant } from '../time.ts'

/** Looked back at, unless the budget is younger. */
export const LATELY_MS = 60 * MINUTE_MS
// Two responses a second apart are no rate.
const LEAST_MS = MINUTE_MS

export interface BurnRate { readonly perMinute: NanoUsd; readonly overMs: number }

/** `since`: what was spent counts from then; at least a minute is taken, at most LATELY_MS. */
export function burnRate({ spent, since, now }: { readonly spent: bigint; readonly since: Instant; readonly now: Instant }): BurnRate {
  const overMs = Math.min(LATELY_MS, Math.max(LEAST_MS, now - since))
  return { perMinute: nanoUsd(divideHalfUp(spent * BigInt(MINUTE_MS), BigInt(overMs))), overMs }
}

export interface Forecast {
  /** When nothing will be left at this rate; null where it never ends, or has. */
  readonly runsOutAt: Instant | null
  /** What the whole task will have cost; null without progress. */
  readonly atCompletion: NanoUsd | null
  /** Whether that fits; null when nobody knows. */
  readonly fits: boolean | null
}

const PPM = 1_000_000n
// Further off than anybody plans; beyond the dates that JSON can hold.
const FAR_MS = 100 * 365 * 24 * 60 * MINUTE_MS

export function forecast({ limit, spent, reserved, progressPpm, rate, now }: { readonly limit: bigint; readonly spent: bigint; readonly reserved: bigint; readonly progressPpm: number | null; readonly rate: BurnRate; readonly now: Instant }): Forecast {
  const remaining = limit - spent - reserved
  const atCompletion = progressPpm === null || progressPpm <= 0 ? null : nanoUsd(divideHalfUp(spent * PPM, BigInt(progressPpm)))
  const fits = atCompletion === null ? null : atCompletion <= limit
  if (remaining <= 0n || rate.perMinute <= 0n) return { runsOutAt: null, atCompletion, fits }
  const leftMs = remaining * BigInt(MINUTE_MS) / rate.perMinute
  return { runsOutAt: leftMs > BigInt(FAR_MS) ? null : instant(now + Number(leftMs)), atCompletion, fits }
}

/** 0..1 as decimal text, to millionths; null for anything else. */
export function parseProgress(text: string): number | null {
  const match = /^(?:(0|1)(?:\.(\d{1,6}))?|\.(\d{1,6}))$/.exec(text.trim())
  if (!match) return null
  const ppm = Number(match[1] ?? 0) * 1_000_000 + Number((match[2] ?? match[3] ?? '').padEnd(6, '0'))
  return ppm > 1_000_000 ? null : ppm
}
