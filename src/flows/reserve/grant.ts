// Grants a request or says why not, inside the caller's transaction: every budget it touches holds the amount, or none
// does. What is checked is checked again by the statement that acts.
import type { Budget } from '../../core/budgets/budget.ts'
import { reaches } from '../../core/enforcement/lock-reach.ts'
import type { Work } from '../../core/ledger/work.ts'
import { nanoUsd, usdText, type NanoUsd } from '../../core/money.ts'
import { refusal, type Refusal } from '../../core/reservations/refusal.ts'
import { fullScope, reserveBody, type ReserveRequest } from '../../core/reservations/request.ts'
import type { Reservation } from '../../core/reservations/reservation.ts'
import { scopeFor, targetsOf, type Target } from '../../core/reservations/targets.ts'
import { isTask } from '../../core/reservations/task-budget.ts'
import { ceilingOf, type Assessment } from '../../core/risk/assessor.ts'
import type { Scope } from '../../core/scope.ts'
import { instant, type Instant } from '../../core/time.ts'
import { advanceRolling, measureNew } from '../balances.ts'
import { attach } from '../prove.ts'
import { lostRace, named, type ReserveWorld } from './world.ts'

export interface Granted { readonly ok: true; readonly reservation: Reservation; /** False when it was granted before. */ readonly fresh: boolean; readonly remaining: NanoUsd | null }
export interface Fits { readonly ok: true; readonly remaining: NanoUsd | null }

/** What a request comes to before money is asked for: a scope, and the budgets that hold it. */
export interface Resolved { readonly scope: Scope; readonly targets: readonly Target[] }

export function* resolve(world: ReserveWorld, request: ReserveRequest, now: Instant): Work<Resolved> {
  const { rules, tasks } = yield* named(world, request.budgets)
  const session = request.covers === null ? {} : { agent: request.covers.agent, session: request.covers.session }
  const scope = fullScope(scopeFor({ said: { ...session, ...request.scope }, rules, tasks }), world.node)
  const raises = yield* world.stores.breaches.raises()
  return { scope, targets: targetsOf({ scope, rules, tasks, every: world.budgets(), raises, now }) }
}

/** The whole of a grant. A request that was granted before is answered with what came of it. */
export function* grant(world: ReserveWorld, request: ReserveRequest, risk: Assessment, now: Instant): Work<Granted | Refusal> {
  const body = reserveBody(request)
  const known = yield* world.stores.reservations.get(request.id)
  if (known) return again(known, body)
  const resolved = yield* resolve(world, request, now)
  const fits = yield* fit(world, request, resolved, { risk, now })
  if (!fits.ok) return fits
  const { targets, scope } = resolved
  for (const { target, limit } of tightest(targets, risk)) {
    if (!(yield* world.stores.holds.hold(target.key, request.amount, limit))) throw lostRace(`budget ${target.budget.id}`)
  }
  const reservation: Reservation = {
    id: request.id, amount: request.amount, budgets: request.budgets, owner: request.owner, scope, model: request.model,
    covers: request.covers && { ...request.covers, from: request.covers.from ?? now }, parts: partsOf(targets), proven: nanoUsd(0n), responses: 0,
    createdAt: now, expiresAt: instant(now + request.ttlMs), ttlMs: request.ttlMs, body, state: 'pending',
  }
  if (!(yield* world.stores.reservations.add(reservation))) throw lostRace(`reservation ${request.id}`)
  world.crashPoint('reserve.before-attach')
  if (reservation.covers) yield* attach(world, { budgets: request.budgets, ...reservation.covers })
  return { ok: true, reservation, fresh: true, remaining: fits.remaining === null ? null : nanoUsd(fits.remaining - request.amount) }
}

function again(known: Reservation, body: string): Granted | Refusal {
  if (known.body === body) return { ok: true, reservation: known, fresh: false, remaining: null }
  return refusal('conflict', `reservation ${known.id} exists with another body; make a new id for another request`)
}

export interface Weighed { readonly target: Target; readonly limit: NanoUsd | null }

/** One for each balance: of budgets that share one, the hard one with the least limit decides. null: none is hard. */
export function tightest(targets: readonly Target[], risk: Assessment): readonly Weighed[] {
  const byKey = new Map<string, Weighed>()
  for (const target of targets) {
    const name = `${target.key.measure}\u001f${target.key.perValue}`
    const limit = target.budget.hard ? nanoUsd(ceilingOf(target.limit, risk.ceiling)) : null
    const found = byKey.get(name)
    if (!found || (limit !== null && (found.limit === null || limit < found.limit))) byKey.set(name, { target, limit })
  }
  return [...byKey.values()].sort((a, b) => (nameOf(a.target) < nameOf(b.target) ? -1 : 1))
}
const nameOf = ({ key }: Target): string => `${key.measure}\u001f${key.perValue}`

export const partsOf = (targets: readonly Target[]): Reservation['parts'] => tightest(targets, { verdict: 'allow', ceiling: 'full', by: '', because: '' })
  .map(({ target: { budget, key } }) => ({ budget: budget.id, measure: key.measure, perValue: key.perValue }))

/** Whether it would be granted. Brings balances up to date and keeps other writers out; grants nothing. */
export function* fit(world: ReserveWorld, request: ReserveRequest, { scope, targets }: Resolved, { risk, now }: { readonly risk: Assessment; readonly now: Instant }): Work<Fits | Refusal> {
  const closed = yield* closedOf(world, targets)
  if (closed !== null) return refusal('closed', `budget ${closed} is closed; open it again with: purser budget reopen ${closed}`, { by: closed })
  const locks = (yield* world.stores.breaches.activeLocks(now)).filter(lock => reaches(lock, { scope, cwd: '', inRepository: true }))
  const [lock] = locks
  if (lock) return refusal('locked', `lock ${lock.id} is in force: ${lock.reason}; see it with: purser lock show ${lock.id}`, { by: lock.id })
  const rules = targets.map(({ budget }) => budget).filter(budget => !isTask(budget))
  yield* measureNew(world.stores, rules, now)
  yield* advanceRolling(world.stores, rules, now)
  yield* world.stores.holds.lock(targets.map(({ key }) => key))
  let least: NanoUsd | null = null
  for (const { target, limit } of tightest(targets, risk)) {
    const { spent, estimated, reserved, unpriced } = yield* world.stores.holds.filling(target.key)
    // Refuses what would not fit its column, whatever the limit says.
    nanoUsd(reserved + request.amount)
    if (limit === null) continue
    const remaining = nanoUsd(limit - (spent - (estimated > 0n ? estimated : 0n)) - reserved)
    if (least === null || remaining < least) least = remaining
    if (request.amount > remaining) return over(target, { request, remaining, risk })
    if (target.budget.unpriced === 'deny' && unpriced > 0) return refusal('over_budget', `budget ${target.budget.id} cannot be vouched for: ${unpriced} of its responses have no known price; see: purser pricing diagnose`, { by: target.budget.id, remaining })
  }
  return { ok: true, remaining: least }
}

function over({ budget }: Target, { request, remaining, risk }: { readonly request: ReserveRequest; readonly remaining: NanoUsd; readonly risk: Assessment }): Refusal {
  const part = risk.ceiling === 'full' ? '' : ` of the ${risk.ceiling === 'zero' ? 'nothing' : risk.ceiling} that ${risk.by || 'the risk assessment'} allows`
  const left = remaining > 0n ? `has $${usdText(remaining)} left${part}` : `has nothing left${part}`
  return refusal(risk.ceiling === 'full' ? 'over_budget' : 'risk', `budget ${budget.id} ${left}, and $${usdText(request.amount)} was asked for`, { by: budget.id, remaining })
}

export function* closedOf({ stores }: Pick<ReserveWorld, 'stores'>, targets: readonly { readonly budget: Pick<Budget, 'id'> }[]): Work<string | null> {
  const closures = yield* stores.tasks.closures()
  return targets.find(({ budget }) => closures.has(budget.id))?.budget.id ?? null
}
