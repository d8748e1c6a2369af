// The fence: whether a token is still current, and whether a place may be written to. Asked before every write by those
// who can be asked; our own writes carry the token in their statement and need no asking.
import { isHeld, sameSeat, type Claimant, type HeldClaim, PROCESS } from '../../core/claims/claim.ts'
import { covers, type Resource } from '../../core/claims/resource.ts'
import { standingOf } from '../../core/claims/standing.ts'
import { AppError } from '../../core/errors.ts'
import type { Seat } from '../../core/machine/liveness.ts'
import type { ProcessIdentity } from '../../core/machine/process-table.ts'
import type { Instant } from '../../core/time.ts'
import type { ClaimPorts } from './ports.ts'
import { Sight } from './sight.ts'

export interface Checker { readonly claimant: Claimant; readonly line: readonly ProcessIdentity[] }

/**
 * Does this holder hold for this asker? Its own process does. So does a program that holds by itself and that the asker
 * runs below: whoever started it took the claim for it.
 */
export function holdsFor({ grant: { holder } }: HeldClaim, claimant: Claimant, line: readonly ProcessIdentity[], here: Seat): boolean {
  if (sameSeat(holder, claimant)) return true
  return holder.agent === PROCESS && isAbove(holder, line, here)
}

/** The holder is the asker or one of its ancestors. */
export const isAbove = (holder: Seat & ProcessIdentity, line: readonly ProcessIdentity[], here: Seat): boolean =>
  line.some(process => sameSeat(holder, { ...here, ...process }))

/** held: somebody else has it. lost: nobody has, or the token is an older one. */
export interface NotHeld { readonly result: 'held' | 'lost'; readonly asked: Resource; readonly by: HeldClaim | null; readonly now: Instant; readonly dead: boolean }
export type CheckResult = { readonly result: 'current'; readonly claims: readonly HeldClaim[] } | NotHeld

/** Are all of these still held for the asker, each with its token where one is named? */
export async function checkClaims({ stores, clock, seat }: ClaimPorts, { claimant, line, resources, tokens }: Checker & { readonly resources: readonly Resource[]; readonly tokens: ReadonlyMap<string, number> }): Promise<CheckResult> {
  const here = await seat()
  return stores.read(function* () {
    const now = yield* stores.claims.now(clock.now())
    const current: HeldClaim[] = []
    for (const resource of resources) {
      const claim = yield* stores.claims.get(resource.name)
      const held = claim && isHeld(claim) ? claim : null
      const own = held !== null && (holdsFor(held, claimant, line, here) || isAbove(held.grant.holder, line, here))
      if (held && !own) return { result: 'held', asked: resource, by: held, now, dead: false } as const
      if (!held || (tokens.has(resource.name) && tokens.get(resource.name) !== held.token)) return { result: 'lost', asked: resource, by: held, now, dead: false } as const
      current.push(held)
    }
    return { result: 'current', claims: current } as const
  })
}

export interface Touching {
  /** null where the asker is no proven session: then only what it runs below works for it. */
  readonly claimant: Claimant | null
  readonly line: readonly ProcessIdentity[]
  readonly touched: readonly Resource[]
  /** `covers` unless more than writing is meant. */
  readonly meets?: (claimed: Resource, touched: Resource) => boolean
}
export interface Over { readonly asked: Resource; readonly by: HeldClaim; readonly now: Instant; readonly dead: boolean }

const TURNS_MAX = 8

/**
 * Whose claim keeps this asker from writing there; null when nobody's does. Whoever runs below the holder works for it,
 * a person's shell included.
 */
export async function claimOver(ports: ClaimPorts, { claimant, line, touched, meets = covers }: Touching): Promise<Over | null> {
  const { stores, clock } = ports
  const read = await stores.read(function* () { return { held: yield* stores.claims.held(), now: yield* stores.claims.now(clock.now()) } })
  const over = read.held.flatMap(by => {
    const asked = touched.find(resource => meets(by.resource, resource))
    return asked === undefined ? [] : [{ asked, by }]
  })
  if (over.length === 0) return null
  const sight = await Sight.from(ports)
  const others = over.filter(({ by }) => !isAbove(by.grant.holder, line, sight.here))
  for (let turn = 0; turn < TURNS_MAX; turn++) {
    const unseen = others.filter(({ by }) => standingOf(by, claimant, sight, read.now) === 'unseen')
    if (unseen.length === 0) {
      const first = others.find(({ by }) => standingOf(by, claimant, sight, read.now) === 'stands')
      return first ? { ...first, now: read.now, dead: sight.liveness(first.by.grant.holder) === 'dead' } : null
    }
    await sight.look(unseen.map(({ by }) => by.grant.holder))
  }
  throw new AppError('store_busy', 'claims are changing hands faster than they can be read; try again')
}
