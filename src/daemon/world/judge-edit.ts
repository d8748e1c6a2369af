// After the rules changed: measures that are new are computed from the entries, and the current windows are judged once.
// A rule created, or lowered, below what is spent locks and denies; its signals wait for a person. Which version of a rule
// was judged last is stored, so that an edit made while no daemon ran is still an edit, and a restart is none.
import type { Budget } from '../../core/budgets/budget.ts'
import type { Lock } from '../../core/enforcement/lock.ts'
import { advanceRolling, measureNew, type TouchedBalance } from '../../flows/balances.ts'
import { steadyNow } from '../../flows/ingest.ts'
import { judgeTouched } from '../../flows/judge-balances.ts'
import { forgetUnkept } from './standings.ts'
import type { World } from './world.ts'

const JUDGED_RULE = 'rule:'

/** Measures and judges these budgets, each as edited if its version was never judged. Returns the locks that are new. */
export async function judgeAfterEdit(world: World, budgets: readonly Budget[]): Promise<readonly Lock[]> {
  await forgetUnkept(world)
  if (budgets.length === 0 || world.running.observe) return []
  return world.stores.transaction(function* () {
    const now = yield* steadyNow(world)
    yield* measureNew(world.stores, budgets, now)
    yield* advanceRolling(world.stores, budgets, now)
    const locks: Lock[] = []
    for (const budget of budgets) {
      const name = `${JUDGED_RULE}${budget.id}`
      const edited = (yield* world.stores.meta.get(name)) !== budget.version
      const touched: TouchedBalance[] = (yield* world.stores.balances.ofMeasure(budget.measure)).map(balance => ({ budget, balance }))
      locks.push(...(yield* judgeTouched(world, touched, now, edited ? 'edit' : 'spending')))
      if (edited) yield* world.stores.meta.set(name, budget.version)
    }
    return locks
  })
}
