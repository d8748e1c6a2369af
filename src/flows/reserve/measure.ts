// What a budget comes to: its burn rate, a forecast, and the report that closing it gives. Reads only.
import type { Budget } from '../../core/budgets/budget.ts'
import { matches } from '../../core/budgets/selector.ts'
import { windowAt } from '../../core/budgets/window.ts'
import type { Work } from '../../core/ledger/work.ts'
import { nanoUsd, type NanoUsd } from '../../core/money.ts'
import { fullScope } from '../../core/reservations/request.ts'
import { burnRate, forecast, LATELY_MS, type BurnRate, type Forecast } from '../../core/reservations/rates.ts'
import { targetOf } from '../../core/reservations/targets.ts'
import { asBudget, taskMeasure } from '../../core/reservations/task-budget.ts'
import { instant, type Instant } from '../../core/time.ts'
import { named, requestTime, type ReserveWorld } from './world.ts'

export interface BudgetReport {
  readonly id: string
  readonly limit: NanoUsd
  readonly spent: NanoUsd
  readonly reserved: NanoUsd
  readonly entries: number
  /** From its start (a rule's: of its window) to its end or now. */
  readonly durationMs: number
  readonly state: 'active' | 'exhausted' | 'closed'
}

export const burnRateOf = (world: ReserveWorld, id: string): Promise<BurnRate> => world.stores.read(function* () {
  return yield* rateOf(world, id, yield* requestTime(world))
})

export const forecastOf = (world: ReserveWorld, id: string): Promise<Forecast & { readonly rate: BurnRate }> => world.stores.read(function* () {
  const now = yield* requestTime(world), rate = yield* rateOf(world, id, now), { limit, spent, reserved } = yield* reportOf(world, id, now)
  const task = yield* world.stores.tasks.get(id)
  return { ...forecast({ limit, spent, reserved, progressPpm: task?.progressPpm ?? null, rate, now }), rate }
})

export const report = (world: ReserveWorld, id: string): Promise<BudgetReport> => world.stores.read(function* () {
  return yield* reportOf(world, id, yield* requestTime(world))
})

function* rateOf(world: ReserveWorld, id: string, now: Instant): Work<BurnRate> {
  const { rules: [rule], tasks: [task] } = yield* named(world, [id])
  const since = instant(Math.max(now - LATELY_MS, task?.createdAt ?? 0))
  const { spent } = task ? yield* world.stores.tasks.spent(id, since) : yield* spentOnRule(world, rule as Budget, since, null)
  return burnRate({ spent, since, now })
}

export function* reportOf(world: ReserveWorld, id: string, now: Instant): Work<BudgetReport> {
  const { rules: [rule], tasks: [task] } = yield* named(world, [id])
  const closedAt = (yield* world.stores.tasks.closures()).get(id) ?? null
  const until = closedAt ?? now
  if (task) {
    const { spent, entries } = yield* world.stores.tasks.spent(id, instant(0))
    const { reserved } = yield* world.stores.holds.filling({ measure: taskMeasure(id), perValue: '', windowStart: instant(0) })
    return finished({ id, limit: task.limit, spent: nanoUsd(spent), reserved, entries, durationMs: Math.max(0, until - task.createdAt) }, closedAt)
  }
  const budget = rule as Budget, window = windowAt(budget.window, budget.zone, now)
  const { spent, entries, first } = yield* spentOnRule(world, budget, window.start, window.end)
  const limit = targetOf(budget, fullScope({}, world.node), yield* world.stores.breaches.raises(), now).limit
  const reserved = (yield* world.stores.holds.all()).filter(({ measure }) => measure === budget.measure).reduce((sum, each) => sum + each.reserved, 0n)
  const from = window.kind === 'lifetime' ? (first ?? now) : window.start
  return finished({ id, limit, spent: nanoUsd(spent), reserved: nanoUsd(reserved), entries, durationMs: Math.max(0, until - from) }, closedAt)
}

const finished = (report_: Omit<BudgetReport, 'state'>, closedAt: Instant | null): BudgetReport =>
  ({ ...report_, state: closedAt !== null ? 'closed' : report_.limit - report_.spent - report_.reserved <= 0n ? 'exhausted' : 'active' })

function* spentOnRule({ stores }: ReserveWorld, budget: Budget, since: Instant, until: Instant | null): Work<{ readonly spent: bigint; readonly entries: number; readonly first: Instant | null }> {
  const own = (yield* stores.ledger.spend(since, until)).filter(each => matches(budget.selector, each.scope))
  return { spent: own.reduce((sum, { cost }) => sum + cost, 0n), entries: own.length, first: own[0]?.at ?? null }
}

/** Every task budget as the judge knows budgets. */
export function* taskBudgets({ stores }: Pick<ReserveWorld, 'stores'>): Work<readonly Budget[]> {
  return (yield* stores.tasks.all()).map(asBudget)
}
