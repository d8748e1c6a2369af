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
  /** What the copied responses hold, per model, and the unlogged use of the sessions that own them. */
  inherited(agent: string, session: string): Work<readonly ModelSum[]>
  /** Per model: what the clients' meters say it cost, beside what our card says for the same sessions' entries. */
  disagreements(): Work<readonly { readonly model: string; readonly clientCost: NanoUsd; readonly ourCost: NanoUsd }[]>
}
