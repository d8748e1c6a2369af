import { describe, expect, it } from 'vitest'
import { addSums, grouped, NO_USAGE, usageCore } from '../../src/api/answers.ts'
import type { UsageSum } from '../../src/core/ledger/ledger-store.ts'
import { nanoUsd } from '../../src/core/money.ts'
import { NO_TOKENS } from '../../src/core/usage/tokens.ts'

const sum = (change: Partial<UsageSum> = {}): UsageSum => ({ ...NO_USAGE, responses: 1, tokens: { ...NO_TOKENS, output: 7 }, cost: nanoUsd(1_000_000_001n), ...change })
const group = (change: Partial<UsageSum> = {}, unpricedModels: readonly string[] = []) => ({ sum: sum(change), unpricedModels })

describe('the usage core', () => {
  it('adds every figure and keeps the last nano-dollar', () => {
    expect(usageCore([group(), group({ estimated: 2, tokens: { input: 1, output: 2, cacheRead: 3, cacheWrite5m: 4, cacheWrite1h: 5 } })])).toEqual({
      responses: 2, tokens: { input: 1, output: 9, cacheRead: 3, cacheWrite5m: 4, cacheWrite1h: 5 }, cost: '2.000000002', atLeast: false,
      unpriced: { responses: 0, models: [] }, estimated: 2, partial: 0,
    })
    expect(addSums(NO_USAGE, sum())).toEqual(sum())
  })
  it('is zero, and no lower bound, of nothing', () => {
    expect(usageCore([])).toMatchObject({ responses: 0, cost: '0.00', atLeast: false })
  })
  it('is a lower bound as soon as one response is unpriced or partial', () => {
    expect([usageCore([group(), group({ unpriced: 1 })]).atLeast, usageCore([group(), group({ partial: 1 })]).atLeast, usageCore([group({ estimated: 1 })]).atLeast]).toEqual([true, true, false])
  })
  it('names each unpriced model once, in order', () => {
    expect(usageCore([group({ unpriced: 2 }, ['b', 'a']), group({ unpriced: 1 }, ['b'])]).unpriced).toEqual({ responses: 3, models: ['a', 'b'] })
  })
})

describe('grouping', () => {
  it('keeps the order of first appearance, and takes any text as a key', () => {
    const groups = grouped([['b', 1], ['__proto__', 2], ['b', 3]] as const, ([key]) => key)
    expect([...groups]).toEqual([['b', [['b', 1], ['b', 3]]], ['__proto__', [['__proto__', 2]]]])
  })
})
