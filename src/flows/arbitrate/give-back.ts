// Giving claims back: by their holder, by a person who breaks one, by a session that ends, and from one process to the
// one it started. What a living other holds is never taken away here.
import { fenceOf, isHeld, isNamed, sameSeat, seatOf, type Claimant, type HeldClaim, type Holder } from '../../core/claims/claim.ts'
import type { Resource } from '../../core/claims/resource.ts'
import { standingOf } from '../../core/claims/standing.ts'
import { AppError, assert } from '../../core/errors.ts'
import type { Work } from '../../core/ledger/work.ts'
import type { ProcessIdentity } from '../../core/machine/process-table.ts'
import { brokenEvent, handedEvent, reapedEvent, releasedEvent } from './events.ts'
import { holdsFor, type NotHeld } from './fence.ts'
import type { ClaimPorts } from './ports.ts'
import { Sight } from './sight.ts'

export interface Releaser {
  readonly resources: readonly Resource[]
  readonly claimant: Claimant
  readonly line: readonly ProcessIdentity[]
  /** Names given here are released only with this token; others whatever theirs is. */
  readonly tokens: ReadonlyMap<string, number>
}

export interface Released { readonly name: string; readonly token: number; readonly was: 'held' | 'free' }
export type ReleaseResult = { readonly result: 'released'; readonly released: readonly Released[] } | NotHeld

const TURNS_MAX = 16

/** All or nothing. Releasing what is free is done already; what a dead one left behind may be cleared by anybody. */
export async function releaseClaims(ports: ClaimPorts, releaser: Releaser): Promise<ReleaseResult> {
  const sight = await Sight.from(ports)
  for (let turn = 0; turn < TURNS_MAX; turn++) {
    const found = await ports.stores.transaction(() => releasing(ports, releaser, sight))
    if (found.result !== 'look') return found
    await sight.look(found.at)
  }
  throw new AppError('store_busy', 'claims are changing hands faster than they can be read; try again')
}

type Look = { readonly result: 'look'; readonly at: readonly Holder[] }

function* releasing({ stores, clock }: ClaimPorts, { resources, claimant, line, tokens }: Releaser, sight: Sight): Work<ReleaseResult | Look> {
  const { claims, events } = stores
  yield* claims.enter()
  const now = yield* claims.now(clock.now())
  const clearing: { claim: HeldClaim; own: boolean }[] = [], released: Released[] = []
  for (const resource of resources) {
    const claim = yield* claims.get(resource.name)
    if (!claim || !isHeld(claim)) {
      released.push({ name: resource.name, token: claim?.token ?? 0, was: 'free' })
      continue
    }
    const own = holdsFor(claim, claimant, line, sight.here)
    if (!own) {
      const standing = standingOf(claim, claimant, sight, now)
      if (standing === 'unseen') return { result: 'look', at: [claim.grant.holder] }
      if (standing === 'stands') return { result: 'held', asked: resource, by: claim, now, dead: sight.liveness(claim.grant.holder) === 'dead' }
    }
    if (tokens.has(resource.name) && tokens.get(resource.name) !== claim.token) return { result: 'lost', asked: resource, by: claim, now, dead: false }
    clearing.push({ claim, own })
    released.push({ name: resource.name, token: claim.token, was: 'held' })
  }
  for (const { claim, own } of clearing) {
    assert(yield* claims.clear(fenceOf(claim), now), `${claim.resource.name} is as it was read`)
    yield* events.add(own ? releasedEvent(claim, 'its holder') : tokens.has(claim.resource.name) ? releasedEvent(claim, 'whoever has its token') : reapedEvent(claim, sight), now)
  }
  return { result: 'released', released }
}

/** By hand, whoever holds it: for the audit trail, with a reason. `not_found` when nobody does. */
export async function breakClaim({ stores, clock }: Pick<ClaimPorts, 'stores' | 'clock'>, asked: { readonly resource: Resource; readonly by: string; readonly reason: string }): Promise<HeldClaim> {
  const { name } = asked.resource
  return stores.transaction(function* () {
    yield* stores.claims.enter()
    const now = yield* stores.claims.now(clock.now())
    const claim = yield* stores.claims.get(name)
    if (!claim || !isHeld(claim)) throw new AppError('not_found', `nobody holds ${name}; see what is held: purser claim list`)
    assert(yield* stores.claims.breakFrom(fenceOf(claim), now), `${name} is as it was read`)
    yield* stores.events.add(brokenEvent(claim, asked), now)
    return claim
  })
}

/** Everything a session holds in this process goes with it. A later process of the same session keeps what it took. */
export async function endSession({ stores, clock }: Pick<ClaimPorts, 'stores' | 'clock'>, ended: { readonly agent: string; readonly session: string; readonly node: string; readonly pid: number; readonly startTime: string }): Promise<number> {
  const isTheirs = ({ grant: { holder } }: HeldClaim): boolean => holder.agent === ended.agent && (holder.session === ended.session || !isNamed(holder)) && holder.pid === ended.pid && holder.startTime === ended.startTime
  if (!(await stores.read(() => stores.claims.heldBy(ended))).some(isTheirs)) return 0
  return stores.transaction(function* () {
    yield* stores.claims.enter()
    const now = yield* stores.claims.now(clock.now())
    let count = 0
    for (const claim of (yield* stores.claims.heldBy(ended)).filter(isTheirs)) {
      if (claim.grant.strict) continue
      assert(yield* stores.claims.clear(fenceOf(claim), now), `${claim.resource.name} is as it was read`)
      yield* stores.events.add(releasedEvent(claim, 'the end of its session'), now)
      count++
    }
    return count
  })
}

export type HandResult = { readonly result: 'handed'; readonly claims: readonly HeldClaim[] } | Pick<NotHeld, 'asked' | 'by' | 'now'> & { readonly result: 'lost' }

/** What the asker holds, or what it runs below holds, goes to a process below it: token and all, so nobody is overtaken. */
export async function handClaims({ stores, clock, seat }: ClaimPorts, given: Omit<Releaser, 'tokens'> & { readonly to: Claimant }): Promise<HandResult> {
  const here = await seat()
  return stores.transaction(function* () {
    const { claims, events } = stores
    yield* claims.enter()
    const now = yield* claims.now(clock.now())
    const found: HeldClaim[] = []
    for (const resource of given.resources) {
      const claim = yield* claims.get(resource.name)
      const held = claim && isHeld(claim) ? claim : null
      if (!held || !(holdsFor(held, given.claimant, given.line, here) || sameSeat(held.grant.holder, given.to))) return { result: 'lost', asked: resource, by: held, now } as const
      found.push(held)
    }
    const to = { ...given.to, generation: yield* claims.generation(given.to, now) }
    const handed: HeldClaim[] = []
    for (const claim of found) {
      if (seatOf(claim.grant.holder) !== seatOf(to)) {
        assert(yield* claims.hand(fenceOf(claim), to), `${claim.resource.name} is as it was read`)
        yield* events.add(handedEvent(claim, to), now)
      }
      handed.push({ ...claim, grant: { ...claim.grant, holder: to } })
    }
    return { result: 'handed', claims: handed } as const
  })
}
