// The world as a run sees it, and how its logs are read to their end when it is over.
import type { Run } from '../../core/launch/run.ts'
import type { FoundLog } from '../../core/tailing/scan.ts'
import { instant, SECOND_MS, type Instant } from '../../core/time.ts'
import type { RunWorld } from '../../flows/run.ts'
import { bootId } from '../../os/processes/boot-id.ts'
import { reserveWorld } from './reserve.ts'
import type { World } from './world.ts'

export const runWorld = (world: World): RunWorld => ({ ...reserveWorld(world), boot: bootId() })

// A client has written all it will when it has ended; what is left is a notification and one batch.
const READ_MS_MAX = 5 * SECOND_MS
const LOOK_MS = 50

/** Waits, while a daemon follows, until every log that this agent wrote since the run began has been read as far as it goes now; false when that took too long. */
export async function readToEnd(world: World, run: Run): Promise<boolean> {
  const logs = world.finder.find().logs.filter(log => log.agent === run.agent && log.modifiedAt >= floor(run.startedAt))
  for (const until = world.clock.monotonicMs() + READ_MS_MAX; ; await world.clock.sleep(LOOK_MS)) {
    if (await allRead(world, logs)) return true
    if (world.clock.monotonicMs() >= until) return false
  }
}

// File systems keep times more coarsely than clocks tell them.
const floor = (at: Instant): Instant => instant(at - 2 * SECOND_MS)

async function allRead({ stores }: World, logs: readonly FoundLog[]): Promise<boolean> {
  return stores.read(function* () {
    for (const log of logs) {
      const cursor = yield* stores.cursors.get(log.path)
      if (!cursor || (cursor.modifiedAt < log.modifiedAt) || (cursor.modifiedAt === log.modifiedAt && cursor.size < log.size)) return false
    }
    return true
  })
}
