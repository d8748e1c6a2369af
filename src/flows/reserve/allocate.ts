// The life of a budget made while running: allocated, topped up, closed, opened again. The verbs that rules share with it
// (close, reopen, top up) write to the ledger and never to the configuration.
import { AppError } from '../../core/errors.ts'
import type { Work } from '../../core/ledger/work.ts'
import { nanoUsd, usdText, type NanoUsd } from '../../core/money.ts'
import { refusal, type Refusal } from '../../core/reservations/refusal.ts'
import { allocateBody, type AllocateRequest } from '../../core/reservations/request.ts'
import { asBudget, DEPTH_MAX, type TaskBudget } from '../../core/reservations/task-budget.ts'
import { fullScope } from '../../core/reservations/request.ts'
import { targetOf } from '../../core/reservations/targets.ts'
import { instant, type Instant } from '../../core/time.ts'
import { windowAt } from '../../core/budgets/window.ts'
import { lockSpan } from '../../core/enforcement/plan.ts'
import { judgeTouched } from '../judge-balances.ts'
import { reportOf, type BudgetReport } from './measure.ts'
import { attach, familyOf, remeasureTask } from '../prove.ts'
import { named, requestTime, type ReserveWorld } from './world.ts'

export interface Allocated { readonly ok: true; readonly task: TaskBudget; /** False when it was there. */ readonly fresh: boolean }

// A session id is put into a selector, where these mean something else.
const GLOB = /[*?[\]{}!\\]/

/** Makes a task budget. The same id with another body is refused, and the first stays as it is. */
export async function allocate(world: ReserveWorld, request: AllocateRequest): Promise<Allocated | Refusal> {
  const limit = request.amount ?? world.allocation()
  if (limit === null) throw new AppError('invalid_input', 'say how much with --amount 5.00, or give a default: [defaults] allocation = "10.00" (purser config edit)')
  const spelled = Object.entries(request.scope).find(([, value]) => GLOB.test(value ?? ''))
  if (spelled) throw new AppError('invalid_input', `--${spelled[0]} "${spelled[1]}" is a pattern; a task budget is for one ${spelled[0]}`)
  world.crashPoint('allocate.before-transaction')
  const outcome = await world.stores.transaction(() => allocated(world, request, limit))
  world.crashPoint('allocate.after-commit')
  return outcome
}

function* allocated(world: ReserveWorld, request: AllocateRequest, limit: NanoUsd): Work<Allocated | Refusal> {
  const { stores } = world
  const now = yield* requestTime(world), body = allocateBody({ ...request, amount: limit })
  const known = yield* stores.tasks.get(request.id)
  if (known) return known.body === body ? { ok: true, task: known, fresh: false } : refusal('exists', `budget ${known.id} exists with another body; see it with: purser budget show ${known.id}`, { by: known.id })
  if (world.budgets().some(({ id }) => id === request.id)) return refusal('exists', `budget ${request.id} is a rule of the configuration; see it with: purser budget show ${request.id}`, { by: request.id })
  const task: TaskBudget = {
    id: request.id, limit, parent: request.parent, scope: request.scope, hard: request.hard, onBreach: request.onBreach, thresholds: request.thresholds,
    progressPpm: null, createdAt: now, updatedAt: now, closedAt: null, body,
  }
  if (request.parent !== '') {
    const parent = yield* stores.tasks.get(request.parent)
    if (!parent) throw new AppError('not_found', `there is no task budget "${request.parent}" to be part of; list them with: purser budget list`)
    if (parent.closedAt !== null) return refusal('closed', `budget ${parent.id} is closed; open it again with: purser budget reopen ${parent.id}`, { by: parent.id })
    if ((yield* familyOf(world, task)).length >= DEPTH_MAX) throw new AppError('invalid_input', `budgets are part of each other at most ${DEPTH_MAX} deep`)
  }
  yield* stores.tasks.add(task)
  world.crashPoint('allocate.before-attach')
  const { agent = '', session = '' } = request.scope
  if (session !== '') yield* attach(world, { budgets: [task.id], agent, session, from: instant(0) })
  yield* stores.events.add({ code: 'budget.allocated', level: 'info', fields: { budget: task.id, limit: usdText(limit), ...(task.parent === '' ? {} : { parent: task.parent }) } }, now)
  return { ok: true, task, fresh: true }
}

export interface Changed { readonly ok: true; readonly fresh: boolean }

/** Nothing may be reserved on it any more; what was spent still posts, marked late. */
export async function close(world: ReserveWorld, id: string): Promise<{ readonly ok: true; readonly report: BudgetReport } | Refusal> {
  return world.stores.transaction(function* (): Work<{ readonly ok: true; readonly report: BudgetReport } | Refusal> {
    yield* named(world, [id])
    const now = yield* requestTime(world)
    if (!(yield* world.stores.tasks.close(id, now))) return refusal('closed', `budget ${id} is closed already; see what came of it with: purser budget report ${id}`, { by: id })
    yield* world.stores.events.add({ code: 'budget.closed', level: 'info', fields: { budget: id } }, now)
    world.crashPoint('close.before-commit')
    return { ok: true, report: yield* reportOf(world, id, now) }
  })
}

export async function reopen(world: ReserveWorld, id: string): Promise<Changed> {
  return world.stores.transaction(function* (): Work<Changed> {
    yield* named(world, [id])
    const fresh = yield* world.stores.tasks.reopen(id), now = yield* requestTime(world)
    if (fresh) yield* world.stores.events.add({ code: 'budget.reopened', level: 'info', fields: { budget: id } }, now)
    return { ok: true, fresh }
  })
}

export interface TopUpRequest { readonly id: string; readonly budget: string; readonly amount: NanoUsd; readonly reason: string; readonly by: string }

/** More money: a task's limit for good, a rule's for the window of now. What was locked for want of it is let go. */
export async function topUp(world: ReserveWorld, request: TopUpRequest): Promise<(Changed & { readonly limit: NanoUsd }) | Refusal> {
  world.crashPoint('top-up.before-transaction')
  const outcome = await world.stores.transaction(() => toppedUp(world, request))
  world.crashPoint('top-up.after-commit')
  return outcome
}

function* toppedUp(world: ReserveWorld, { id, budget, amount, reason, by }: TopUpRequest): Work<(Changed & { readonly limit: NanoUsd }) | Refusal> {
  const { stores } = world
  const now = yield* requestTime(world), { rules: [rule], tasks: [task] } = yield* named(world, [budget])
  const known = yield* stores.tasks.topUp(id)
  const before = task ? task.limit : yield* ruleLimit(world, budget, now)
  if (known) return known.budget === budget && known.amount === amount ? { ok: true, fresh: false, limit: before } : refusal('conflict', `top-up ${id} was another one; make a new id for more`)
  const limit = nanoUsd(before + amount)
  if (rule && rule.per !== '') throw new AppError('invalid_input', `budget ${budget} has a limit for each ${rule.per}; raise one with: purser lock release LOCK --raise ${usdText(amount)}, or all with: purser budget set ${budget} --limit AMOUNT`)
  yield* stores.tasks.addTopUp({ id, budget, amount, reason, at: now })
  if (task) yield* stores.tasks.setLimit(budget, limit, now)
  else if (rule) yield* stores.breaches.raise({ rule: budget, perValue: '', windowStart: lockSpan(windowAt(rule.window, rule.zone, now), now).start, amount, reason, at: now })
  yield* stores.events.add({ code: 'budget.topped_up', level: 'info', fields: { budget, amount: usdText(amount), limit: usdText(limit), by } }, now)
  world.crashPoint('top-up.before-commit')
  for (const lock of yield* stores.breaches.activeLocks(now)) {
    if (lock.rule === budget && lock.spent <= limit) yield* stores.breaches.release(lock.id, by, `topped up by $${usdText(amount)}`, now)
  }
  if (task) yield* judgeTouched(world, [{ ...(yield* remeasureTask(world, task)), budget: asBudget({ ...task, limit }) }], now)
  return { ok: true, fresh: true, limit }
}

function* ruleLimit(world: ReserveWorld, id: string, now: Instant): Work<NanoUsd> {
  const rule = world.budgets().find(each => each.id === id)
  if (!rule) throw new AppError('not_found', `there is no budget "${id}"`)
  return targetOf(rule, fullScope({}, world.node), yield* world.stores.breaches.raises(), now).limit
}

/** How much of the task is done, in millionths. */
export async function setProgress(world: ReserveWorld, id: string, ppm: number): Promise<Changed> {
  return world.stores.transaction(function* (): Work<Changed> {
    const task = yield* world.stores.tasks.get(id)
    if (!task) throw new AppError('not_found', `there is no task budget "${id}"; progress is of a task, made with: purser budget allocate`)
    if (task.progressPpm === ppm) return { ok: true, fresh: false }
    yield* world.stores.tasks.setProgress(id, ppm, yield* requestTime(world))
    return { ok: true, fresh: true }
  })
}

/** A person's word on a request that needed it. The request itself is then made again, with the same id. */
export async function decide(world: ReserveWorld, { id, approved, by }: { readonly id: string; readonly approved: boolean; readonly by: string }): Promise<Changed | Refusal> {
  return world.stores.transaction(function* (): Work<Changed | Refusal> {
    const now = yield* requestTime(world), asked = yield* world.stores.tasks.approval(id)
    if (!asked) throw new AppError('not_found', `nothing is waiting under "${id}"; see what is with: purser events`)
    if (asked.decided) return asked.decided.approved === approved ? { ok: true, fresh: false } : refusal('conflict', `${id} was ${asked.decided.approved ? 'approved' : 'refused'} already by ${asked.decided.by}`)
    if (asked.expiresAt <= now) return refusal('risk', `${id} was not approved in time and counts as refused; ask again with a new id`)
    yield* world.stores.tasks.decide(id, { approved, by, at: now })
    yield* world.stores.events.add({ code: approved ? 'budget.approved' : 'budget.refused', level: 'info', fields: { approval: id, reservation: asked.reservation, by } }, now)
    return { ok: true, fresh: true }
  })
}
