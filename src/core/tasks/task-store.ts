// The port to queued tasks and their attempts. Moves are compare-and-set, so that two who act on one task are never both right.
import type { ProcessIdentity } from '../machine/process-table.ts'
import type { Work } from '../ledger/work.ts'
import type { NanoUsd } from '../money.ts'
import type { Instant } from '../time.ts'
import type { Attempt, Outcome, Task } from './task.ts'

export interface AttemptEnd { readonly at: Instant; readonly exitCode: number | null; readonly outcome: Outcome; readonly because: string; readonly cost: NanoUsd | null }

export interface QueueStore {
  add(task: Task): Work<void>
  get(id: string): Work<Task | null>
  /** Of this node: not over, the most urgent first. */
  open(node: string): Work<readonly Task[]>
  /** Of this node, the newest first, at most `limit`. */
  recent(node: string, limit: number): Work<readonly Task[]>
  /** False when it is not as `from` any more. */
  move(from: Pick<Task, 'id' | 'now' | 'attempts'>, to: Pick<Task, 'now' | 'attempts'>): Work<boolean>
  begin(attempt: Attempt): Work<void>
  /** Leaves no trace of an attempt that was never let go. */
  undo(attempt: string): Work<void>
  /** Not ended, of this node. */
  underWay(node: string): Work<readonly Attempt[]>
  seat(attempt: string, seat: string, process: ProcessIdentity | null): Work<void>
  letGo(attempt: string, at: Instant): Work<void>
  /** The first word counts. */
  end(attempt: string, end: AttemptEnd): Work<void>
  /** The verification's word: takes the place of `done`. */
  judge(attempt: string, outcome: Outcome, because: string): Work<void>
  attempt(id: string): Work<Attempt | null>
  /** Oldest first. */
  attempts(task: string): Work<readonly Attempt[]>
}
