// Strict claims whose holder is gone: nobody takes them over, so somebody has to be told.
import type { HeldClaim } from '../../core/claims/claim.ts'
import { holderText } from '../../core/claims/claim-text.ts'
import type { ClaimFacts } from '../../core/doctor/facts.ts'
import { proofOf } from './events.ts'
import type { ClaimPorts } from './ports.ts'
import { Sight } from './sight.ts'

/** Looked at now; a machine that was not heard from for a whole lease counts as gone here, since only a person acts on it. */
export async function orphanedClaims(ports: ClaimPorts): Promise<ClaimFacts> {
  const { stores, clock } = ports
  const { held, now } = await stores.read(function* () { return { held: yield* stores.claims.held(), now: yield* stores.claims.now(clock.now()) } })
  const strict = held.filter(({ grant }) => grant.strict)
  if (strict.length === 0) return { held: held.length, orphans: [] }
  const sight = await Sight.from(ports)
  await sight.look(strict.map(({ grant }) => grant.holder).filter(({ node }) => node === sight.here.node))
  const isOrphan = ({ grant: { holder, expiresAt } }: HeldClaim): boolean => (holder.node === sight.here.node ? sight.liveness(holder) === 'dead' : expiresAt <= now)
  const orphans = strict.filter(isOrphan).toSorted((a, b) => a.grant.acquiredAt - b.grant.acquiredAt)
    .map(({ resource, grant: { holder, acquiredAt } }) => ({ name: resource.name, holder: holderText(holder, sight.here.node), since: acquiredAt, proof: proofOf(holder, sight) }))
  return { held: held.length, orphans }
}
