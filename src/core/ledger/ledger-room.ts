// The port to a second ledger beside the one in use: made empty, filled from the logs, compared, and put in place at once
// or thrown away.
import type { Stores } from '../stores.ts'
import type { AuditStore } from './audit-store.ts'
import type { Work } from './work.ts'

export interface FreshLedger {
  readonly stores: Stores
  readonly audit: AuditStore
  /** Closes it and removes its files. */
  discard(): Promise<void>
}

export interface LedgerRoom {
  /** Copies the whole database as it is now; resolves with where. */
  backup(): Promise<string>
  /** The sums that reports add up are made again from the entries, when they are next folded. */
  forgetSums(): Work<void>
  /** An empty ledger in files of its own; what an interrupted one left there is removed first. */
  fresh(): Promise<FreshLedger>
  /**
   * In one transaction: every entry, cursor, meter and flaw is replaced by the fresh ledger's, then `after` runs. Locks,
   * alerts, events and whatever else was decided stay. False, with nothing changed, when an entry was posted since
   * `newest` was.
   */
  adopt(fresh: FreshLedger, options: { readonly newest: bigint; readonly after: () => Work<void>; readonly crashPoint: (name: string) => void }): Promise<boolean>
}
