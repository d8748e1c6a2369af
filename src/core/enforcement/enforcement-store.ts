// The port to what enforcement does with locks: attempts that begin and finish, and the audit row of every step. What a
// breach writes in the first place is breach-store's. Each method is one transaction, durable when it resolves.
import type { NewEvent } from '../events/event.ts'
import type { Instant } from '../time.ts'
import type { Action, ActionState, Lock } from './lock.ts'

export type FinishedState = Exclude<ActionState, 'pending' | 'running'>

/** finished: it happened already and never happens twice. lock-gone: released or expired meanwhile. */
export type Begun = 'begun' | 'finished' | 'lock-gone'

export interface EnforcementStore {
  /** Locks in force at `now`: not released, not expired. */
  activeLocks(now: Instant): Promise<readonly Lock[]>
  /** Releases what has expired and returns it. */
  releaseExpired(now: Instant): Promise<readonly Lock[]>
  /** One lock as it stands now, released or not. */
  lock(id: string): Promise<Lock | null>
  /**
   * Every action of these locks but notices, oldest first. Targets whose verification is finished may be left out: their
   * identity never comes again, and a lock that stops relaunches for a month must not carry each of them along.
   */
  history(locks: readonly string[]): Promise<readonly Action[]>
  /** Actions but notices that are pending or running, whatever became of their lock. */
  openAttempts(): Promise<readonly Action[]>
  /**
   * Inserts the action if its id is new and its lock is in force at `now`, in one statement: a release that has been
   * acknowledged is never followed by a signal. `begun` also when a crash left the row unfinished (it stays as it was).
   */
  begin(action: Action, now: Instant): Promise<Begun>
  /** Ends an action that is not finished yet and writes the audit rows, in one transaction. */
  finish(id: string, end: { readonly state: FinishedState; readonly outcome: string; readonly at: Instant }, events: readonly NewEvent[]): Promise<void>
  audit(events: readonly NewEvent[], at: Instant): Promise<void>
}
