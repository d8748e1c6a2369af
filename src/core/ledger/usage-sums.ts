// The port to sums over the ledger: grouped by who spent, on which model, and when. Entries only ever add, so sums of what
// is already there are kept in quarter hours (`fold`) and a report adds up a few thousand rows instead of every response.
import type { Instant } from '../time.ts'
import type { UsageSum } from './ledger-store.ts'
import type { Work } from './work.ts'

/** `billing` is how the vendor billed it; `day` counts days since 1970-01-01 on the wall of the query's zone; `hour` is an epoch instant. */
export type SumKey = 'project' | 'branch' | 'session' | 'agent' | 'account' | 'billing' | 'day' | 'hour'

/** From the previous piece's end on, until `until` (null: for good), the wall shows UTC plus `offsetMs`. */
export interface DayPiece { readonly until: Instant | null; readonly offsetMs: number }

export interface SumQuery {
  /** Inclusive. */
  readonly since: Instant | null
  /** Exclusive. */
  readonly until: Instant | null
  /** The model always is a key beside these. */
  readonly by: readonly SumKey[]
  /** Only read for `day`; at least one piece then. */
  readonly days: readonly DayPiece[]
}

export interface SumGroup {
  readonly by: Readonly<Partial<Record<SumKey, string>>>
  readonly model: string
  readonly sum: UsageSum
  /** Of the responses in the group. */
  readonly firstAt: Instant
  readonly lastAt: Instant
}

/** What one fold did: how many entries it added, and whether some are left. */
export interface Folded { readonly entries: number; readonly more: boolean }

export interface UsageSums {
  /** Adds at most `most` entries that no fold has seen to the kept sums. Changes no answer, only how fast it comes. */
  fold(most: number): Work<Folded>
  /** Groups in no particular order; one whose every figure is zero (all of it moved to another owner) is left out. */
  sum(query: SumQuery): Work<readonly SumGroup[]>
  /** The first and the last instant anything was spent at; null when nothing was. */
  range(): Work<{ readonly first: Instant; readonly last: Instant } | null>
}
