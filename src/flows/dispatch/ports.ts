// Everything the dispatcher asks of the world.
import type { QuotaWindow } from '../../core/accounts/quota.ts'
import type { Asker } from '../../core/enforcement/lock-reach.ts'
import type { Resource } from '../../core/claims/resource.ts'
import type { Run } from '../../core/launch/run.ts'
import type { AbortLike } from '../../core/machine/clock.ts'
import type { Notifier } from '../../core/machine/notifier.ts'
import type { PoolSettings } from '../../core/sessions/pool.ts'
import type { Seats } from '../../core/sessions/seats.ts'
import type { TaskFiles } from '../../core/tasks/task-files.ts'
import type { Attempt, Task, TaskCaps } from '../../core/tasks/task.ts'
import type { ClaimPorts } from '../arbitrate/ports.ts'
import type { RunWorld } from '../run.ts'

/** The client as it will be started. */
export interface Planned {
  readonly ok: true
  /** Base name. */
  readonly program: string
  /** Absolute. */
  readonly file: string
  readonly args: readonly string[]
  readonly session: string
  readonly variables: Readonly<Record<string, string>>
  readonly logged: boolean
}

export interface DispatchPorts {
  readonly run: RunWorld
  readonly claims: ClaimPorts
  readonly seats: Seats
  readonly files: TaskFiles
  readonly caps: () => TaskCaps
  readonly pool: () => PoolSettings
  /** Names of terminals that somebody has, ours and others'. */
  readonly names: () => Promise<ReadonlySet<string>>
  /** The account it works on now, as scopes name it. */
  readonly accountOf: (task: Task) => Promise<string>
  /** Why no work may go to this account; '' when it may. */
  readonly barred: (key: { readonly agent: string; readonly account: string }) => Promise<string>
  readonly windowsOf: (key: { readonly agent: string; readonly account: string }) => Promise<readonly QuotaWindow[]>
  readonly plan: (task: Task, wish: { readonly minted: string; readonly account: string }) => Planned | { readonly ok: false; readonly because: string }
  readonly askerOf: (task: Task, session: string, account: string) => Asker
  readonly resources: (task: Task) => readonly Resource[]
  /** Reads the logs of a run that is over to their end. */
  readonly readToEnd: (run: Run) => Promise<unknown>
  /** Runs the verification: '' when it passed, else why not; null when it was cut off and so decided nothing. */
  readonly verify: (task: Task, words: readonly string[], signal: AbortLike) => Promise<string | null>
  readonly mint: () => string
  /** Of a new seat: nobody can guess it. */
  readonly stamp: () => string
  readonly channels: () => readonly Pick<Notifier, 'channel' | 'minLevel'>[]
  readonly crashPoint: (name: string) => void
  readonly abort: () => { readonly signal: AbortLike; abort(): void }
  /** What went wrong beside a turn; it is tried again with the next one. */
  readonly fault: (error: unknown) => void
  /** Another pass, soon. */
  readonly again: () => void
}

export interface UnderWay { readonly task: Task; readonly attempt: Attempt }
