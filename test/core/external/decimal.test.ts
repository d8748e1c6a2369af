import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimalText, minus, parseDecimal, plus, product, shifted, signOf, ZERO, type Decimal } from '../../../src/core/external/decimal.ts'

const of = (text: string): Decimal => {
  const found = parseDecimal(text)
  if (!found) throw new Error(`${text} is no decimal`)
  return found
}

describe('decimal text', () => {
  it.each([
    ['0', '0'], ['007', '7'], ['12.50', '12.5'], ['0.000001', '0.000001'], ['1e3', '1000'], ['1.5E-3', '0.0015'], [' 4 ', '4'],
    ['115792089237316195423570985008687907853269984665640564039457584007913129639935', '115792089237316195423570985008687907853269984665640564039457584007913129639935'],
  ])('%s is read exactly', (text, shown) => {
    expect(decimalText(of(text))).toBe(shown)
  })

  it.each(['', '-1', '+1', 'NaN', 'Infinity', '1,000', '0x10', '.5', '5.', '1e', '1e9999', `${'9'.repeat(161)}`, '1 2'])('%j is no amount', text => {
    expect(parseDecimal(text)).toBeNull()
  })

  it('comes back from its own text, whatever its size', () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 10n ** 70n }), fc.integer({ min: 0, max: 40 }), (digits, scale) => {
      const text = decimalText({ digits, scale })
      expect(decimalText(of(text))).toBe(text)
      expect(signOf(minus(of(text), { digits, scale }))).toBe(0)
    }))
  })
})

describe('arithmetic', () => {
  it('adds and subtracts across scales, below zero too', () => {
    expect([decimalText(plus(of('0.1'), of('0.2'))), decimalText(minus(of('1'), of('1.25'))), decimalText(minus(of('5'), of('5.000')))]).toEqual(['0.3', '-0.25', '0'])
    expect([signOf(minus(of('1'), of('2'))), signOf(ZERO), signOf(of('0.0001'))]).toEqual([-1, 0, 1])
  })

  it('rounds once, half away from zero', () => {
    expect(product(of('1'), of('0.0000000005'), 9)).toBe(1n)
    expect(product(of('1'), of('0.00000000049'), 9)).toBe(0n)
    expect(product(minus(ZERO, of('1')), of('0.0000000005'), 9)).toBe(-1n)
    expect(product(shifted(of('1500000'), 6), of('2'), 9)).toBe(3_000_000_000n)
  })
})
