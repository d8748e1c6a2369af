// The port to the clients' own meters: the newest cumulative reading per (session, model).
import type { Instant } from '../time.ts'
import type { TokenCounts } from '../usage/tokens.ts'
import type { NanoUsd } from '../money.ts'
import type { ModelSum } from './ledger-store.ts'
import type { Work } from './work.ts'

export interface MeterRow { readonly agent: string; readonly session: string; readonly model: string; readonly path: string; readonly at: Instant; readonly tokens: TokenCounts; readonly cost: NanoUsd }

export interface MeterStore {
  save(meter: MeterRow): Work<void>
  /** Sessions that have a meter, as `agent/session`: most have none, and asking each would cost a query per session. */
  metered(): Work<ReadonlySet<string>>
  ofSession(agent: string, session: string): Work<readonly MeterRow[]>
  /** Remembers that a session's log repeats a response another session owns: the session's meter includes it. */
  addCopy(agent: string, session: string, key: string): Work<void>
  /** What the responses hold, per model, that a session's log repeats and another session owns. */
  copied(agent: string, session: string): Work<readonly ModelSum[]>
  /** Other sessions whose logs show a response that this one's shows too: what it was resumed or forked from, and into. */
  relatives(agent: string, session: string): Work<readonly string[]>
  /** True when everything that the log of `part` shows, the log of `whole` shows too. */
  repeats(agent: string, sessions: { readonly whole: string; readonly part: string }): Work<boolean>
  /** Per model: what the clients' meters say it cost, beside what our card says for the same sessions' entries. */
  disagreements(): Work<readonly { readonly model: string; readonly clientCost: NanoUsd; readonly ourCost: NanoUsd }[]>
}
