import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bar, bytesText, exact, money, moneyAtLeast, nanosOf, percent, plural, shareOf, short } from '../../../src/core/text/figures.ts'
import { lineWidth, textOf } from '../../../src/core/text/line.ts'

describe('money', () => {
  it.each([
    ['12.345678901', '$12.35'], ['0.004', '$0.0040'], ['1234567.5', '$1,234,567.50'], ['-0.41', '-$0.41'], ['0.00', '$0.00'], ['n/a', 'n/a'],
  ])('%s reads %s', (contract, shown) => {
    expect(money(contract)).toBe(shown)
  })
  it('marks a lower bound', () => {
    expect(moneyAtLeast('3.00', true)).toBe('$3.00+')
    expect(moneyAtLeast('3.00', false)).toBe('$3.00')
  })
  it('reads signs, and nothing but contract text', () => {
    expect(nanosOf('-1.000000001')).toBe(-1_000_000_001n)
    for (const text of ['', '-', '1e3', 'NaN', '$1', '1.0000000001', '--1']) expect(nanosOf(text)).toBeNull()
  })
})

describe('counts', () => {
  it.each([
    [0, '0'], [950, '950'], [999, '999'], [1000, '1.00k'], [1234, '1.23k'], [12_345, '12.3k'], [123_456, '123k'], [999_499, '999k'],
    [999_500, '1.00M'], [41_200_000, '41.2M'], [999_500_000, '1.00G'], [3_000_000_000_000, '3.00T'],
  ])('%d is %s', (count, shown) => {
    expect(short(count)).toBe(shown)
  })
  it('never take more than five characters, up to a quadrillion', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 999_000_000_000_000 }), count => short(count).length <= 5))
  })
  it('are exact with separators, and have a plural', () => {
    expect(exact(1234567)).toBe('1,234,567')
    expect([plural(1, 'file'), plural(2, 'file'), plural(0, 'entry', 'entries')]).toEqual(['1 file', '2 files', '0 entries'])
  })
  it.each([[0, '0 B'], [1023, '1023 B'], [1536, '1.5 KiB'], [671_088_640, '640 MiB'], [1_073_741_824, '1.0 GiB']])('%d bytes are %s', (bytes, shown) => {
    expect(bytesText(bytes)).toBe(shown)
  })
})

describe('a bar', () => {
  const full = (share: number): number => (bar(share, 10, 'good').map(textOf).join('').match(/█/g) ?? []).length
  it.each([[0, 0], [0.001, 1], [0.5, 5], [0.999, 9], [1, 10], [7, 10], [-1, 0], [Number.NaN, 0]])('of %d has %d of 10 full: it looks spent only when it is', (share, count) => {
    expect(full(share)).toBe(count)
  })
  it('always has its width', () => {
    fc.assert(fc.property(fc.double(), share => lineWidth(bar(share, 10, 'good')) === 10))
  })
  it('rounds its percentage down, so that 100% means spent', () => {
    expect([percent(0.9999), percent(1), percent(1.234)]).toEqual(['99%', '100%', '123%'])
  })
})

describe('the share of a limit', () => {
  it.each([['5.00', '20.00', 0.25], ['20.00', '20.00', 1], ['0.00', '0.00', 1], ['1.00', 'oops', 0]])('%s of %s is %d', (spent, limit, share) => {
    expect(shareOf(spent, limit)).toBe(share)
  })
})
