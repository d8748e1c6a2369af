// What the balances of a budget must be, computed anew from the entries alone: for whoever checks them, and for whoever
// puts them right. Sums come grouped by scope, so that a lifetime of two million entries is a few thousand rows.
import type { Budget } from '../../core/budgets/budget.ts'
import { matches, perValue } from '../../core/budgets/selector.ts'
import { isRolling, windowAt } from '../../core/budgets/window.ts'
import type { Balance, BalanceDelta } from '../../core/ledger/balance-store.ts'
import type { Work } from '../../core/ledger/work.ts'
import { nanoUsd, ZERO_USD } from '../../core/money.ts'
import type { Stores } from '../../core/stores.ts'
import { instant, type Instant } from '../../core/time.ts'
import { advanceRolling } from '../balances.ts'

/** A balance that is not the sum of its entries; null = it is not there at all. */
export interface Drift { readonly budget: string; readonly perValue: string; readonly windowStart: Instant; readonly kept: Balance | null; readonly expected: Balance }

interface Span { readonly start: Instant; readonly end: Instant | null; readonly rolling: boolean }

/** Where the balances that are kept differ from their entries. Reads only: a rolling one is held against its own left edge. */
export function* driftOf(stores: Stores, budget: Budget, now: Instant): Work<readonly Drift[]> {
  const kept = yield* stores.balances.ofMeasure(budget.measure)
  const expected = yield* expectedOf(stores, budget, yield* spansOf(stores, budget, kept, now))
  const current = windowAt(budget.window, budget.zone, now).start
  const nameOf = ({ perValue: value, windowStart, through }: Balance): string => `${windowStart}/${isRolling(budget.window) ? through : ''}/${value}`
  const has = placesOf(kept)
  const byName = new Map(kept.map(balance => [nameOf(balance), balance]))
  const drift: Drift[] = []
  for (const balance of expected) {
    const found = byName.get(nameOf(balance)) ?? null
    byName.delete(nameOf(balance))
    // A rolling balance whose edge stands elsewhere holds other entries; it is compared at its own edge.
    if (found === null ? missed(budget, has, balance, current) : !sameAmounts(found, balance)) drift.push(driftFrom(budget, found, balance))
  }
  // What is left over has no entries at all.
  for (const balance of byName.values()) if (!sameAmounts(balance, NOTHING)) drift.push(driftFrom(budget, balance, { ...balance, ...NOTHING }))
  return drift
}

/**
 * Writes the balances of a measure anew and says where they had drifted. In one transaction with its caller's other work:
 * at no commit is a budget without its balances.
 */
export function* remeasure(stores: Stores, budget: Budget, now: Instant): Work<readonly Drift[]> {
  yield* advanceRolling(stores, [budget], now)
  const kept = yield* stores.balances.ofMeasure(budget.measure)
  const drift = yield* driftOf(stores, budget, now)
  const expected = yield* expectedOf(stores, budget, yield* spansOf(stores, budget, kept, now))
  const current = windowAt(budget.window, budget.zone, now).start
  const has = placesOf(kept)
  yield* stores.balances.clear(budget.measure)
  for (const balance of expected) {
    if (has.has(placeOf(balance)) || isLive(budget, balance, current)) yield* stores.balances.add(balance, { end: balance.windowEnd, through: balance.through }, balance)
  }
  yield* stores.balances.setMeasured(budget.measure, current)
  return drift
}

const driftFrom = (budget: Budget, kept: Balance | null, expected: Balance): Drift => ({ budget: budget.id, perValue: expected.perValue, windowStart: expected.windowStart, kept, expected })

/** The windows that have balances, that of now, and those that entries dated ahead of now belong to. */
function* spansOf(stores: Stores, budget: Budget, kept: readonly Balance[], now: Instant): Work<readonly Span[]> {
  const current = windowAt(budget.window, budget.zone, now)
  if (isRolling(budget.window)) {
    const edges = new Set([current.start, ...kept.map(balance => balance.through)])
    return [...edges].map(start => ({ start, end: null, rolling: true }))
  }
  const spans = new Map<number, Span>([[current.start, { start: current.start, end: current.end, rolling: false }]])
  for (const { windowStart, windowEnd } of kept) spans.set(windowStart, { start: windowStart, end: windowEnd, rolling: false })
  if (current.end !== null) {
    for (const { at } of yield* stores.ledger.spend(current.end, null)) {
      const { start, end } = windowAt(budget.window, budget.zone, at)
      spans.set(start, { start, end, rolling: false })
    }
  }
  return [...spans.values()]
}

function* expectedOf(stores: Stores, budget: Budget, spans: readonly Span[]): Work<readonly Balance[]> {
  const found: Balance[] = []
  for (const { start, end, rolling } of spans) {
    const sums = new Map<string, BalanceDelta>()
    for (const each of yield* stores.ledger.spendByScope(start, end)) {
      if (!matches(budget.selector, each.scope)) continue
      const value = perValue(budget, each.scope)
      const sum = sums.get(value) ?? NOTHING
      sums.set(value, {
        spent: sum.spent + each.cost, estimated: sum.estimated + each.estimated, unpriced: sum.unpriced + each.unpriced,
        partial: sum.partial + each.partial, responses: sum.responses + each.responses,
      })
    }
    for (const [value, sum] of sums) {
      found.push({
        measure: budget.measure, perValue: value, windowStart: rolling ? instant(0) : start, windowEnd: rolling ? null : end, through: start,
        ...sum, spent: nanoUsd(sum.spent), estimated: nanoUsd(sum.estimated),
      })
    }
  }
  return found
}

type Amounts = Pick<Balance, keyof BalanceDelta>
const NOTHING: Amounts = { spent: ZERO_USD, estimated: ZERO_USD, unpriced: 0, partial: 0, responses: 0 }
const AMOUNTS = Object.keys(NOTHING) as (keyof Amounts)[]
const sameAmounts = (a: Amounts, b: Amounts): boolean => AMOUNTS.every(name => a[name] === b[name])

/** Of a window that is not over. What comes late into one that is makes no balance of its own. */
const isLive = (budget: Budget, balance: Balance, current: Instant): boolean => isRolling(budget.window) || balance.windowStart >= current

/** Ought to be there and is not. Where entries cancel out nothing is amiss, and a rolling one may stand at another edge. */
const missed = (budget: Budget, has: ReadonlySet<string>, expected: Balance, current: Instant): boolean =>
  !sameAmounts(expected, NOTHING) && isLive(budget, expected, current) && !has.has(placeOf(expected))

const placeOf = ({ windowStart, perValue: value }: Balance): string => `${windowStart}/${value}`
const placesOf = (kept: readonly Balance[]): ReadonlySet<string> => new Set(kept.map(placeOf))
