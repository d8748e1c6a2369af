// Taking claims. One transaction reads everything that collides, decides, and writes all of it or nothing. Where the
// decision needs to know whether a holder lives, the transaction ends without a write, the holder is looked at, and it
// begins anew: nothing is awaited between reading and writing, so nobody can slip in between.
import { fenceOf, type Claimant, type Grant, type HeldClaim, type Ticket } from '../../core/claims/claim.ts'
import { decideTake, type How, type Taking } from '../../core/claims/decide.ts'
import type { Resource } from '../../core/claims/resource.ts'
import type { Board } from '../../core/claims/standing.ts'
import { ticketState } from '../../core/claims/wait.ts'
import { AppError, assert } from '../../core/errors.ts'
import type { Work } from '../../core/ledger/work.ts'
import type { ProcessIdentity } from '../../core/machine/process-table.ts'
import { instant, type Instant } from '../../core/time.ts'
import { deadlockEvent, reapedEvent, takenEvent, waitingEvent } from './events.ts'
import type { ClaimPorts } from './ports.ts'
import { Sight } from './sight.ts'

export interface Taker {
  readonly resources: readonly Resource[]
  readonly claimant: Claimant
  readonly asking: ProcessIdentity
  readonly strict: boolean
  /** null keeps what is there. */
  readonly reason: string | null
  readonly ttlMs: number
  readonly wait: { readonly ticket: string; readonly until: Instant } | null
}

export type Taken = { readonly result: 'taken'; readonly claims: readonly { readonly claim: HeldClaim; readonly how: How }[] }
export type NotTaken =
  | { readonly result: 'held' | 'deadlock'; readonly asked: Resource; readonly by: HeldClaim; readonly now: Instant; readonly dead: boolean } & Place
  | { readonly result: 'queued'; readonly asked: Resource; readonly now: Instant } & Place

/** `position` 1 is next; 0 for who does not wait. `fresh`: taken just now. */
interface Place { readonly position: number; readonly fresh: boolean }
const NO_PLACE: Place = { position: 0, fresh: false }

// Each turn looks at what appeared since the one before; past this many others are faster than we can look.
const TURNS_MAX = 16
// A place is heard of at most this often: waiting is polled, and every word is a write.
const HEAR_MS = 5_000

/**
 * Takes all of it or nothing, by name, so that the same set always meets the same refusal first. Throws `store_busy` only
 * when holders changed faster than they could be looked at.
 */
export async function takeClaims(ports: ClaimPorts, asked: Taker): Promise<Taken | NotTaken> {
  const taker = { ...asked, resources: asked.resources.toSorted((a, b) => (a.name < b.name ? -1 : 1)) }
  const sight = await Sight.from(ports)
  for (let turn = 0; turn < TURNS_MAX; turn++) {
    const found = await ports.stores.transaction(() => attempt(ports, taker, sight))
    if (found.result !== 'look') return found
    await sight.look(found.at)
  }
  throw new AppError('store_busy', 'claims are changing hands faster than they can be read; try again')
}

type Look = { readonly result: 'look'; readonly at: Parameters<Sight['look']>[0] }

function* attempt({ stores, clock }: ClaimPorts, asked: Taker, sight: Sight): Work<Taken | NotTaken | Look> {
  const { claims } = stores
  yield* claims.enter()
  const ours = clock.now(), now = yield* claims.now(ours)
  // The asker's deadline is of its own machine; the queue is read by all of them.
  const taker = { ...asked, wait: asked.wait && { ...asked.wait, until: instant(asked.wait.until + now - ours) } }
  const board: Board = { held: yield* claims.held(), tickets: yield* claims.tickets(), rows: yield* rowsOf(stores, taker.resources), now }
  const own = ticketOf(taker, board)
  const decision = decideTake({ ...taker, ticket: own, waits: taker.wait !== null }, board, sight)
  switch (decision.decision) {
    case 'look': return { result: 'look', at: decision.at }
    case 'take': return { result: 'taken', claims: yield* write(stores, taker, decision, { now, sight }) }
    case 'deadlock':
      if (own) yield* claims.leave(own.id)
      yield* stores.events.add(deadlockEvent(taker, decision.by), now)
      return { result: 'deadlock', asked: decision.asked, by: decision.by, now, dead: false, ...NO_PLACE }
    case 'held': return { result: 'held', asked: decision.asked, by: decision.by, now, dead: sight.liveness(decision.by.grant.holder) === 'dead', ...(yield* wait(stores, taker, own, board, sight)) }
    case 'queued': return { result: 'queued', asked: decision.asked, now, ...(yield* wait(stores, taker, own, board, sight)) }
  }
}

function* rowsOf({ claims }: ClaimPorts['stores'], resources: readonly Resource[]): Work<Board['rows']> {
  const rows = new Map()
  for (const { name } of resources) {
    const found = yield* claims.get(name)
    if (found) rows.set(name, found)
  }
  return rows
}

/** The place this asker has; somebody else's is not to be had by its id. */
function ticketOf({ wait: waiting, asking }: Taker, { tickets }: Board): Ticket | null {
  const found = tickets.find(({ id }) => id === waiting?.ticket) ?? null
  if (found && (found.asking.pid !== asking.pid || found.asking.startTime !== asking.startTime)) throw new AppError('conflict', `ticket ${found.id} is another program's; make a new one`)
  return found
}

function* write(stores: ClaimPorts['stores'], taker: Taker, { taking, reaps }: { taking: readonly Taking[]; reaps: readonly HeldClaim[] }, { now, sight }: { now: Instant; sight: Sight }): Work<Taken['claims']> {
  const { claims, events } = stores
  for (const dead of reaps) {
    assert(yield* claims.clear(fenceOf(dead), now), `${dead.resource.name} is as it was read`)
    yield* events.add(reapedEvent(dead, sight), now)
  }
  const holder = { ...taker.claimant, generation: yield* claims.generation(taker.claimant, now) }
  const grant: Grant = { holder, strict: taker.strict, reason: taker.reason ?? '', ttlMs: taker.ttlMs, acquiredAt: now, renewedAt: now, expiresAt: instant(now + taker.ttlMs) }
  const taken: { claim: HeldClaim; how: How }[] = []
  for (const each of taking) {
    const before = each.row?.grant ?? null
    if (each.how === 'renewed' && each.row && before) {
      const kept = { ...before, ...grant, generation: before.holder.generation, acquiredAt: before.acquiredAt, reason: taker.reason ?? before.reason, strict: taker.strict || before.strict }
      assert(yield* claims.renew(fenceOf(each.row), kept), `${each.resource.name} is as it was read`)
      taken.push({ claim: { resource: each.resource, token: each.row.token, grant: { ...kept, holder: before.holder } }, how: 'renewed' })
      continue
    }
    const token = yield* claims.grant(each.resource, each.row, grant)
    assert(token !== null, `${each.resource.name} is as it was read`)
    const claim = { resource: each.resource, token, grant }
    if (each.row && before) yield* events.add(reapedEvent({ ...each.row, grant: before }, sight), now)
    yield* events.add(takenEvent(claim, each.how), now)
    taken.push({ claim, how: each.how })
  }
  if (taker.wait) yield* claims.leave(taker.wait.ticket)
  return taken
}

/** Takes a place, or keeps it; its position is how many are served first, itself included. */
function* wait(stores: ClaimPorts['stores'], taker: Taker, own: Ticket | null, { tickets, now }: Board, sight: Sight): Work<Place> {
  if (!taker.wait) return NO_PLACE
  const { claims, events } = stores
  for (const gone of tickets) if (ticketState(gone, sight, now) === 'gone' && gone.id !== own?.id) yield* claims.leave(gone.id)
  const ahead = tickets.filter(other => other.id !== own?.id && (own === null || other.seq < own.seq) && ticketState(other, sight, now) === 'live').length
  if (own === null) {
    const ticket = { id: taker.wait.ticket, claimant: taker.claimant, asking: taker.asking, resources: taker.resources, since: now, until: taker.wait.until, heardAt: now }
    yield* claims.queue(ticket)
    yield* events.add(waitingEvent(ticket), now)
  } else if (now - own.heardAt >= HEAR_MS) yield* claims.hear(own.id, now)
  return { position: ahead + 1, fresh: own === null }
}
