// Follows the audit trail: everything since an id, then what comes, until told to stop.
import type { ControlPlane, EventAnswer } from '../api/control-plane.ts'
import type { AbortLike, Clock } from '../core/machine/clock.ts'

// A reader does not notice a quarter of a second, and an idle daemon does not notice four questions a second.
const POLL_MS = 250
const PAGE = 1_000

/** The newest id, so that a follower can start from now. */
export async function lastEvent(plane: ControlPlane): Promise<number> {
  return (await plane.call('events', { after: Number.MAX_SAFE_INTEGER, limit: 1 })).last
}

/** Prints every event after `after` in order; with `follow` goes on until `stop`. Returns the last id printed. */
export async function printEvents(options: {
  plane: ControlPlane; after: number; follow: boolean; stop: AbortLike; clock: Pick<Clock, 'sleep'>; print: (event: EventAnswer) => void
}): Promise<number> {
  const { plane, stop, clock, print } = options
  let after = options.after
  for (;;) {
    if (stop.aborted) return after
    const { events } = await plane.call('events', { after, limit: PAGE })
    for (const event of events) print(event)
    after = events.at(-1)?.id ?? after
    if (events.length === PAGE) continue
    if (!options.follow) return after
    await clock.sleep(POLL_MS, stop)
  }
}
