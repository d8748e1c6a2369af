// What the largest request of a model costs: its whole context in the dearest column and its longest answer. A bound on
// overspend is made of it, and so is what a hook reserves. A model nobody knows has no largest request.
import type { Pricer } from '../ledger/posting.ts'
import type { NanoUsd } from '../money.ts'
import type { Instant } from '../time.ts'
import { NO_TOKENS } from '../usage/tokens.ts'
import { STANDARD_BILLING, type Billing } from '../usage/usage-event.ts'
import type { ModelLimits } from './model-limits.ts'

export interface BoundCard { readonly limits: ModelLimits; readonly price: Pricer }
export interface ModelCost { readonly model: string; readonly cost: NanoUsd }

const PROMPT_COLUMNS = ['input', 'cacheWrite1h', 'cacheWrite5m', 'cacheRead'] as const

/** By the card's own rule: long-context tier and mode included. null: its limits or its price are not known. */
export function requestCost(model: string, billing: Billing, now: Instant, { limits, price }: BoundCard): NanoUsd | null {
  const size = limits.of(model)
  if (!size) return null
  let most: NanoUsd | null = null
  for (const column of PROMPT_COLUMNS) {
    const tokens = { ...NO_TOKENS, [column]: size.contextTokens, output: size.outputTokens }
    // Where a model has no fast mode the card has no rate for it, and the session cannot be in it.
    const priced = [billing, STANDARD_BILLING].map(each => price({ model, at: now, tokens, billing: each })).find(each => each.price === 'known')
    if (priced?.price === 'known' && (most === null || priced.cost > most)) most = priced.cost
  }
  return most
}

/** The dearest request of every model whose limits are known: no request of one that has not been named costs more. */
export function dearestRequest(billing: Billing, now: Instant, card: BoundCard): ModelCost | null {
  return dearest(card.limits.models.map(model => ({ model, cost: requestCost(model, billing, now, card) })))
}

export function dearest(priced: readonly { model: string; cost: NanoUsd | null }[]): ModelCost | null {
  let found: ModelCost | null = null
  for (const { model, cost } of priced) if (cost !== null && (found === null || cost > found.cost)) found = { model, cost }
  return found
}
