import { describe, expect, it } from 'vitest'
import { CounterReader } from '../../../src/core/usage/counters.ts'

describe('the counters of a record', () => {
  it('read as they are, from numbers and from 64-bit integers', () => {
    const counters = new CounterReader()
    expect([counters.read(12), counters.read(12n), counters.read(0), counters.read(null), counters.read(undefined)]).toEqual([12, 12, 0, 0, 0])
    expect(counters.damaged).toBe(false)
  })

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1_000_000_001, '12', true, {}, -1n, 2n ** 70n])('count as zero and are remembered when they are %s', value => {
    const counters = new CounterReader()
    expect(counters.read(value)).toBe(0)
    expect(counters.damaged).toBe(true)
  })

  it('leave what remains of a whole without its part', () => {
    const counters = new CounterReader()
    expect(counters.without(10, 4)).toBe(6)
    expect(counters.damaged).toBe(false)
    expect(counters.without(4, 10)).toBe(0)
    expect(counters.damaged).toBe(true)
  })
})
