import { describe, expect, it } from 'vitest'
import { parseDecimal } from '../../../src/core/external/decimal.ts'
import { isExternal, units, worth } from '../../../src/core/external/source.ts'
import { decimalText } from '../../../src/core/external/decimal.ts'

const amount = (text: string) => parseDecimal(text) ?? { digits: 0n, scale: 0 }
const source = (decimals: number, usdPerUnit = '1') => ({ id: 'bill', decimals, usdPerUnit: amount(usdPerUnit) })

describe('worth', () => {
  it.each([
    ['12.345678901', 0, '1', 12_345_678_901n],
    ['1500000', 6, '1', 1_500_000_000n],
    ['1', 6, '0.9998', 1_000n],
    ['1000000000000000000', 18, '2500.25', 2_500_250_000_000n],
    ['1', 18, '2500', 0n],
    ['200000', 18, '2500', 1n],
    ['0', 0, '1', 0n],
  ])('%s with %i decimals at %s dollars is exact to a billionth, rounded once', (text, decimals, price, nano) => {
    expect(worth(amount(text), source(decimals, price))).toBe(nano)
  })

  it('refuses what no bill says, and names the source and what to check', () => {
    const most = amount('115792089237316195423570985008687907853269984665640564039457584007913129639935')
    expect(() => worth(most, source(0))).toThrow(/external source "bill" says \$1157.*out of range; check its decimals and usd_per_unit: purser config show/)
    expect(() => worth(amount('1000000001'), source(0))).toThrow(expect.objectContaining({ code: 'invalid_input' }))
    expect(worth(amount('1000000000'), source(0))).toBe(10n ** 18n)
  })
})

it('units are what people count in', () => {
  expect(decimalText(units(amount('1500000'), source(6)))).toBe('1.5')
})

it('an entry from outside is told by its key', () => {
  expect([isExternal('external:bill:a'), isExternal('claude-code:msg_1'), isExternal('unlogged:external')]).toEqual([true, false, false])
})
