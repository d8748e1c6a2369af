// Keeps balances in step with the ledger, inside the transaction that posts. A calendar balance is one row per window;
// a rolling one is a single row whose left edge advances, taking off what fell out, so that both cost one row per batch.
// At any commit a rolling balance holds exactly the entries at or after its own left edge: advance it before posting.
import type { Budget } from '../core/budgets/budget.ts'
import { matches, perValue } from '../core/budgets/selector.ts'
import { isRolling, windowAt } from '../core/budgets/window.ts'
import type { Balance, BalanceDelta, BalanceKey } from '../core/ledger/balance-store.ts'
import type { SpendRow } from '../core/ledger/ledger-store.ts'
import type { EntryDraft } from '../core/ledger/posting.ts'
import type { Work } from '../core/ledger/work.ts'
import { held, isCall } from '../core/reservations/reservation.ts'
import type { TaskBudget } from '../core/reservations/task-budget.ts'
import type { Stores } from '../core/stores.ts'
import { instant, type Instant } from '../core/time.ts'
import { proveFromLog } from './prove.ts'

export interface TouchedBalance { readonly budget: Budget; readonly balance: Balance }

const ROLLING_START = instant(0)

/** What an entry adds to a balance, whether it comes from a batch or from the ledger's own rows. */
type Spending = Pick<SpendRow, 'at' | 'scope' | 'unpriced' | 'partial' | 'responses' | 'estimated'> & { readonly cost: bigint }

const spendingOf = (entry: EntryDraft): Spending => ({
  at: entry.at, scope: entry.scope, cost: entry.cost ?? 0n, unpriced: entry.unpriced, partial: entry.partial, responses: entry.responses, estimated: entry.estimated !== 0,
})

/**
 * Adds the posted entries to every balance they touch and returns those of windows that contain `now`, as the database
 * holds them. Entries of closed windows correct their own balance, when there is one; entries dated ahead of `now` make
 * the balance of their window, which is judged once it has come. Neither is returned. Task budgets are those their sessions
 * work for and `toldOn`; what was reserved for these sessions is proven by as much.
 */
export function* addToBalances(stores: Stores, budgets: readonly Budget[], posted: readonly EntryDraft[], now: Instant, toldOn: readonly TaskBudget[] | null = null): Work<readonly TouchedBalance[]> {
  const spending = posted.map(spendingOf)
  const touched: TouchedBalance[] = []
  for (const budget of oneOfEachMeasure(budgets)) {
    for (const [key, { delta, when, window }] of deltasOf(budget, spending, now)) {
      const balanceKey = { measure: budget.measure, perValue: key.perValue, windowStart: key.windowStart }
      const balance = when === 'closed' ? yield* stores.balances.addToExisting(balanceKey, delta) : yield* stores.balances.add(balanceKey, window, delta)
      if (when === 'current' && balance) for (const sharing of budgets) if (sharing.measure === budget.measure) touched.push({ budget: sharing, balance })
    }
  }
  return [...touched, ...(yield* proveFromLog({ stores }, posted, { now, toldOn }))]
}

/**
 * Moves every rolling balance's left edge to `now` minus its length, taking off what the ledger holds in between. To be
 * called before the entries of a batch are posted: what is posted left of the new edge was never added.
 */
export function* advanceRolling(stores: Stores, budgets: readonly Budget[], now: Instant): Work<void> {
  for (const budget of oneOfEachMeasure(budgets).filter(each => isRolling(each.window))) {
    const left = windowAt(budget.window, budget.zone, now).start
    const balances = yield* stores.balances.ofMeasure(budget.measure)
    const oldest = balances.reduce((least, balance) => Math.min(least, balance.through), left as number)
    if (oldest >= left) continue
    const fallen = (yield* stores.ledger.spend(instant(oldest), left)).filter(each => matches(budget.selector, each.scope))
    for (const balance of balances) {
      const own = fallen.filter(each => each.at >= balance.through && perValue(budget, each.scope) === balance.perValue)
      yield* stores.balances.advance(balance, left, sum(own))
    }
  }
}

/** Computes the current balances of budgets whose measure is new (a new budget, or one whose scope or window changed). */
export function* measureNew(stores: Stores, budgets: readonly Budget[], now: Instant): Work<readonly string[]> {
  const known = yield* stores.balances.measures()
  const fresh = oneOfEachMeasure(budgets).filter(budget => !known.has(budget.measure))
  for (const budget of fresh) yield* measure(stores, budget, now)
  yield* holdPending(stores, fresh)
  return fresh.map(budget => budget.measure)
}

/** A budget that is new holds what was reserved before it was there: that money will be spent like any other. Calls are held where budgets want it. */
function* holdPending(stores: Stores, fresh: readonly Budget[]): Work<void> {
  if (fresh.length === 0) return
  for (const reservation of yield* stores.reservations.pending()) {
    for (const budget of fresh.filter(each => matches(each.selector, reservation.scope) && (each.reserve === 'hooks' || !isCall(reservation)))) {
      const part = { budget: budget.id, measure: budget.measure, perValue: perValue(budget, reservation.scope) }
      if (!(yield* stores.reservations.addPart(reservation.id, part))) continue
      yield* stores.holds.lock([part])
      yield* stores.holds.change(part, held(reservation))
    }
  }
}

function* measure(stores: Stores, budget: Budget, now: Instant): Work<void> {
  const window = windowAt(budget.window, budget.zone, now)
  yield* stores.balances.clear(budget.measure)
  // Summed by scope: a lifetime of two million entries took 3 GiB as rows.
  const end = isRolling(budget.window) ? null : window.end
  const inside = (yield* stores.ledger.spendByScope(window.start, end)).flatMap(({ cost, estimated, ...each }): Spending[] => [
    { ...each, at: window.start, cost: cost - estimated, estimated: false }, { scope: each.scope, at: window.start, cost: estimated, estimated: true, unpriced: 0, partial: 0, responses: 0 },
  ])
  // An entry dated ahead belongs to a balance of its own already.
  const spending = end === null ? inside : [...inside, ...(yield* stores.ledger.spend(end, null)).map((each): Spending => each)]
  for (const [key, { delta, window: row }] of deltasOf(budget, spending, now)) {
    yield* stores.balances.add({ measure: budget.measure, perValue: key.perValue, windowStart: key.windowStart }, row, delta)
  }
  yield* stores.balances.setMeasured(budget.measure, window.start)
}

interface Accumulated { delta: Mutable<BalanceDelta>; readonly when: 'closed' | 'current' | 'ahead'; readonly window: { end: Instant | null; through: Instant } }
type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** Groups spending by the balance it belongs to. Rolling budgets ignore what lies left of the window's edge, where every balance's is by now. */
function deltasOf(budget: Budget, spending: readonly Spending[], now: Instant): Map<Pick<BalanceKey, 'perValue' | 'windowStart'>, Accumulated> {
  const byText = new Map<string, readonly [Pick<BalanceKey, 'perValue' | 'windowStart'>, Accumulated]>()
  const nowWindow = windowAt(budget.window, budget.zone, now)
  for (const each of spending) {
    if (!matches(budget.selector, each.scope)) continue
    const rolling = isRolling(budget.window)
    const value = perValue(budget, each.scope)
    if (rolling && each.at < nowWindow.start) continue
    const window = rolling ? nowWindow : windowAt(budget.window, budget.zone, each.at)
    const windowStart = rolling ? ROLLING_START : window.start
    const text = `${windowStart}\u001f${value}`
    let found = byText.get(text)
    if (!found) {
      const when = rolling || window.start === nowWindow.start ? 'current' : window.start > nowWindow.start ? 'ahead' : 'closed'
      found = [{ perValue: value, windowStart }, { delta: { spent: 0n, estimated: 0n, unpriced: 0, partial: 0, responses: 0 }, when, window: { end: rolling ? null : window.end, through: window.start } }]
      byText.set(text, found)
    }
    accumulate(found[1].delta, each)
  }
  return new Map(byText.values())
}

function accumulate(delta: Mutable<BalanceDelta>, each: Spending): void {
  delta.spent += each.cost
  if (each.estimated) delta.estimated += each.cost
  delta.unpriced += each.unpriced
  delta.partial += each.partial
  delta.responses += each.responses
}

function sum(spending: readonly Spending[]): BalanceDelta {
  const delta = { spent: 0n, estimated: 0n, unpriced: 0, partial: 0, responses: 0 }
  for (const each of spending) accumulate(delta, each)
  return delta
}

/** Budgets that differ only in limit or actions share one balance; it is kept once. */
const oneOfEachMeasure = (budgets: readonly Budget[]): Budget[] => [...new Map(budgets.map(budget => [budget.measure, budget])).values()]
