// What the daemon does for claims every 20 seconds: a sign of life for every holder on its machine that is not proven
// dead, and the dead ones' claims cleared with the proof. Reaping compares and clears; the row and its token stay.
import { fenceOf, type HeldClaim } from '../../core/claims/claim.ts'
import { standingOf } from '../../core/claims/standing.ts'
import { ticketState } from '../../core/claims/wait.ts'
import { instant } from '../../core/time.ts'
import { reapedEvent } from './events.ts'
import type { ClaimPorts } from './ports.ts'
import { Sight } from './sight.ts'

export interface Upkeep { readonly renewed: number; readonly reaped: readonly HeldClaim[] }

/** A claim that changed hands between the look and the write is left as it is: every write names token and process. */
export async function keepClaims(ports: ClaimPorts): Promise<Upkeep> {
  const { stores, clock } = ports
  const before = await stores.read(function* () { return { held: yield* stores.claims.held(), tickets: yield* stores.claims.tickets() } })
  if (before.held.length === 0 && before.tickets.length === 0) return { renewed: 0, reaped: [] }
  const sight = await Sight.from(ports)
  await sight.look([...before.held.map(({ grant }) => grant.holder), ...before.tickets.map(ticket => ({ ...ticket.claimant, ...ticket.asking }))].filter(({ node }) => node === sight.here.node))
  return stores.transaction(function* () {
    yield* stores.claims.enter()
    const now = yield* stores.claims.now(clock.now())
    const reaped: HeldClaim[] = []
    let renewed = 0
    // Read again: a lease that was renewed since it was read must not be judged by what was read.
    for (const claim of yield* stores.claims.held()) {
      const { holder, ttlMs } = claim.grant
      const standing = standingOf(claim, null, sight, now)
      if (standing === 'over') {
        if (!(yield* stores.claims.clear(fenceOf(claim), now))) continue
        yield* stores.events.add(reapedEvent(claim, sight), now)
        reaped.push(claim)
      } else if (holder.node === sight.here.node && sight.liveness(holder) !== 'dead') {
        if (yield* stores.claims.renew(fenceOf(claim), { ...claim.grant, renewedAt: now, expiresAt: instant(now + ttlMs) })) renewed++
      }
    }
    for (const ticket of before.tickets) if (ticketState(ticket, sight, now) === 'gone') yield* stores.claims.leave(ticket.id)
    return { renewed, reaped }
  })
}
