// The port to the few sums a status line asks for several times a second: one index range each, no grouping.
import type { Instant } from '../time.ts'
import type { NanoUsd } from '../money.ts'
import type { Work } from './work.ts'

/** `unpriced` and `partial` count responses: with any of them the cost is a lower bound. */
export interface Glance { readonly responses: number; readonly cost: NanoUsd; readonly unpriced: number; readonly partial: number }

export interface GlanceStore {
  /** All that a session ever cost. */
  ofSession(agent: string, session: string): Work<Glance>
  /** Everything spent in [since, until). */
  between(since: Instant, until: Instant): Work<Glance>
}
