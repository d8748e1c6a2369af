import { describe, expect, it } from 'vitest'
import { hasFallen, minusTotals, readingOf, tokensOf, totalsOf } from '../../../src/agents/codex/totals.ts'
import { CounterReader } from '../../../src/core/usage/counters.ts'

describe('the counters of Codex', () => {
  it('take cached and written tokens out of the input, and leave reasoning inside the output', () => {
    const counters = new CounterReader()
    const totals = totalsOf({ input_tokens: 1_000, cached_input_tokens: 600, cache_write_input_tokens: 100, output_tokens: 50, reasoning_output_tokens: 30, total_tokens: 1_050 }, counters)
    expect(totals && tokensOf(totals, counters)).toEqual({ input: 300, output: 50, cacheRead: 600, cacheWrite5m: 100, cacheWrite1h: 0 })
    expect(counters.damaged).toBe(false)
  })

  it('are zero and damaged where they are impossible, zero and sound where they are absent', () => {
    const damaged = new CounterReader()
    expect(totalsOf({ input_tokens: -5, cached_input_tokens: 1.5, output_tokens: 7 }, damaged)).toEqual([0, 0, 0, 7, 0])
    expect(damaged.damaged).toBe(true)
    const cachedBeyond = new CounterReader()
    expect(tokensOf([10, 20, 0, 5, 0], cachedBeyond)).toMatchObject({ input: 0, cacheRead: 20 })
    expect(cachedBeyond.damaged).toBe(true)
    expect(totalsOf(null, new CounterReader())).toBeNull()
    expect(readingOf({ total_token_usage: { input_tokens: -1 } })).toMatchObject({ totalDamaged: true, last: null })
  })

  it('start anew when their sum falls, and never give less than nothing between two readings', () => {
    expect(hasFallen([10, 0, 0, 5, 0], [10, 0, 0, 6, 0])).toBe(true)
    expect(hasFallen([9, 0, 0, 7, 0], [10, 0, 0, 6, 0])).toBe(false)
    expect(minusTotals([9, 5, 0, 7, 0], [10, 1, 0, 6, 0])).toEqual([0, 4, 0, 1, 0])
  })
})
