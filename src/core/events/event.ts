// The audit trail: what happened, as a code with fields, each row chained to the one before by a digest.
import type { Work } from '../ledger/work.ts'
import type { Instant } from '../time.ts'

export type EventLevel = 'info' | 'warn' | 'error'
export type EventFields = Readonly<Record<string, string | number | null>>
export interface NewEvent { readonly code: string; readonly level: EventLevel; readonly fields: EventFields }
export interface StoredEvent extends NewEvent { readonly id: number; readonly at: Instant; readonly chain: string }

export interface EventStore {
  add(event: NewEvent, at: Instant): Work<void>
  /** Events with an id greater than `after`, oldest first, at most `limit`. */
  since(after: number, limit: number): Work<readonly StoredEvent[]>
  last(): Work<number>
  /** Checks the chain; returns the id of the first row that does not follow from the one before, or null. */
  firstBroken(): Work<number | null>
  /** Drops rows older than `before`, keeping the chain verifiable from the oldest row kept. */
  prune(before: Instant): Work<number>
}
