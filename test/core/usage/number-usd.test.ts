import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { usdOfNumber, usdOfNumberText } from '../../../src/core/usage/number-usd.ts'

describe('usdOfNumberText', () => {
  it('reads what a client printed from a double, float dust rounded away once', () => {
    expect(usdOfNumberText('0.008492000000000001')).toBe(8_492_000n)
    expect(usdOfNumberText('0.00006932999999999999')).toBe(69_330n)
    expect(usdOfNumberText('0')).toBe(0n)
    expect(usdOfNumberText('12')).toBe(12_000_000_000n)
  })

  it('reads exponents, which JavaScript prints below a millionth', () => {
    expect(usdOfNumberText('1e-7')).toBe(100n)
    expect(usdOfNumberText('6.9e-9')).toBe(7n)
    expect(usdOfNumberText('4.9e-10')).toBe(0n)
    expect(usdOfNumberText('5e-10')).toBe(1n)
    expect(usdOfNumberText('1.5E+2')).toBe(150_000_000_000n)
  })

  it('refuses signs, words and amounts no session can cost', () => {
    for (const text of ['-1', 'NaN', 'null', '"1"', '', '1.', '.5', '1e999', '99999999999', '1e10', '1e400']) expect(usdOfNumberText(text), text).toBeNull()
  })

  it('is within half a nano-USD of every double a client can hold', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 10_000, noNaN: true }), value => {
      const nanos = usdOfNumberText(JSON.stringify(value))
      expect(Math.abs(Number(nanos) / 1e9 - value)).toBeLessThanOrEqual(0.6e-9)
    }))
  })

  it('reads parsed numbers by the same text, and nothing else', () => {
    expect(usdOfNumber(0.1)).toBe(100_000_000n)
    expect(usdOfNumber(0.00137)).toBe(1_370_000n)
    for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY, 1e10, '0.1', null, undefined, {}]) expect(usdOfNumber(value)).toBeNull()
  })
})
