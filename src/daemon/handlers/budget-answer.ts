// A budget as people and programs see it: its current balances, what remains, and beside it the worst overspend that
// its enforcement class allows.
import type { BudgetAnswer } from '../../api/control-plane.ts'
import type { Budget } from '../../core/budgets/budget.ts'
import { isRolling, windowAt, type Window } from '../../core/budgets/window.ts'
import { raisedLimit } from '../../core/enforcement/plan.ts'
import type { Balance } from '../../core/ledger/balance-store.ts'
import type { Work } from '../../core/ledger/work.ts'
import { nanoUsd, usdText, ZERO_USD, type NanoUsd } from '../../core/money.ts'
import { isoText, type Instant } from '../../core/time.ts'
import type { World } from '../world/world.ts'
import { boundsFor, type BoundOf } from './bounds.ts'

/** Every budget's answer; one per value of `per` that has spent in the current window, at least one per budget. */
export async function budgetAnswers(world: World, budgets: readonly Budget[]): Promise<BudgetAnswer[]> {
  const now = world.clock.now()
  const bounds = await boundsFor(world, now)
  const found = await world.stores.read(function* () {
    const raises = yield* world.stores.breaches.raises()
    const answers: { budget: Budget; window: Window; balance: Pick<Balance, 'perValue' | 'spent' | 'unpriced'>; limit: NanoUsd }[] = []
    for (const budget of budgets) {
      const window = windowAt(budget.window, budget.zone, now)
      for (const balance of yield* currentBalances(world, budget, window, now)) {
        answers.push({ budget, window, balance, limit: raisedLimit(budget, balance.perValue, window, raises, now) })
      }
    }
    return answers
  })
  return found.map(({ budget, window, balance, limit }) => answer(budget, window, balance, limit, bounds))
}

function* currentBalances(world: World, budget: Budget, window: Window, now: Instant): Work<readonly Pick<Balance, 'perValue' | 'spent' | 'unpriced'>[]> {
  const all = yield* world.stores.balances.ofMeasure(budget.measure)
  const current = all.filter(balance => (isRolling(budget.window) ? true : balance.windowStart === window.start) && (balance.windowEnd === null || balance.windowEnd > now))
  return current.length > 0 ? current : [{ perValue: '', spent: ZERO_USD, unpriced: 0 }]
}

function answer(budget: Budget, window: Window, balance: Pick<Balance, 'perValue' | 'spent' | 'unpriced'>, limit: NanoUsd, bounds: BoundOf): BudgetAnswer {
  const remaining = nanoUsd(limit - balance.spent)
  const bound = bounds(budget, balance.perValue)
  return {
    id: budget.id, scope: { ...budget.selector }, per: budget.per, ...(budget.per === '' ? {} : { perValue: balance.perValue }),
    window: { kind: window.kind, start: window.kind === 'lifetime' ? null : isoText(window.start), end: window.end === null ? null : isoText(window.end), zone: budget.zone },
    limit: usdText(limit), spent: usdText(balance.spent), reserved: usdText(ZERO_USD), remaining: usdText(remaining),
    atLeast: balance.unpriced > 0, state: remaining <= 0n ? 'exhausted' : 'active', onBreach: budget.onBreach, class: bound.class, bound: bound.bound,
  }
}
