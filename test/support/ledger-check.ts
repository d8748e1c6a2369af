// What must hold in a ledger at every instant, computed from its rows alone by a second, slow way.
import { matches, perValue } from '../../src/core/budgets/selector.ts'
import type { Budget } from '../../src/core/budgets/budget.ts'
import { isRolling, windowAt } from '../../src/core/budgets/window.ts'
import { big, rows, sql, text } from '../../src/core/ledger/work.ts'
import type { Stores } from '../../src/core/stores.ts'
import { instant, type Instant } from '../../src/core/time.ts'

const byKey = sql('select key, cast(sum(output) as bigint) as output, cast(sum(cost) as bigint) as cost, cast(sum(responses) as bigint) as responses from entry group by key')

export interface Response { readonly output: bigint; readonly cost: bigint; readonly responses: bigint }

/** Every response as the sum of its entries. */
export async function responsesIn(stores: Stores): Promise<Map<string, Response>> {
  const found = await stores.read(function* () { return yield* rows(byKey) })
  return new Map(found.map(each => [text(each.key), { output: big(each.output), cost: big(each.cost), responses: big(each.responses) }]))
}

/** Where balances differ from the sums of their entries; empty when none does. Rows that are missing differ too. */
export async function driftOf(stores: Stores, budgets: readonly Budget[], now: Instant): Promise<string[]> {
  return stores.read(function* () {
    const spending = yield* stores.ledger.spend(instant(0), null)
    const drift: string[] = []
    for (const budget of budgets) {
      const own = spending.filter(each => matches(budget.selector, each.scope))
      const window = windowAt(budget.window, budget.zone, now)
      const seen = new Set<string>()
      for (const balance of yield* stores.balances.ofMeasure(budget.measure)) {
        const inside = own.filter(each => perValue(budget, each.scope) === balance.perValue
          && (isRolling(budget.window) ? each.at >= balance.through : each.at >= balance.windowStart && (balance.windowEnd === null || each.at < balance.windowEnd)))
        const spent = inside.reduce((sum, each) => sum + each.cost, 0n), responses = inside.reduce((sum, each) => sum + each.responses, 0)
        if (spent !== balance.spent || responses !== balance.responses) drift.push(`${budget.id}/${balance.perValue}@${balance.windowStart}: ${balance.spent} (${balance.responses}), its entries ${spent} (${responses})`)
        if (isRolling(budget.window) || balance.windowStart === window.start) seen.add(balance.perValue)
      }
      for (const each of own) {
        if (each.at < window.start || (window.end !== null && each.at >= window.end) || seen.has(perValue(budget, each.scope))) continue
        drift.push(`${budget.id}/${perValue(budget, each.scope)}: no balance, its entries hold ${each.cost}`)
      }
    }
    return drift
  })
}
