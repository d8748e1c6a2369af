// A sign of life by hand: for who holds without a daemon beside it, and to say anew what the claim is for. The row is hit
// only with the token and the process it was read with.
import { fenceOf, isHeld, type HeldClaim } from '../../core/claims/claim.ts'
import type { Resource } from '../../core/claims/resource.ts'
import { instant } from '../../core/time.ts'
import { holdsFor, type CheckResult, type Checker } from './fence.ts'
import type { ClaimPorts } from './ports.ts'

export interface Renewer extends Checker {
  readonly resources: readonly Resource[]
  /** Only this very grant; null: whatever it holds now. */
  readonly token: number | null
  /** null keeps what is there. */
  readonly reason: string | null
  readonly ttlMs: number | null
}

/** All or nothing. */
export async function renewClaims({ stores, clock, seat }: ClaimPorts, { claimant, line, resources, token, reason, ttlMs }: Renewer): Promise<CheckResult> {
  const here = await seat()
  return stores.transaction(function* () {
    yield* stores.claims.enter()
    const now = yield* stores.claims.now(clock.now())
    const found: HeldClaim[] = []
    for (const resource of resources) {
      const claim = yield* stores.claims.get(resource.name)
      const held = claim && isHeld(claim) ? claim : null
      const refused = (result: 'held' | 'lost'): CheckResult => ({ result, asked: resource, by: held, now, dead: false })
      if (!held) return refused('lost')
      if (!holdsFor(held, claimant, line, here)) return refused('held')
      if (token !== null && token !== held.token) return refused('lost')
      found.push(held)
    }
    const current: HeldClaim[] = []
    for (const claim of found) {
      const ttl = ttlMs ?? claim.grant.ttlMs
      const grant = { ...claim.grant, ttlMs: ttl, renewedAt: now, expiresAt: instant(now + ttl), reason: reason ?? claim.grant.reason }
      if (!(yield* stores.claims.renew(fenceOf(claim), grant))) return { result: 'lost', asked: claim.resource, by: claim, now, dead: false }
      current.push({ ...claim, grant })
    }
    return { result: 'current', claims: current }
  })
}
