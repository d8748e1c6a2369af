// Exact decimal numbers of any size: what a bill or a chain says an amount is, before it is money. A double would already
// have lost the last digits of a token with 18 decimals. Knows no currency.
import { divideHalfUp } from '../money.ts'

/** `digits` divided by ten to the power of `scale`. */
export interface Decimal { readonly digits: bigint; readonly scale: number }

export const ZERO: Decimal = { digits: 0n, scale: 0 }

// A 256-bit integer has 78 digits; as many again behind the point hold any token's smallest part.
const DIGITS_MAX = 160
const TEXT = /^(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/

/** Plain or scientific decimal text without a sign; null for anything else (NaN, infinity, commas, `0x`). */
export function parseDecimal(text: string): Decimal | null {
  const match = TEXT.exec(text.trim())
  if (!match) return null
  const [, whole = '', fraction = '', exponent = '0'] = match
  const scale = fraction.length - Number(exponent)
  if (whole.length + fraction.length > DIGITS_MAX || Math.abs(scale) > DIGITS_MAX) return null
  const digits = BigInt(whole + fraction)
  return scale >= 0 ? lowest({ digits, scale }) : { digits: digits * 10n ** BigInt(-scale), scale: 0 }
}

/** Text that `parseDecimal` reads back as the same number; a leading minus where it is negative. */
export function decimalText({ digits, scale }: Decimal): string {
  const absolute = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0')
  const fraction = scale === 0 ? '' : absolute.slice(-scale).replace(/0+$/, '')
  return `${digits < 0n ? '-' : ''}${scale === 0 ? absolute : absolute.slice(0, -scale)}${fraction === '' ? '' : `.${fraction}`}`
}

export function minus(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale)
  return lowest({ digits: at(a, scale) - at(b, scale), scale })
}

export function plus(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale)
  return lowest({ digits: at(a, scale) + at(b, scale), scale })
}

/** Below, at or above zero. */
export const signOf = ({ digits }: Decimal): -1 | 0 | 1 => (digits < 0n ? -1 : digits === 0n ? 0 : 1)

/** The same number with the point `places` further left: raw units of a token with that many decimals. */
export const shifted = ({ digits, scale }: Decimal, places: number): Decimal => lowest({ digits, scale: scale + places })

/** `a` times `b` in whole units of ten to the power of minus `decimals`, rounded once, half away from zero. */
export function product(a: Decimal, b: Decimal, decimals: number): bigint {
  const digits = a.digits * b.digits, scale = a.scale + b.scale
  return scale <= decimals ? digits * 10n ** BigInt(decimals - scale) : divideHalfUp(digits, 10n ** BigInt(scale - decimals))
}

const at = ({ digits, scale }: Decimal, wanted: number): bigint => digits * 10n ** BigInt(wanted - scale)

function lowest({ digits, scale }: Decimal): Decimal {
  let [rest, places] = [digits, scale]
  while (places > 0 && rest % 10n === 0n) [rest, places] = [rest / 10n, places - 1]
  return { digits: rest, scale: places }
}
