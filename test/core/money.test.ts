import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeOf } from '../../src/core/errors.ts'
import { divideHalfUp, NANOS_PER_USD, nanoUsd, parseUsd, usdShort, usdText } from '../../src/core/money.ts'

const codeOfThrown = (deed: () => unknown): string => {
  try { deed() } catch (error) { return codeOf(error) }
  return 'nothing'
}
const INT64_MAX = 9_223_372_036_854_775_807n

describe('money from text', () => {
  it.each([
    ['20', 20_000_000_000n], ['0.75', 750_000_000n], ['12.345678901', 12_345_678_901n], ['0.000000001', 1n], [' $5 ', 5_000_000_000n], ['0', 0n], ['007.10', 7_100_000_000n],
  ])('reads %s exactly', (text, nanos) => {
    expect(parseUsd(text)).toBe(nanos)
  })
  it.each(['', ' ', 'NaN', 'Infinity', '-1', '+1', '1e3', '1,000', '1.', '.5', '0.0000000001', '12345678901', '0x10', '1 2', '$$1', '١'])('refuses %j and says how to write it', text => {
    expect(codeOfThrown(() => parseUsd(text))).toBe('invalid_input')
    expect(() => parseUsd(text)).toThrow(/write it like 20 or 0\.75/)
  })
})

describe('money as text', () => {
  it('comes back as it was, for every amount a column can hold', () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: INT64_MAX }), nanos => {
      expect(parseUsd(usdText(nanos))).toBe(nanos)
    }))
  })
  it.each([[0n, '0.00'], [1n, '0.000000001'], [500_000_000n, '0.50'], [-500_000_000n, '-0.50'], [12_345_678_901n, '12.345678901'], [1_230_000_000n, '1.23']])('writes %s as %s', (nanos, text) => {
    expect(usdText(nanos)).toBe(text)
  })
  it.each([
    [0n, '$0.00'], [4_000_000n, '$0.0040'], [9_999_999n, '$0.0100'], [10_000_000n, '$0.01'], [1_234_565_000_000n, '$1,234.57'], [1_234_564_999_999n, '$1,234.56'], [-5_000_000_000n, '-$5.00'], [1_234_567_000_000_000n, '$1,234,567.00'],
  ])('shows %s to people as %s', (nanos, text) => {
    expect(usdShort(nanos)).toBe(text)
  })
})

describe('an amount', () => {
  it('is refused where one column could not hold it', () => {
    expect(nanoUsd(INT64_MAX)).toBe(INT64_MAX)
    expect(nanoUsd(-INT64_MAX)).toBe(-INT64_MAX)
    expect(codeOfThrown(() => nanoUsd(INT64_MAX + 1n))).toBe('invalid_input')
    expect(codeOfThrown(() => nanoUsd(-INT64_MAX - 1n))).toBe('invalid_input')
  })
  it('is divided with the half away from zero, the same for a refund as for a charge', () => {
    expect([[5n, 2n], [-5n, 2n], [4n, 3n], [5n, 3n], [0n, 7n], [1n, 2n], [-1n, 2n], [3n, 1n]].map(([value = 0n, divisor = 1n]) => divideHalfUp(value, divisor))).toEqual([3n, -3n, 1n, 2n, 0n, 1n, -1n, 3n])
    fc.assert(fc.property(fc.bigInt(), fc.bigInt({ min: 1n, max: NANOS_PER_USD }), (value, divisor) => {
      const rounded = divideHalfUp(value, divisor)
      const distance = value - rounded * divisor
      expect((distance < 0n ? -distance : distance) * 2n).toBeLessThanOrEqual(divisor)
      expect(divideHalfUp(-value, divisor)).toBe(-rounded)
    }))
  })
})
