// What the verbs of reserving stand on, and what they share: the budgets a request names, and the time.
import type { Budget } from '../../core/budgets/budget.ts'
import { AppError } from '../../core/errors.ts'
import type { Work } from '../../core/ledger/work.ts'
import type { Clock } from '../../core/machine/clock.ts'
import type { NanoUsd } from '../../core/money.ts'
import type { OwnerSight } from '../../core/reservations/owner.ts'
import type { TaskBudget } from '../../core/reservations/task-budget.ts'
import type { Assessor } from '../../core/risk/assessor.ts'
import { instant, type Instant } from '../../core/time.ts'
import type { JudgeWorld } from '../judge-balances.ts'
import { familyOf } from '../prove.ts'

export interface ReserveWorld extends JudgeWorld {
  readonly clock: Clock
  readonly node: string
  /** The rules in force. */
  readonly budgets: () => readonly Budget[]
  readonly owners: OwnerSight
  /** null: every request is assessed as harmless. */
  readonly assessor: () => Assessor | null
  /** What `allocate` gives when no amount is said; null where none is configured. */
  readonly allocation: () => NanoUsd | null
  readonly crashPoint: (name: string) => void
}

/** Never earlier than any batch or judgement before; requests look, and leave the mark to those who post. */
export function* requestTime(world: Pick<ReserveWorld, 'clock' | 'stores'>): Work<Instant> {
  return instant(Math.max(world.clock.now(), Number((yield* world.stores.meta.get('judged_at')) ?? 0)))
}

export interface Named { readonly rules: readonly Budget[]; readonly tasks: readonly TaskBudget[] }

/** The budgets with these ids, a task's parents behind it, each once. Throws `not_found` for an id that is neither. */
export function* named(world: Pick<ReserveWorld, 'stores' | 'budgets'>, ids: readonly string[]): Work<Named> {
  const rules: Budget[] = []
  const tasks = new Map<string, TaskBudget>()
  for (const id of new Set(ids)) {
    const task = yield* world.stores.tasks.get(id)
    const rule = task ? undefined : world.budgets().find(each => each.id === id)
    if (rule) rules.push(rule)
    else if (task) for (const each of yield* familyOf(world, task)) tasks.set(each.id, each)
    else throw new AppError('not_found', `there is no budget "${id}"; list them with: purser budget list`)
  }
  return { rules, tasks: [...tasks.values()] }
}

/** Another writer was there first: the engine starts the whole transaction over. */
export const lostRace = (what: string): Error => Object.assign(new Error(`${what} was changed by another writer`), { code: '40001' })
