// Ends calls that hooks reserved and that no answer settled: what failed, what was given up, what a window took with it.
// Looks at owners and logs are taken before the transaction; what changed meanwhile stays as it is, and is looked at again.
import { isRolling, windowAt } from '../../core/budgets/window.ts'
import type { Work } from '../../core/ledger/work.ts'
import { usdText } from '../../core/money.ts'
import { callEnd, type CallFacts } from '../../core/reservations/call-end.ts'
import { ownerText } from '../../core/reservations/owner.ts'
import { held, isCall, NEW_SUBAGENT, type Reservation } from '../../core/reservations/reservation.ts'
import { instant, type Instant } from '../../core/time.ts'
import { changeHeld } from '../prove.ts'
import type { CallWorld } from './call.ts'
import { requestTime } from './world.ts'

/** The port to what its client left in files. */
export interface CallSight {
  /** Whether the log of this stream has been read to its end, as it is now. */
  log(reservation: Reservation): Promise<CallFacts['log']>
  /** Whether its log shows an error at or after `from`, and before `until`. */
  failed(reservation: Reservation, from: Instant, until: Instant | null): Promise<boolean>
  /** Its client says that it waits for a prompt. */
  idle(reservation: Reservation): boolean
}

/** A hook that asks just now: it has done with what its process asked before in this stream. */
export interface Asking { readonly agent: string; readonly session: string; readonly stream: string; readonly owner: string; readonly at: Instant }

// A look is a few reads of small files; a machine runs tens of requests at once, not hundreds.
const AT_ONCE = 200
// Of what never ends by itself.
const FOREVER = instant(Date.UTC(9999, 0, 1))

export interface EndedCalls { readonly settled: number; readonly released: number; readonly kept: number; readonly expired: number }

export async function endCalls(world: CallWorld, sight: CallSight, asking: Asking | null = null): Promise<EndedCalls> {
  const open = await world.stores.read(function* () {
    const now = yield* requestTime(world), found: { call: Reservation; next: Reservation | null; now: Instant }[] = []
    for (const call of (yield* world.stores.reservations.pending()).filter(isCall).slice(0, AT_ONCE)) found.push({ call, next: yield* world.stores.reservations.nextCall(call), now })
    return found
  })
  const done = { settled: 0, released: 0, kept: 0, expired: 0 }
  for (const { call, next, now } of open) {
    const does = callEnd(await factsOf(world, sight, { call, next, now, asking }))
    if (does === 'wait') continue
    const ended = await world.stores.transaction(() => (does === 'keep' ? keep(world, call) : end(world, call, does)))
    if (ended) done[ended]++
  }
  return done
}

async function factsOf(world: CallWorld, sight: CallSight, { call, next, now, asking }: { readonly call: Reservation; readonly next: Reservation | null; readonly now: Instant; readonly asking: Asking | null }): Promise<CallFacts> {
  const { covers, owner } = call
  if (!covers) throw new Error(`reservation ${call.id} is no call`)
  // Several subagents may be about to start at once: one does not follow the other, and none has a log of its own yet.
  if (covers.stream === NEW_SUBAGENT) return { from: covers.from, next: null, subagent: true, begun: false, log: await sight.log(call), failed: false, owner: await world.owners.look(owner), idle: false, now }
  const asks = asking && asking.agent === covers.agent && asking.session === covers.session && asking.stream === covers.stream && asking.owner === ownerText(owner) ? asking.at : null
  // Of another process it says nothing: the one that asked this may have been killed, and another took the session up.
  const after = next !== null && ownerText(next.owner) === ownerText(owner) ? (next.covers?.from ?? null) : asks
  return {
    from: covers.from, next: after, subagent: covers.stream !== '', begun: call.proven > 0n, log: await sight.log(call),
    failed: await sight.failed(call, covers.from, next?.covers?.from ?? null), owner: await world.owners.look(owner), idle: sight.idle(call), now,
  }
}

function* end(world: CallWorld, { id }: Reservation, does: 'settle' | 'release'): Work<'settled' | 'released' | null> {
  const now = yield* requestTime(world), call = yield* world.stores.reservations.take(id)
  if (call?.state !== 'pending') return null
  // An answer came while we looked.
  const begun = call.proven > 0n
  if (begun !== (does === 'settle')) return null
  yield* changeHeld(world.stores, call, 0n)
  yield* world.stores.reservations.end(id, begun ? { state: 'settled', actual: call.proven, at: now, late: false } : { state: 'released', at: now })
  return begun ? 'settled' : 'released'
}

/** Held until every window it was made in is over; told once. */
function* keep(world: CallWorld, { id }: Reservation): Work<'kept' | 'expired' | null> {
  const now = yield* requestTime(world), call = yield* world.stores.reservations.take(id)
  if (call?.state !== 'pending' || !call.covers) return null
  const until = windowsEnd(world, call, call.covers.from)
  if (until > now) {
    if (call.expiresAt === until) return null
    yield* world.stores.reservations.extend(id, until)
    if (isKept(call)) return null
    yield* world.stores.events.add({ code: 'reservation.kept', level: 'warn', fields: { reservation: id, session: call.covers.session, amount: usdText(held(call)), owner: ownerText(call.owner) } }, now)
    return 'kept'
  }
  yield* changeHeld(world.stores, call, 0n)
  yield* world.stores.reservations.end(id, { state: 'expired', at: now })
  yield* world.stores.events.add({ code: 'reservation.expired', level: 'info', fields: { reservation: id, owner: ownerText(call.owner), amount: usdText(call.amount) } }, now)
  return 'expired'
}

/** Known to be killed under way: its deadline is no longer the one it began with. */
export const isKept = (call: Pick<Reservation, 'expiresAt' | 'createdAt' | 'ttlMs'>): boolean => call.expiresAt !== call.createdAt + call.ttlMs

/** The last of the windows that contain the call, of the budgets that hold it and are still there. */
function windowsEnd({ budgets }: CallWorld, { parts }: Reservation, from: Instant): Instant {
  const rules = budgets().filter(({ measure }) => parts.some(part => part.measure === measure))
  return instant(rules.reduce((last, { window: kind, zone }) => {
    const window = windowAt(kind, zone, from)
    return Math.max(last, isRolling(kind) ? from + (from - window.start) : (window.end ?? FOREVER))
  }, 0))
}
