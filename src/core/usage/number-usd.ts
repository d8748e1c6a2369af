// Dollar amounts that another program wrote as a JSON number, read from their decimal text and never through a float.
import { divideHalfUp, nanoUsd, type NanoUsd } from '../money.ts'

const NUMBER = /^(\d{1,10})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,3}))?$/
// No session costs a billion dollars; a larger number is a damaged record.
const USD_MAX_NANOS = 1_000_000_000n * 1_000_000_000n

/** `0.008492000000000001` is 8492000 nano-USD, rounded half-up once. Null for a sign, a huge amount, or no number. */
export function usdOfNumberText(text: string): NanoUsd | null {
  const match = NUMBER.exec(text)
  if (!match) return null
  const [, whole = '0', fraction = '', exponent = '0'] = match
  const digits = BigInt(whole + fraction)
  // The digits stand for units of 10^-scale USD; one nano-USD is 10^-9.
  const scale = fraction.length - Number(exponent)
  const nanos = scale <= 9 ? digits * 10n ** BigInt(9 - scale) : divideHalfUp(digits, 10n ** BigInt(scale - 9))
  return nanos > USD_MAX_NANOS ? null : nanoUsd(nanos)
}

/** As above, of a number that was parsed: its shortest decimal text is what the other program meant. Null for anything else. */
export const usdOfNumber = (value: unknown): NanoUsd | null => (typeof value === 'number' ? usdOfNumberText(String(value)) : null)
