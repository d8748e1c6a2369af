// Money is promised before it is spent: reserve, then settle what it cost, or release what it did not. Each verb is one
// transaction and asking twice is asking once. Requests may be refused, as a value; what was spent is a fact and always
// posts, late or over the limit.
import { AppError, codeOf } from '../core/errors.ts'
import type { Work } from '../core/ledger/work.ts'
import { nanoUsd, type NanoUsd } from '../core/money.ts'
import { recordedEntry, recordedKey, settledKey } from '../core/ledger/recorded.ts'
import type { EntryDraft } from '../core/ledger/posting.ts'
import { refusal, type Refusal } from '../core/reservations/refusal.ts'
import { fullScope, recordBody, reserveBody, type RecordRequest, type ReserveRequest, type SpendNote } from '../core/reservations/request.ts'
import { releasing, settling, type Reservation } from '../core/reservations/reservation.ts'
import type { NotedSpend } from '../core/reservations/reservation-store.ts'
import { refuseUncounted, scopeFor } from '../core/reservations/targets.ts'
import { HARMLESS, type Assessment } from '../core/risk/assessor.ts'
import { instant, type Instant } from '../core/time.ts'
import { addToBalances, advanceRolling } from './balances.ts'
import { judgeTouched } from './judge-balances.ts'
import { assess } from './reserve/assess.ts'
import { expireOverdue } from './reserve/expire.ts'
import { fit, grant, resolve, type Fits, type Granted } from './reserve/grant.ts'
import { changeHeld } from './prove.ts'
import { named, requestTime, type ReserveWorld } from './reserve/world.ts'

export type { Fits, Granted } from './reserve/grant.ts'
export type { ReserveWorld } from './reserve/world.ts'

/**
 * Holds the amount in every budget it touches, or in none. Refused for want of money, it first asks whether owners of what
 * is overdue still live. Throws `not_found` for a budget nobody knows.
 */
export async function reserve(world: ReserveWorld, request: ReserveRequest): Promise<Granted | Refusal> {
  const first = await tryToReserve(world, request)
  if (first.ok || (first.refused !== 'over_budget' && first.refused !== 'risk')) return first
  return (await expireOverdue(world)).expired > 0 ? tryToReserve(world, request) : first
}

async function tryToReserve(world: ReserveWorld, request: ReserveRequest): Promise<Granted | Refusal> {
  const risk = await assess(world, request)
  if (!('verdict' in risk)) return risk
  world.crashPoint('reserve.before-transaction')
  const outcome = await refusedWhenStuck(() => world.stores.transaction(function* () {
    const granted = yield* grant(world, request, risk, yield* requestTime(world))
    world.crashPoint('reserve.before-commit')
    return granted
  }))
  world.crashPoint('reserve.after-commit')
  return outcome
}

/** Many requests in one transaction, each assessed, granted or refused for itself: one commit for all. */
export async function reserveTogether(world: ReserveWorld, requests: readonly ReserveRequest[]): Promise<readonly (Granted | Refusal)[]> {
  const risks = await assessAll(world, requests)
  return world.stores.transaction(function* () {
    const now = yield* requestTime(world)
    const outcomes: (Granted | Refusal)[] = []
    for (const [at, request] of requests.entries()) {
      const risk = risks[at] ?? HARMLESS
      outcomes.push('verdict' in risk ? yield* grant(world, request, risk, now) : risk)
    }
    return outcomes
  })
}

// Programs that judge run beside each other; more of them than this would be a load of its own.
const JUDGED_AT_ONCE = 8

/** Nothing where nobody judges. */
async function assessAll(world: ReserveWorld, requests: readonly ReserveRequest[]): Promise<readonly (Assessment | Refusal)[]> {
  if (!world.assessor()) return []
  const risks: (Assessment | Refusal)[] = []
  for (let at = 0; at < requests.length; at += JUDGED_AT_ONCE) risks.push(...await Promise.all(requests.slice(at, at + JUDGED_AT_ONCE).map(request => assess(world, request))))
  return risks
}

/** What `reserve` would answer, without effect. */
export async function check(world: ReserveWorld, request: ReserveRequest): Promise<Fits | Refusal> {
  const risk = await assess(world, request, { ask: false })
  if (!('verdict' in risk)) return risk
  return refusedWhenStuck(() => world.stores.transaction(function* (): Work<Fits | Refusal> {
    const now = yield* requestTime(world)
    const known = yield* world.stores.reservations.get(request.id)
    if (known && known.body !== reserveBody(request)) return refusal('conflict', `reservation ${known.id} exists with another body; make a new id for another request`)
    return yield* fit(world, request, yield* resolve(world, request, now), { risk, now })
  }))
}

/** Writers that keep colliding are no fault of the caller's: it may ask again with the same id. */
async function refusedWhenStuck<T>(body: () => Promise<T>): Promise<T | Refusal> {
  try {
    return await body()
  } catch (error) {
    if (codeOf(error) !== 'store_busy' || !/colliding/.test((error as Error).message)) throw error
    return refusal('deadlock', 'other requests kept colliding with this one; nothing was reserved, ask again with the same id')
  }
}

export interface SettleRequest {
  readonly id: string
  /** null: what was reserved; for one that covers a session: what its log has proven. */
  readonly actual: NanoUsd | null
  readonly note: SpendNote
}
export interface Ended { readonly ok: true; readonly reservation: Reservation; /** False when nothing was left to do. */ readonly fresh: boolean }

/**
 * What it cost in the end, more or less than was reserved. Posts an entry, except where a session's log shows the spending
 * itself. After the end of the reservation, or on a closed budget, it posts all the same, marked late.
 */
export async function settle(world: ReserveWorld, { id, actual, note }: SettleRequest): Promise<Ended | Refusal> {
  world.crashPoint('settle.before-transaction')
  const outcome = await world.stores.transaction(function* () {
    const settled = yield* settleOne(world, { id, actual, note }, yield* requestTime(world))
    world.crashPoint('settle.before-commit')
    return settled
  })
  world.crashPoint('settle.after-commit')
  return outcome
}

export async function settleTogether(world: ReserveWorld, requests: readonly SettleRequest[]): Promise<readonly (Ended | Refusal)[]> {
  return world.stores.transaction(function* () {
    const now = yield* requestTime(world)
    const outcomes: (Ended | Refusal)[] = []
    for (const request of requests) outcomes.push(yield* settleOne(world, request, now))
    return outcomes
  })
}

function* settleOne(world: ReserveWorld, { id, actual, note }: SettleRequest, now: Instant): Work<Ended | Refusal> {
  const reservation = yield* existing(world, id)
  if (reservation.covers && actual !== null) throw new AppError('invalid_input', `the log of session ${reservation.covers.session} says what reservation ${id} cost; settle it without an amount`)
  const cost = actual ?? (reservation.state === 'settled' ? reservation.actual : reservation.covers ? reservation.proven : reservation.amount)
  const ending = settling(reservation, cost)
  if (ending.does === 'refuse') return refusal('conflict', ending.because)
  if (ending.does === 'nothing') return { ok: true, reservation, fresh: false }
  const closures = yield* world.stores.tasks.closures()
  const late = ending.late || reservation.parts.some(({ budget }) => closures.has(budget))
  yield* world.stores.holds.lock(reservation.parts)
  yield* changeHeld(world.stores, reservation, 0n)
  const settled = { state: 'settled', actual: cost, at: now, late } as const
  yield* world.stores.reservations.end(id, settled)
  world.crashPoint('settle.after-end')
  if (!reservation.covers && cost > 0n) {
    const entry = recordedEntry({ key: settledKey(id), amount: cost, scope: reservation.scope, model: reservation.model, at: now })
    yield* post(world, entry, { id, budgets: reservation.budgets, note, late, body: '' }, now)
  }
  return { ok: true, reservation: { ...reservation, ...settled }, fresh: true }
}

/** Gives back what was not spent. */
export async function release(world: ReserveWorld, id: string): Promise<Ended | Refusal> {
  world.crashPoint('release.before-transaction')
  const outcome = await world.stores.transaction(function* (): Work<Ended | Refusal> {
    const now = yield* requestTime(world), reservation = yield* existing(world, id), ending = releasing(reservation)
    if (ending.does === 'refuse') return refusal('conflict', ending.because)
    if (ending.does === 'nothing') return { ok: true, reservation, fresh: false }
    yield* changeHeld(world.stores, reservation, 0n)
    yield* world.stores.reservations.end(id, { state: 'released', at: now })
    world.crashPoint('release.before-commit')
    return { ok: true, reservation: { ...reservation, state: 'released', at: now }, fresh: true }
  })
  world.crashPoint('release.after-commit')
  return outcome
}

/** Moves the deadline to `ttlMs` from now. What has ended stays ended. */
export async function extend(world: ReserveWorld, id: string, ttlMs: number): Promise<Ended | Refusal> {
  return world.stores.transaction(function* (): Work<Ended | Refusal> {
    const reservation = yield* existing(world, id), expiresAt = instant((yield* requestTime(world)) + ttlMs)
    if (reservation.state !== 'pending') return refusal('closed', `reservation ${id} is ${reservation.state}; make a new one`)
    yield* world.stores.reservations.extend(id, expiresAt)
    return { ok: true, reservation: { ...reservation, expiresAt }, fresh: true }
  })
}

export interface Recorded { readonly ok: true; readonly entry: string; readonly late: boolean; readonly fresh: boolean; readonly remaining: NanoUsd | null }

/** Spending that no log shows and nobody reserved. A fact: it posts whatever the budgets say. */
export async function record(world: ReserveWorld, request: RecordRequest): Promise<Recorded | Refusal> {
  world.crashPoint('record.before-transaction')
  const outcome = await world.stores.transaction(function* (): Work<Recorded | Refusal> {
    const now = yield* requestTime(world), body = recordBody(request), key = recordedKey(request.id)
    const [told] = yield* world.stores.tasks.notes(request.id)
    if (told) return told.body === body ? { ok: true, entry: told.key, late: told.late, fresh: false, remaining: null } : refusal('conflict', `${request.id} was recorded with another body; make a new id for other spending`)
    const { rules, tasks } = yield* named(world, request.budgets)
    const scope = fullScope(scopeFor({ said: request.scope, rules, tasks }), world.node)
    refuseUncounted(rules, scope)
    const closures = yield* world.stores.tasks.closures()
    const late = [...request.budgets, ...tasks.map(({ id }) => id)].some(id => closures.has(id))
    yield* post(world, recordedEntry({ key, amount: request.amount, scope, model: '', at: now }), { id: request.id, budgets: request.budgets, note: request.note, late, body }, now)
    world.crashPoint('record.before-commit')
    return { ok: true, entry: key, late, fresh: true, remaining: null }
  })
  world.crashPoint('record.after-commit')
  return outcome
}

interface Told { readonly id: string; readonly budgets: readonly string[]; readonly note: SpendNote; readonly late: boolean; readonly body: string }

/** Posts an entry that somebody told of, says what it was for, and judges what it fills. */
function* post(world: ReserveWorld, entry: EntryDraft, told: Told, now: Instant): Work<void> {
  const { stores } = world
  yield* advanceRolling(stores, world.budgets(), now)
  if (!(yield* stores.history.begin(entry))) throw new AppError('conflict', `${entry.key} is in the ledger already`)
  for (const budget of told.budgets.length > 0 ? new Set(told.budgets) : ['']) {
    const note: NotedSpend = { ...told.note, id: told.id, key: entry.key, budget, amount: nanoUsd(entry.cost ?? 0n), at: now, late: told.late, body: told.body }
    yield* stores.tasks.note(note)
  }
  world.crashPoint('reserve.after-entry')
  const { tasks } = yield* named(world, told.budgets)
  yield* judgeTouched(world, yield* addToBalances(stores, world.budgets(), [entry], now, tasks), now)
}

function* existing(world: ReserveWorld, id: string): Work<Reservation> {
  const found = yield* world.stores.reservations.take(id)
  if (!found) throw new AppError('not_found', `there is no reservation "${id}"; its id is the one it was reserved with`)
  return found
}
