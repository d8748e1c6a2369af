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
      const rolling = isRolling(budget.window)
      const kept = new Set<string>()
      for (const balance of yield* stores.balances.ofMeasure(budget.measure)) {
        const inside = own.filter(each => perValue(budget, each.scope) === balance.perValue
          && (rolling ? each.at >= balance.through : each.at >= balance.windowStart && (balance.windowEnd === null || each.at < balance.windowEnd)))
        const spent = inside.reduce((sum, each) => sum + each.cost, 0n), responses = inside.reduce((sum, each) => sum + each.responses, 0)
        if (spent !== balance.spent || responses !== balance.responses) drift.push(`${budget.id}/${balance.perValue}@${balance.windowStart}: ${balance.spent} (${balance.responses}), its entries ${spent} (${responses})`)
        kept.add(`${balance.perValue}@${balance.windowStart}`)
      }
      // Every entry of the window of now, or of one ahead, has a balance.
      for (const each of own.filter(entry => entry.at >= window.start)) {
        const name = `${perValue(budget, each.scope)}@${rolling ? 0 : windowAt(budget.window, budget.zone, each.at).start}`
        if (!kept.has(name)) drift.push(`${budget.id}/${name}: no balance, an entry at ${each.at} holds ${each.cost}`)
      }
    }
    return drift
  })
}
