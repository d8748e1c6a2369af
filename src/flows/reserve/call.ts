// A hook asks before a request is sent: what it may cost is held in every budget that wants it so, or in none, and then it
// is not sent. One transaction. The answer's line in the log settles it (flows/prove); what ends without one is
// flows/reserve/end-calls'.
import type { Budget } from '../../core/budgets/budget.ts'
import type { BoundCard } from '../../core/budgets/request-cost.ts'
import { matches } from '../../core/budgets/selector.ts'
import type { Work } from '../../core/ledger/work.ts'
import { nanoUsd, ZERO_USD, type NanoUsd } from '../../core/money.ts'
import { askingOf, callCost, p95, type Asking, type CallCost } from '../../core/reservations/call-cost.ts'
import type { Owner } from '../../core/reservations/owner.ts'
import { NEW_SUBAGENT, type Reservation } from '../../core/reservations/reservation.ts'
import { targetOf, type Target } from '../../core/reservations/targets.ts'
import { HARMLESS } from '../../core/risk/assessor.ts'
import type { Scope } from '../../core/scope.ts'
import { instant, MINUTE_MS, type Instant } from '../../core/time.ts'
import { advanceRolling, measureNew } from '../balances.ts'
import { nameSubagent } from '../prove.ts'
import { closedOf, partsOf, tightest } from './grant.ts'
import { lostRace, requestTime, type ReserveWorld } from './world.ts'

export interface CallWorld extends Pick<ReserveWorld, 'stores' | 'clock' | 'node' | 'budgets' | 'owners' | 'crashPoint'> {
  readonly card: BoundCard
  /** An id nobody has. */
  readonly freshId: () => string
}

export interface Call {
  readonly scope: Scope
  /** As in Covers. */
  readonly stream: string
  /** When its hook was heard: its answer comes later. */
  readonly at: Instant
  /** The model its client says it will use; '' when it said none. */
  readonly named: string
  readonly owner: Owner
}

export interface NoRoom {
  readonly ok: false
  readonly why: 'no_room' | 'closed' | 'unpriced'
  readonly budget: Budget
  readonly limit: NanoUsd
  /** What it would still grant, and what is held of it for others. */
  readonly left: NanoUsd
  readonly reserved: NanoUsd
  /** null where money was not the question. */
  readonly asked: Asking | null
  readonly model: string
}
export interface CallGranted { readonly ok: true; readonly reservations: readonly Reservation[] }

// How a pending call is shown; nothing ends it at its deadline.
export const CALL_TTL_MS = 10 * MINUTE_MS
// More turns than a day has tell nothing new of how a session works.
const TURNS_MAX = 1_000

/** Budgets for which hooks reserve. */
export const reserving = (budgets: readonly Budget[]): readonly Budget[] => budgets.filter(({ reserve }) => reserve === 'hooks')

/** null: no budget asks for it. */
export async function reserveCall(world: CallWorld, call: Call): Promise<CallGranted | NoRoom | null> {
  const rules = reserving(world.budgets()).filter(({ selector }) => matches(selector, call.scope))
  if (rules.length === 0) return null
  world.crashPoint('call.before-transaction')
  const outcome = await world.stores.transaction(function* () {
    const done = yield* reserved(world, call, rules)
    world.crashPoint('call.before-commit')
    return done
  })
  world.crashPoint('call.after-commit')
  return outcome
}

/** What is asked of budgets in the same way, held as one reservation. */
interface Group { readonly asking: Asking; readonly targets: readonly Target[] }

function* reserved(world: CallWorld, call: Call, rules: readonly Budget[]): Work<CallGranted | NoRoom> {
  const { stores } = world, { agent, session } = call.scope
  const now = yield* requestTime(world)
  if (call.stream !== '' && call.stream !== NEW_SUBAGENT) yield* nameSubagent(stores, { agent, session, subagent: call.stream, at: call.at })
  yield* measureNew(stores, rules, now)
  yield* advanceRolling(stores, rules, now)
  const cost = callCost({ used: yield* stores.glances.usedIn(agent, session, call.stream), named: call.named }, now, world.card)
  const usual = rules.some(({ estimate }) => estimate === 'p95') ? p95(yield* stores.glances.turns(agent, session, TURNS_MAX)) : null
  const raises = yield* stores.breaches.raises()
  const targets = rules.map(rule => targetOf(rule, call.scope, raises, now))
  yield* stores.holds.lock(targets.map(({ key }) => key))
  const closed = yield* closedOf(world, targets)
  const asked: Group[] = []
  for (const target of targets) {
    const asking = askingOf(target.budget, cost, usual)
    if (target.budget.id === closed || asking === 'unpriced') return yield* refused(world, target, { why: target.budget.id === closed ? 'closed' : 'unpriced', asked: null, cost })
    if (asking !== null) asked.push({ asking, targets: [target] })
  }
  const made: Reservation[] = [], body = world.freshId()
  for (const [n, { asking, targets: own }] of grouped(asked).entries()) {
    const amount = yield* room(world, own, { asking, cost })
    if (typeof amount !== 'bigint') return amount
    made.push(pending(call, { id: `${body}${n === 0 ? '' : `-${n}`}`, body, amount, model: cost.model, targets: own, now }))
  }
  // Nothing was written so far: every group fits, or nothing is held.
  for (const reservation of made) yield* hold(world, reservation, targets)
  yield* stores.reservations.forgetCalls(agent, session)
  return { ok: true, reservations: made }
}

/** Budgets that share a balance hold once, the most that one of them asks; then all that ask in the same way are one. */
function grouped(asked: readonly Group[]): readonly Group[] {
  const by = (nameOf: (group: Group) => string, groups: readonly Group[]): readonly Group[] => [...groups.reduce((all, group) => {
    const name = nameOf(group), found = all.get(name)
    const { asking } = found && found.asking.amount > group.asking.amount ? found : group
    return all.set(name, { asking, targets: [...(found?.targets ?? []), ...group.targets] })
  }, new Map<string, Group>()).values()]
  return by(({ asking }) => `${asking.by} ${asking.orRest}`, by(({ targets: [first] }) => `${first?.key.measure} ${first?.key.perValue}`, asked))
}

/** How much of what is asked these budgets have room for, the tightest of them first to say no. */
function* room(world: CallWorld, targets: readonly Target[], { asking, cost }: { readonly asking: Asking; readonly cost: CallCost }): Work<NanoUsd | NoRoom> {
  let amount = asking.amount
  for (const { target } of tightest(targets, HARMLESS)) {
    const left = yield* leftOf(world, target)
    if (asking.orRest && left > 0n && left < amount) amount = left
    if (amount > left || left <= 0n) return yield* refused(world, target, { why: 'no_room', asked: asking, cost })
  }
  return amount
}

function* leftOf({ stores }: CallWorld, { key, limit }: Target): Work<NanoUsd> {
  const { spent, estimated, reserved: holding } = yield* stores.holds.filling(key)
  return nanoUsd(limit - (spent - (estimated > 0n ? estimated : 0n)) - holding)
}

function* refused(world: CallWorld, target: Target, { why, asked, cost }: { readonly why: NoRoom['why']; readonly asked: Asking | null; readonly cost: CallCost }): Work<NoRoom> {
  const { reserved: holding } = yield* world.stores.holds.filling(target.key)
  return { ok: false, why, budget: target.budget, limit: target.limit, left: yield* leftOf(world, target), reserved: holding, asked, model: cost.model }
}

interface Made { readonly id: string; readonly body: string; readonly amount: NanoUsd; readonly model: string; readonly targets: readonly Target[]; readonly now: Instant }

const pending = ({ scope, stream, at, owner }: Call, { id, body, amount, model, targets, now }: Made): Reservation => ({
  id, body, amount, model, owner, scope: { ...scope, subagent: '' }, budgets: [], parts: partsOf(targets), proven: ZERO_USD, responses: 0,
  covers: { agent: scope.agent, session: scope.session, stream, from: at, responses: 1 },
  createdAt: now, expiresAt: instant(now + CALL_TTL_MS), ttlMs: CALL_TTL_MS, state: 'pending',
})

function* hold(world: CallWorld, reservation: Reservation, targets: readonly Target[]): Work<void> {
  const own = targets.filter(({ key }) => reservation.parts.some(part => part.measure === key.measure && part.perValue === key.perValue))
  for (const { target, limit } of tightest(own, HARMLESS)) {
    if (!(yield* world.stores.holds.hold(target.key, reservation.amount, limit))) throw lostRace(`budget ${target.budget.id}`)
  }
  if (!(yield* world.stores.reservations.add(reservation))) throw lostRace(`reservation ${reservation.id}`)
}
