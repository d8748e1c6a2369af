// Money as bigint nano-USD and rates as bigint pico-USD per token. Knows no currency but USD and no float:
// a double drifts (a million micro-dollars sum to 1.000000000007918), and users compare our sums with invoices.
import { AppError } from './errors.ts'

declare const brand: unique symbol
/** 1 unit = 10^-9 USD. An int64 column holds 9.2 billion USD. */
export type NanoUsd = bigint & { readonly [brand]: 'NanoUsd' }
/** 1 unit = 10^-12 USD per token; $1 per million tokens is 1_000_000. */
export type PicoUsdPerToken = bigint & { readonly [brand]: 'PicoUsdPerToken' }

export const NANOS_PER_USD = 1_000_000_000n
// What one int64 column can hold; past it SQLite would turn the sum into a float silently.
const NANO_USD_MAX = 9_223_372_036_854_775_807n

export const nanoUsd = (value: bigint): NanoUsd => {
  if (value > NANO_USD_MAX || value < -NANO_USD_MAX) throw new AppError('invalid_input', `an amount of ${value} nano-USD is out of range`)
  return value as NanoUsd
}
export const ZERO_USD = 0n as NanoUsd

const DECIMAL = /^(\d{1,10})(?:\.(\d{1,9}))?$/

/**
 * Parses decimal text such as `20`, `0.5` or `12.345678901` into nano-USD.
 * Refuses NaN, infinity, signs, exponents and more than nine decimals with `invalid_input`.
 */
export function parseUsd(text: string): NanoUsd {
  const match = DECIMAL.exec(text.trim().replace(/^\$/, ''))
  if (!match) throw new AppError('invalid_input', `"${text}" is not an amount of US dollars; write it like 20 or 0.75 (at most nine decimals, no sign)`)
  const [, whole = '0', fraction = ''] = match
  return nanoUsd(BigInt(whole) * NANOS_PER_USD + BigInt(fraction.padEnd(9, '0')))
}

/** Exact decimal text, the JSON form: no trailing zeros beyond two decimals. `-0.5` USD is `"-0.50"`. */
export function usdText(amount: bigint): string {
  const absolute = amount < 0n ? -amount : amount
  const fraction = (absolute % NANOS_PER_USD).toString().padStart(9, '0').replace(/0+$/, '').padEnd(2, '0')
  return `${amount < 0n ? '-' : ''}${absolute / NANOS_PER_USD}.${fraction}`
}

/** For people: two decimals, four below one cent, half-up; thousands separated. `$1,234.57`. */
export function usdShort(amount: bigint): string {
  const absolute = amount < 0n ? -amount : amount
  const decimals = absolute !== 0n && absolute < NANOS_PER_USD / 100n ? 4 : 2
  const unit = 10n ** BigInt(9 - decimals)
  const rounded = (absolute + unit / 2n) / unit
  const scale = 10n ** BigInt(decimals)
  const whole = (rounded / scale).toString().replace(/\B(?=(\d{3})+$)/g, ',')
  return `${amount < 0n ? '-' : ''}$${whole}.${(rounded % scale).toString().padStart(decimals, '0')}`
}

/** Divides rounding half away from zero: the one rounding an entry gets. `divisor` is positive. */
export function divideHalfUp(value: bigint, divisor: bigint): bigint {
  const doubled = (value < 0n ? -value : value) * 2n + divisor
  const magnitude = doubled / (divisor * 2n)
  return value < 0n ? -magnitude : magnitude
}
