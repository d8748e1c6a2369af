// Figures for people: money, counts, bytes, bars. Rounds for the eye only; --json carries the exact values.
import { parseUsd, usdShort } from '../money.ts'
import { faint, toned, type Line, type Tone } from './line.ts'

/** Decimal text of the JSON contract as people read it: `$1,234.57`, `-$0.50`. Text that is no amount stays as it is. */
export function money(text: string): string {
  const amount = nanosOf(text)
  return amount === null ? text : usdShort(amount)
}

/** A lower bound carries a `+`: something in it has no price yet, or was cut off. */
export const moneyAtLeast = (text: string, atLeast: boolean): string => `${money(text)}${atLeast ? '+' : ''}`

/** Why a lock is there: its amounts where they are the reason, else the reason (by hand, or something without a price). */
export const lockedFor = ({ spent, limit, reason }: { readonly spent: string; readonly limit: string; readonly reason: string }): string =>
  ((nanosOf(spent) ?? 0n) > (nanosOf(limit) ?? 0n) ? `${money(spent)} of ${money(limit)}` : reason)

/** nano-USD of contract text, a sign allowed; null when it is no amount. */
export function nanosOf(text: string): bigint | null {
  const negative = text.startsWith('-')
  const digits = negative ? text.slice(1) : text
  return /^\d{1,10}(\.\d{1,9})?$/.test(digits) ? (negative ? -parseUsd(digits) : parseUsd(digits)) : null
}

/** 1,234,567 */
export const exact = (count: number): string => String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',')

const STEPS: readonly (readonly [unit: number, letter: string])[] = [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k']]

/** Three digits and a letter: `950`, `1.23k`, `45.6M`. */
export function short(count: number): string {
  for (const [unit, letter] of STEPS) {
    // 999.5k would round to "1000k": it belongs to the next letter.
    if (count >= unit * 0.9995 && count >= 1000) return `${threeDigits(count / unit)}${letter}`
  }
  return String(count)
}

const threeDigits = (value: number): string => value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0)

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

export function bytesText(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < BYTE_UNITS.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${BYTE_UNITS[unit]}`
}

/** `3 responses`, `1 response`. */
export const plural = (count: number, one: string, many = `${one}s`): string => `${exact(count)} ${count === 1 ? one : many}`

/** A share of `width` columns, full only when it is: 99.9 % must not look spent. */
export function bar(share: number, width: number, tone: Tone): Line {
  const bounded = Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0))
  const full = bounded > 0 && bounded < 1 ? Math.min(width - 1, Math.max(1, Math.floor(bounded * width))) : Math.round(bounded * width)
  return [toned(tone, '█'.repeat(full)), faint('░'.repeat(width - full))]
}

/** Whole percent, rounded down: "100%" means spent. */
export const percent = (share: number): string => `${Math.floor(share * 100)}%`

/** spent / limit; a limit of zero is spent from the start. */
export function shareOf(spent: string, limit: string): number {
  const [part, whole] = [nanosOf(spent), nanosOf(limit)]
  if (part === null || whole === null) return 0
  return whole <= 0n ? 1 : Number(part * 1_000_000n / whole) / 1_000_000
}
