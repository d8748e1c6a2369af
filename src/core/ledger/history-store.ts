// The port to the ledger's rows as they are: for whoever copies a ledger out, in, or anew. Whole responses in the order
// of their keys, page by page, so that two million entries pass through a few megabytes.
import type { Instant } from '../time.ts'
import type { History } from './history.ts'
import type { CopyRow } from './ledger-line.ts'
import type { MeterRow } from './meter-store.ts'
import type { EntryDraft } from './posting.ts'
import type { Work } from './work.ts'

export interface HistoryQuery {
  /** Entries posted later are left out: their number, from `bounds`. */
  readonly upTo: bigint
  /** Whole responses that have an entry at or after `since`, and before `until`. */
  readonly since: Instant | null
  readonly until: Instant | null
}
/** The last entry of a page, to go on from; null = from the first key. */
export type Place = Pick<EntryDraft, 'key' | 'seq'> | null
export interface MeterPlace { readonly agent: string; readonly session: string; readonly model: string }

export interface HistoryStore {
  /** The number of the newest entry, which only grows: with it, a copy of a ledger that goes on is of one moment. */
  newest(): Work<bigint>
  size(query: HistoryQuery): Work<{ readonly entries: number; readonly responses: number }>
  /** At most `limit` entries after `place`, by key and number. A response may go on on the next page. */
  page(query: HistoryQuery, place: Place, limit: number): Work<readonly EntryDraft[]>
  of(key: string): Work<History | null>
  /** Adds these entries as they are; throws `40001` when another writer was there first. */
  append(entries: readonly EntryDraft[]): Work<void>
  /** Adds the first entry of a response; false when the response is known. */
  begin(entry: EntryDraft): Work<boolean>
  meters(after: MeterPlace | null, limit: number): Work<readonly MeterRow[]>
  copies(after: CopyRow | null, limit: number): Work<readonly CopyRow[]>
}
