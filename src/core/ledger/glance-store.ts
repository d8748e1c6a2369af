// The port to the few sums a status line asks for several times a second: one index range each, no grouping.
import type { Instant } from '../time.ts'
import type { NanoUsd } from '../money.ts'
import type { Billing } from '../usage/usage-event.ts'
import type { Work } from './work.ts'

/** `unpriced` and `partial` count responses: with any of them the cost is a lower bound. */
export interface Glance { readonly responses: number; readonly cost: NanoUsd; readonly unpriced: number; readonly partial: number }

export interface GlanceStore {
  /** All that a session ever cost. */
  ofSession(agent: string, session: string): Work<Glance>
  /** Models that a session used in one of its streams (main: '', else a subagent's id), with each way of billing. */
  usedIn(agent: string, session: string, subagent: string): Work<readonly { readonly model: string; readonly billing: Billing }[]>
  /** What the last whole, priced responses of a session cost, its subagents' included; in no order, at most `limit`. */
  turns(agent: string, session: string, limit: number): Work<readonly NanoUsd[]>
  /** Everything spent in [since, until). */
  between(since: Instant, until: Instant): Work<Glance>
}
