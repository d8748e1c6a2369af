// What a hook reserves before a request is sent: the most it may cost, by the models that its stream may use; or, where a
// budget says so, what the session's own requests cost. Pure; a model nobody can price is said to be one, never guessed.
import type { Budget } from '../budgets/budget.ts'
import { dearest, dearestRequest, requestCost, type BoundCard } from '../budgets/request-cost.ts'
import { nanoUsd, ZERO_USD, type NanoUsd } from '../money.ts'
import type { Instant } from '../time.ts'
import { STANDARD_BILLING, type Billing } from '../usage/usage-event.ts'

/** What a stream's log shows it to have used. */
export interface Used { readonly model: string; readonly billing: Billing }

export type CallCost =
  /** `most` is what no request of these models passes; `named` false: the stream has named none yet, so it is the dearest there is. */
  | { readonly known: true; readonly most: NanoUsd; readonly model: string; readonly named: boolean }
  /** It uses a model without a known price or limits; '' : there is no such model at all. */
  | { readonly known: false; readonly model: string }

/** `named`: the model its client says it will use; '' when it said none. Any model it used before may come again. */
export function callCost({ used, named }: { readonly used: readonly Used[]; readonly named: string }, now: Instant, card: BoundCard): CallCost {
  const billings = [STANDARD_BILLING, ...used.map(({ billing }) => ({ ...billing, webSearches: 0 }))]
  const costIn = (model: string): { model: string; cost: NanoUsd | null } => ({ model, cost: dearest(billings.map(billing => ({ model, cost: requestCost(model, billing, now, card) })))?.cost ?? null })
  const models = [...new Set([...used.map(({ model }) => model), ...(named === '' ? [] : [named])])]
  if (models.length === 0) {
    const found = dearestRequest(STANDARD_BILLING, now, card)
    return found ? { known: true, most: found.cost, model: found.model, named: false } : { known: false, model: '' }
  }
  const costs = models.map(costIn)
  const unknown = costs.find(({ cost }) => cost === null)
  if (unknown) return { known: false, model: unknown.model }
  const most = dearest(costs) as { model: string; cost: NanoUsd }
  return { known: true, most: most.cost, model: most.model, named: true }
}

// Fewer requests have no 95th of a hundred.
export const TURNS_MIN = 5

/** What 95 of 100 of these cost at most; null while there are too few to say. */
export function p95(costs: readonly bigint[]): NanoUsd | null {
  if (costs.length < TURNS_MIN) return null
  const sorted = costs.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return nanoUsd(sorted[Math.ceil(sorted.length * 0.95) - 1] ?? ZERO_USD)
}

export interface Asking {
  readonly amount: NanoUsd
  /** Where less is left than this, all that is left is held instead: nobody vouches for the amount anyway. */
  readonly orRest: boolean
  readonly by: 'maximum' | 'dearest' | 'p95'
}

/** What this budget holds for the request; null: nothing, since its price is unknown and the budget lets that pass. */
export function askingOf({ estimate, unpriced }: Pick<Budget, 'estimate' | 'unpriced'>, cost: CallCost, usual: NanoUsd | null): Asking | null | 'unpriced' {
  if (!cost.known) return unpriced === 'deny' ? 'unpriced' : null
  if (estimate === 'p95' && usual !== null) return { amount: usual < cost.most ? usual : cost.most, orRest: false, by: 'p95' }
  return { amount: cost.most, orRest: estimate === 'p95' || (!cost.named && unpriced === 'warn'), by: cost.named ? 'maximum' : 'dearest' }
}
