// Hourly housekeeping: the audit trail is kept as long as the configuration says.
import { DAY_MS, instant } from '../core/time.ts'
import type { World } from './world/world.ts'

// A forecast looks back over one window; the longest is a week.
const READINGS_MS = 8 * DAY_MS

// Somebody may still ask what sat where last month; every task of a busy queue has a seat of its own.
const SEATS_MS = 30 * DAY_MS

export async function sweep(world: World): Promise<void> {
  await world.stores.transaction(() => world.stores.seats.prune(instant(world.clock.now() - SEATS_MS)))
  await world.stores.transaction(() => world.stores.quota.forgetReadings(instant(world.clock.now() - READINGS_MS)))
  const { auditDays } = world.config.current().settings.retention
  if (auditDays <= 0) return
  const before = instant(world.clock.now() - auditDays * DAY_MS)
  await world.stores.transaction(() => world.stores.events.prune(before))
}
