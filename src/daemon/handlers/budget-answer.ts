// A budget as people and programs see it: its current balances, what remains, and beside it the worst overspend that
// its enforcement class allows.
import type { BudgetAnswer } from '../../api/control-plane.ts'
import type { Budget } from '../../core/budgets/budget.ts'
import { windowAt } from '../../core/budgets/window.ts'
import { isTask, type TaskBudget } from '../../core/reservations/task-budget.ts'
import { nanoUsd, usdText, ZERO_USD } from '../../core/money.ts'
import { isoText, type Instant } from '../../core/time.ts'
import { currentStandings, type CurrentStanding } from '../world/standings.ts'
import type { World } from '../world/world.ts'
import { boundsFor, type BoundOf } from './bounds.ts'

/** Every budget's answer; one per value of `per` that has spent in the current window, at least one per budget. */
export async function budgetAnswers(world: World, budgets: readonly Budget[]): Promise<BudgetAnswer[]> {
  const now = world.clock.now()
  const bounds = await boundsFor(world, now)
  const { standings, closed, tasks } = await world.stores.read(function* () {
    return { standings: yield* currentStandings(world, budgets, now), closed: yield* world.stores.tasks.closures(), tasks: new Map((yield* world.stores.tasks.all()).map(task => [task.id, task])) }
  })
  return budgets.flatMap(budget => {
    const own = standings.filter(each => each.budget === budget)
    return (own.length > 0 ? own : [unspent(budget, now)]).map(each => answer(each, bounds, { closed: closed.has(budget.id), task: isTask(budget) ? (tasks.get(budget.id) ?? null) : null }))
  })
}

const unspent = (budget: Budget, now: Instant): CurrentStanding =>
  ({ budget, window: windowAt(budget.window, budget.zone, now), perValue: '', spent: ZERO_USD, reserved: ZERO_USD, unpriced: 0, partial: 0, limit: budget.limit })

function answer({ budget, window, perValue, spent, reserved, unpriced, partial, limit }: CurrentStanding, bounds: BoundOf, { closed, task }: { readonly closed: boolean; readonly task: TaskBudget | null }): BudgetAnswer {
  const remaining = nanoUsd(limit - spent - reserved)
  const bound = bounds(budget, perValue, remaining < 0n ? nanoUsd(-remaining) : ZERO_USD)
  return {
    id: budget.id, scope: { ...budget.selector }, per: budget.per, ...(budget.per === '' ? {} : { perValue }),
    window: { kind: window.kind, start: window.kind === 'lifetime' ? null : isoText(window.start), end: window.end === null ? null : isoText(window.end), zone: budget.zone },
    limit: usdText(limit), spent: usdText(spent), reserved: usdText(reserved), remaining: usdText(remaining),
    atLeast: unpriced > 0 || partial > 0, state: closed ? 'closed' : remaining <= 0n ? 'exhausted' : 'active', onBreach: budget.onBreach, class: bound.class, bound: bound.bound,
    ...(budget.reserve === '' ? {} : { reserve: { by: budget.reserve, estimate: budget.estimate === '' ? 'maximum' as const : budget.estimate } }),
    ...(task ? { task: { parent: task.parent, progress: task.progressPpm === null ? null : task.progressPpm / 1_000_000, createdAt: isoText(task.createdAt), updatedAt: isoText(task.updatedAt) } } : {}),
  }
}
