// The counters of Codex: what a usage object says, and the cumulative totals that old rollouts are counted by.
import { isObject, type JsonObject } from '../../core/tailing/json-fields.ts'
import { CounterReader } from '../../core/usage/counters.ts'
import type { TokenCounts } from '../../core/usage/tokens.ts'

/** input (cached and written included), cached, written to the cache, output (reasoning included), reasoning. */
export type Totals = readonly [input: number, cached: number, written: number, output: number, reasoning: number]

/** Null when it is no usage object. */
export function totalsOf(usage: unknown, counters: CounterReader): Totals | null {
  if (!isObject(usage)) return null
  const output = counters.read(usage['output_tokens']), reasoning = counters.read(usage['reasoning_output_tokens'])
  return [counters.read(usage['input_tokens']), counters.read(usage['cached_input_tokens']), counters.read(usage['cache_write_input_tokens']), output, reasoning]
}

/** Codex counts cached and written tokens inside the input, and reasoning inside the output. */
export function tokensOf([input, cached, written, output]: Totals, counters: CounterReader): TokenCounts {
  return { input: counters.without(input, cached + written), output, cacheRead: cached, cacheWrite5m: written, cacheWrite1h: 0 }
}

export const sameTotals = (a: Totals, b: Totals): boolean => a.every((count, index) => count === b[index])
export const isNothing = (totals: Totals): boolean => totals.every(count => count === 0)

/** A cumulative counter never falls: one that does has started anew. */
export const hasFallen = (now: Totals, before: Totals): boolean => now[0] + now[3] < before[0] + before[3]

/** What was used between two readings of the same counter; a part that fell while the sum rose counts as nothing. */
export const minusTotals = (now: Totals, before: Totals): Totals => {
  const part = (index: 0 | 1 | 2 | 3 | 4): number => Math.max(0, now[index] - before[index])
  return [part(0), part(1), part(2), part(3), part(4)]
}

export const totalsText = (totals: Totals): string => totals.join('.')

/** The cumulative and the last usage of a `token_count`. A damaged total says nothing of progress. */
export interface Reading { readonly total: Totals | null; readonly totalDamaged: boolean; readonly last: Totals | null; readonly counters: CounterReader }

export function readingOf(info: JsonObject): Reading {
  const ofTotal = new CounterReader(), counters = new CounterReader()
  const total = totalsOf(info['total_token_usage'], ofTotal)
  return { total, totalDamaged: ofTotal.damaged, last: totalsOf(info['last_token_usage'], counters), counters }
}
