// The port to what a breach leaves behind, written in the transaction of the entries that caused it: alerts, locks,
// actions, raises and notices. What happens to actions afterwards is enforcement-store's.
import type { Work } from '../ledger/work.ts'
import type { Instant } from '../time.ts'
import type { Action, Lock } from './lock.ts'
import type { Raise } from './plan.ts'

export interface AlertKey { readonly rule: string; readonly version: string; readonly perValue: string; readonly windowStart: Instant; readonly threshold: number }
export interface NewNotice { readonly id: string; readonly channel: string; readonly level: string; readonly body: string; readonly dueAt: Instant }

export interface BreachStore {
  /** Remembers a crossed threshold; true the first time, so that each is told once. */
  alertOnce(alert: AlertKey, at: Instant): Work<boolean>
  /** Adds a lock; false when this breach is locked already (released or not). */
  addLock(lock: Lock): Work<boolean>
  /** Adds an action; false when its id exists. */
  addAction(action: Action): Work<boolean>
  /** Everything that was done about a lock, notices included, oldest first. */
  actionsOf(lock: string): Work<readonly Action[]>
  /** Locks in force at `now`: not released, not expired. */
  activeLocks(now: Instant): Work<readonly Lock[]>
  /** Every lock, newest first, at most `limit`. */
  locks(limit: number): Work<readonly Lock[]>
  lock(id: string): Work<Lock | null>
  /** Releases by hand; false when it was released already. */
  release(id: string, by: string, reason: string, at: Instant): Work<boolean>
  /** Releases what has expired and returns it. */
  releaseExpired(now: Instant): Work<readonly Lock[]>
  /** A person confirmed that signals may follow a lock that an edit, not spending, created. Returns how many. */
  confirm(rule: string, at: Instant): Work<number>
  /** Open locks wait for a person before their signals, as when `arm` is first run; those that a person made do not. */
  holdForConfirmation(now: Instant): Work<number>
  prune(before: Instant): Work<number>
  raise(raise: Raise & { readonly reason: string }): Work<void>
  raises(): Work<readonly Raise[]>
  /** Puts a notice into the outbox; the same id is told once. */
  addNotice(notice: NewNotice, at: Instant): Work<void>
}
