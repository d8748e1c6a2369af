// From the ledger's sums to the JSON contract's shapes: money as decimal text, lower bounds marked, absent stays absent.
import type { UsageGroup, UsageSum } from '../core/ledger/ledger-store.ts'
import { nanoUsd, usdText, ZERO_USD } from '../core/money.ts'
import { NO_TOKENS, plusTokens } from '../core/usage/tokens.ts'
import type { UsageCore } from './control-plane.ts'

export const NO_USAGE: UsageSum = { responses: 0, tokens: NO_TOKENS, cost: ZERO_USD, unpriced: 0, partial: 0, estimated: 0 }

export function addSums(a: UsageSum, b: UsageSum): UsageSum {
  return {
    responses: a.responses + b.responses, tokens: plusTokens(a.tokens, b.tokens), cost: nanoUsd(a.cost + b.cost),
    unpriced: a.unpriced + b.unpriced, partial: a.partial + b.partial, estimated: a.estimated + b.estimated,
  }
}

/** The usage core of one row: what every answer that sums usage repeats. */
export function usageCore(groups: readonly Pick<UsageGroup, 'sum' | 'unpricedModels'>[]): UsageCore {
  return usageOf(groups.reduce((total, group) => addSums(total, group.sum), NO_USAGE), [...new Set(groups.flatMap(group => group.unpricedModels))].sort())
}

export const usageOf = (sum: UsageSum, unpricedModels: readonly string[]): UsageCore => ({
  responses: sum.responses, tokens: { ...sum.tokens }, cost: usdText(sum.cost), atLeast: sum.unpriced > 0 || sum.partial > 0,
  unpriced: { responses: sum.unpriced, models: unpricedModels }, estimated: sum.estimated, partial: sum.partial,
})

/** Groups by a text, keeping the order of first appearance. */
export function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const found = groups.get(key)
    if (found) found.push(item)
    else groups.set(key, [item])
  }
  return groups
}
