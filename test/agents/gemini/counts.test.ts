import { describe, expect, it } from 'vitest'
import { googleTokens, type GoogleUsage } from '../../../src/agents/gemini/counts.ts'

const used = (usage: Partial<GoogleUsage>, thoughts: 'beside' | 'within' = 'beside'): unknown =>
  googleTokens({ prompt: 0, candidates: 0, cached: 0, thoughts: 0, tool: 0, total: 0, ...usage }, thoughts)
const counts = (input: number, output: number, cacheRead = 0, damaged = false): unknown => ({ tokens: { input, output, cacheRead, cacheWrite5m: 0, cacheWrite1h: 0 }, damaged })

describe('Google\'s usage metadata', () => {
  it('counts what was cached out of the prompt and thoughts into the output', () => {
    expect(used({ prompt: 2100, candidates: 40, cached: 900, thoughts: 8, total: 2148 })).toEqual(counts(1200, 48, 900))
  })

  it('takes thoughts as part of the answer where the total has no room for them', () => {
    expect(used({ prompt: 2000, candidates: 50, thoughts: 30, total: 2050 })).toEqual(counts(2000, 50))
    expect(used({ prompt: 2000, candidates: 50, thoughts: 30, total: 2080 }, 'within')).toEqual(counts(2000, 80))
  })

  it('adds a tool\'s prompt only where the total contains it', () => {
    expect(used({ prompt: 100, candidates: 10, thoughts: 5, tool: 300, total: 415 })).toEqual(counts(400, 15))
    expect(used({ prompt: 100, candidates: 10, thoughts: 5, tool: 300, total: 115 })).toEqual(counts(100, 15))
    expect(used({ prompt: 100, candidates: 10, thoughts: 5, tool: 300, total: 410 })).toEqual(counts(400, 10))
  })

  it('follows the agent\'s usual way where there is no total, or one that fits nothing', () => {
    expect(used({ prompt: 100, candidates: 10, thoughts: 5, tool: 7 })).toEqual(counts(100, 15))
    expect(used({ prompt: 100, candidates: 10, thoughts: 5, tool: 7 }, 'within')).toEqual(counts(100, 10))
    expect(used({ prompt: 100, candidates: 10, thoughts: 5, total: 9_999 })).toEqual(counts(100, 15))
  })

  it('is nothing where nothing was used, and damaged where a counter is no counter or a part exceeds its whole', () => {
    expect(used({})).toBeNull()
    expect(used({ prompt: undefined, candidates: null })).toBeNull()
    expect(used({ prompt: -5, candidates: 10 })).toEqual(counts(0, 10, 0, true))
    expect(used({ prompt: Number.NaN })).toEqual(counts(0, 0, 0, true))
    expect(used({ prompt: 100, candidates: 1, cached: 150, total: 101 })).toEqual(counts(0, 1, 150, true))
  })
})
