// Waiting, for a while: asks again whenever something was given back here, and every fifth of a second for what others
// give back. A client that waits longer asks again with the same ticket and keeps its place.
import type { Instant } from '../../core/time.ts'
import { claimOver, type Over, type Touching } from './fence.ts'
import type { ClaimPorts } from './ports.ts'
import { Sight } from './sight.ts'
import { takeClaims, type NotTaken, type Taken, type Taker } from './take.ts'

/** Below every client's patience for one answer (30 s). */
export const PATIENCE_MS = 20_000
// Half of it is what a release by another process waits to be seen, on average.
const POLL_MS = 200

/**
 * Resolves when it is taken, cannot be had, the asker's own deadline is over, once its place is made, and from then on
 * after 20 s with the place kept.
 */
export async function takePatiently(ports: ClaimPorts, taker: Taker): Promise<Taken | NotTaken> {
  const { wait } = taker
  if (!wait) return takeClaims(ports, taker)
  const started = ports.clock.monotonicMs()
  for (;;) {
    const found = await takeClaims(ports, taker)
    if (found.result === 'taken' || found.result === 'deadlock') return found
    if (ports.clock.now() >= wait.until) {
      await ports.stores.transaction(() => ports.stores.claims.leave(wait.ticket))
      return { ...found, position: 0, fresh: false }
    }
    // A new place is told of at once, so that a person sees whom they wait for.
    if (found.fresh || ports.clock.monotonicMs() - started >= PATIENCE_MS) return found
    await ports.changed(Math.min(POLL_MS, Math.max(1, wait.until - ports.clock.now())))
    // Whoever was killed while its question was held open must not be given anything: its session would hold what nobody knows of.
    if (await isGone(ports, taker)) {
      await ports.stores.transaction(() => ports.stores.claims.leave(wait.ticket))
      return { ...found, position: 0, fresh: false }
    }
  }
}

async function isGone(ports: ClaimPorts, { claimant, asking }: Taker): Promise<boolean> {
  const sight = await Sight.from(ports), asker = { ...claimant, ...asking }
  await sight.look([asker])
  return sight.liveness(asker) === 'dead'
}

/** As `claimOver`, until nobody's claim is over it, the deadline, or 20 s. `again`: ask once more. */
export async function awaitFree(ports: ClaimPorts, asked: Touching & { readonly until: Instant }): Promise<{ readonly over: Over | null; readonly again: boolean }> {
  const started = ports.clock.monotonicMs()
  for (;;) {
    const over = await claimOver(ports, asked)
    const late = ports.clock.now() >= asked.until
    if (!over || late || ports.clock.monotonicMs() - started >= PATIENCE_MS) return { over, again: over !== null && !late }
    await ports.changed(POLL_MS)
  }
}
