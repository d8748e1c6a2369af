// What each budget has spent in the window of now, as a reader needs it. Kept balances only move when something is
// posted, so what fell out of a rolling window meanwhile is taken off here; a budget nobody has counted yet is summed
// from its entries. Reading writes nothing.
import type { Budget } from '../../core/budgets/budget.ts'
import { matches, perValue } from '../../core/budgets/selector.ts'
import { isRolling, windowAt, type Window } from '../../core/budgets/window.ts'
import { raisedLimit } from '../../core/enforcement/plan.ts'
import type { Balance } from '../../core/ledger/balance-store.ts'
import type { SpendRow } from '../../core/ledger/ledger-store.ts'
import type { Work } from '../../core/ledger/work.ts'
import { isTask } from '../../core/reservations/task-budget.ts'
import { nanoUsd, ZERO_USD, type NanoUsd } from '../../core/money.ts'
import { instant, type Instant } from '../../core/time.ts'
import type { World } from './world.ts'

type Spent = Pick<Balance, 'perValue' | 'spent' | 'unpriced' | 'partial'>
/** `limit` includes what a release has raised it by in this window. */
export interface CurrentStanding extends Spent { readonly budget: Budget; readonly window: Window; readonly limit: NanoUsd; readonly reserved: NanoUsd }

/** One per value of `per` with spending in the window of now; none for a budget without any. */
export function* currentStandings({ stores }: Pick<World, 'stores'>, budgets: readonly Budget[], now: Instant): Work<readonly CurrentStanding[]> {
  if (budgets.length === 0) return []
  const kept = yield* stores.balances.measures()
  const raises = yield* stores.breaches.raises()
  const holds = new Map((yield* stores.holds.all()).map(held => [`${held.measure}/${held.perValue}`, held.reserved]))
  const found: CurrentStanding[] = []
  for (const budget of budgets) {
    const window = windowAt(budget.window, budget.zone, now)
    const spent = kept.has(budget.measure) || isTask(budget) ? yield* keptOf(stores, budget, window) : added(budget, yield* stores.ledger.spendByScope(window.start, window.end))
    for (const each of withHeld(budget, spent, holds)) {
      found.push({ budget, window, perValue: each.perValue, spent: each.spent, unpriced: each.unpriced, partial: each.partial, reserved: each.reserved, limit: raisedLimit(budget, each.perValue, window, raises, now) })
    }
  }
  return found
}

/** What is held counts where nothing is spent yet. */
function withHeld({ measure }: Budget, spent: readonly Spent[], holds: ReadonlyMap<string, NanoUsd>): readonly (Spent & { readonly reserved: NanoUsd })[] {
  const prefix = `${measure}/`, named = new Set(spent.map(({ perValue: value }) => prefix + value))
  const unspent = [...holds].filter(([name, reserved]) => name.startsWith(prefix) && reserved > 0n && !named.has(name))
    .map(([name]): Spent => ({ perValue: name.slice(prefix.length), spent: ZERO_USD, unpriced: 0, partial: 0 }))
  return [...spent, ...unspent].map(each => ({ ...each, reserved: holds.get(prefix + each.perValue) ?? ZERO_USD }))
}

function* keptOf(stores: World['stores'], budget: Budget, window: Window): Work<readonly Spent[]> {
  const all = yield* stores.balances.ofMeasure(budget.measure)
  if (!isRolling(budget.window)) return all.filter(balance => balance.windowStart === window.start)
  const oldest = all.reduce((least, balance) => Math.min(least, balance.through), window.start as number)
  if (oldest >= window.start) return all
  const fallen = yield* stores.ledger.spend(instant(oldest), window.start)
  return all.map(balance => {
    const own = added(budget, fallen.filter(each => each.at >= balance.through)).find(each => each.perValue === balance.perValue)
    return own ? { perValue: balance.perValue, spent: nanoUsd(balance.spent - own.spent), unpriced: balance.unpriced - own.unpriced, partial: balance.partial - own.partial } : balance
  })
}

/** Spending that the budget counts, by value of `per`. */
function added(budget: Budget, spending: readonly Pick<SpendRow, 'scope' | 'cost' | 'unpriced' | 'partial'>[]): readonly Spent[] {
  const sums = new Map<string, { spent: bigint; unpriced: number; partial: number }>()
  for (const each of spending) {
    if (!matches(budget.selector, each.scope)) continue
    const value = perValue(budget, each.scope)
    const sum = sums.get(value) ?? { spent: 0n, unpriced: 0, partial: 0 }
    sums.set(value, { spent: sum.spent + each.cost, unpriced: sum.unpriced + each.unpriced, partial: sum.partial + each.partial })
  }
  return [...sums].map(([value, { spent, unpriced, partial }]) => ({ perValue: value, spent: nanoUsd(spent), unpriced, partial }))
}

/**
 * Balances that the budgets in force do not keep miss what is posted from now on, so that the next budget to want one
 * must compute it anew: after a removal, after an edit, and for all of them while only observing. Called before posting
 * by whoever starts to, and after every change of the rules.
 */
export async function forgetUnkept({ stores, budgets }: Pick<World, 'stores' | 'budgets'>): Promise<void> {
  const kept = new Set(budgets().map(budget => budget.measure))
  const stale = [...await stores.read(() => stores.balances.measures())].filter(measure => !kept.has(measure))
  if (stale.length === 0) return
  await stores.transaction(function* () {
    for (const measure of stale) yield* stores.balances.forget(measure)
  })
}
