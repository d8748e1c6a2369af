import { describe, expect, it } from 'vitest'
import { minusTokens, plusTokens, promptTokens, tokenCount, TOKEN_COUNT_MAX, totalTokens } from '../../../src/core/usage/tokens.ts'

const some = { input: 1, output: 2, cacheRead: 4, cacheWrite5m: 8, cacheWrite1h: 16 }

describe('tokenCount', () => {
  it('takes whole counts up to the bound, absent and null as zero', () => {
    expect([0, 7, TOKEN_COUNT_MAX, undefined, null].map(tokenCount)).toEqual([0, 7, TOKEN_COUNT_MAX, 0, 0])
  })

  it('refuses what no counter can be', () => {
    expect([-1, 0.5, Number.NaN, Infinity, TOKEN_COUNT_MAX + 1, '7', true, {}, []].map(tokenCount)).toEqual(Array.from({ length: 9 }, () => null))
  })
})

describe('sums of tokens', () => {
  it('counts every kind once in the total, and all but output in the prompt', () => {
    expect(totalTokens(some)).toBe(31)
    expect(promptTokens(some)).toBe(29)
  })

  it('takes away what was added', () => {
    expect(minusTokens(plusTokens(some, some), some)).toEqual(some)
  })
})
