// Instants and durations. Time always comes in as an argument; only os/ reads a clock.

declare const brand: unique symbol
/** Epoch milliseconds, UTC. */
export type Instant = number & { readonly [brand]: 'Instant' }

export const SECOND_MS = 1_000
export const MINUTE_MS = 60 * SECOND_MS
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

// Before coding agents existed / far enough for any reset: a timestamp outside is a damaged record.
const INSTANT_MIN = Date.UTC(2020, 0, 1)
const INSTANT_MAX = Date.UTC(2100, 0, 1)

export const instant = (epochMs: number): Instant => epochMs as Instant
export const isPlausible = (epochMs: number): boolean => Number.isSafeInteger(epochMs) && epochMs >= INSTANT_MIN && epochMs < INSTANT_MAX
export const isoText = (at: Instant): string => new Date(at).toISOString()

const ISO = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)$/

/** Parses RFC 3339 with `Z` or an offset; anything else, or an implausible date, is null (never a guess). */
export function parseInstant(text: string): Instant | null {
  if (!ISO.test(text)) return null
  const epochMs = Date.parse(text)
  return isPlausible(epochMs) ? instant(epochMs) : null
}

const DURATION = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/
const UNIT_MS: Record<string, number> = { ms: 1, s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS }

/** `30s`, `5m`, `2h`, `500ms` in milliseconds; null when it is not a duration. */
export function parseDurationMs(text: string): number | null {
  const match = DURATION.exec(text.trim())
  return match ? Math.round(Number(match[1]) * (UNIT_MS[match[2] ?? ''] ?? 0)) : null
}

/** `1h 05m`, `4m 10s`, `12s`: for people. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / SECOND_MS))
  if (seconds < 60) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return seconds % 60 ? `${minutes}m ${String(seconds % 60).padStart(2, '0')}s` : `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours}h ${String(minutes % 60).padStart(2, '0')}m`
  return `${Math.floor(hours / 24)}d ${String(hours % 24).padStart(2, '0')}h`
}
