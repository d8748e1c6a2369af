// After the rules changed: measures that are new are computed from the entries, and the current windows are judged once.
// A rule created, or lowered, below what is spent locks and denies; its signals wait for a person.
import type { Budget } from '../../core/budgets/budget.ts'
import type { Lock } from '../../core/enforcement/lock.ts'
import { advanceRolling, measureNew, type TouchedBalance } from '../../flows/balances.ts'
import { steadyNow } from '../../flows/ingest.ts'
import { judgeTouched } from '../../flows/judge-balances.ts'
import { forgetUnkept } from './standings.ts'
import type { World } from './world.ts'

/** Measures and judges these budgets. Returns the locks that an edit, not spending, caused. */
export async function judgeAfterEdit(world: World, budgets: readonly Budget[]): Promise<readonly Lock[]> {
  await forgetUnkept(world)
  if (budgets.length === 0 || world.running.observe) return []
  return world.stores.transaction(function* () {
    const now = yield* steadyNow(world)
    yield* measureNew(world.stores, budgets, now)
    yield* advanceRolling(world.stores, budgets, now)
    const touched: TouchedBalance[] = []
    for (const budget of budgets) for (const balance of yield* world.stores.balances.ofMeasure(budget.measure)) touched.push({ budget, balance })
    return yield* judgeTouched(world, touched, now, 'edit')
  })
}
