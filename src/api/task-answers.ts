// What is asked and answered about queued tasks. The text goes in once, with `task.add`, and never comes out again.

export type TaskStateAnswer = 'queued' | 'starting' | 'running' | 'verifying' | 'parked' | 'done' | 'dead' | 'cancelled'

export interface TaskAnswer {
  readonly id: string
  /** '' when it was given none. */
  readonly label: string
  readonly state: TaskStateAnswer
  /** What it waits for, or why it is over; '' when there is nothing to say. */
  readonly because: string
  /** When it is looked at again, or goes on after a quota's reset; null when that is not a matter of time. */
  readonly until: string | null
  readonly endedAt: string | null
  readonly agent: string
  /** The account it was given to; '' = the one that new work starts on. */
  readonly account: string
  readonly project: string
  readonly folder: string
  readonly mode: string
  readonly model: string
  readonly priority: number
  /** Of one attempt. */
  readonly budget: string
  /** Of all attempts, as far as their logs show it. */
  readonly cost: string
  /** Attempts that were let go. */
  readonly attempts: number
  readonly attemptsMax: number
  readonly timeout: string
  readonly claims: readonly string[]
  readonly verified: boolean
  readonly keepOutput: boolean
  /** Its terminal while an attempt is under way; null otherwise. */
  readonly pane: string | null
  readonly createdAt: string
}

export interface AttemptAnswer {
  readonly id: string
  readonly session: string
  readonly account: string
  readonly startedAt: string
  /** null: it was not let go yet. */
  readonly letGoAt: string | null
  readonly endedAt: string | null
  /** null: a signal, nobody saw, or it is not over. */
  readonly exitCode: number | null
  readonly outcome: 'done' | 'failed' | 'unverified' | 'limit' | 'stopped' | 'timeout' | 'cancelled' | null
  readonly because: string
  readonly cost: string | null
}

export interface TaskAddInput {
  /** What the agent is to do. Kept in a file of its owner's until the task is over. */
  readonly text: string
  /** Absolute. */
  readonly folder: string
  readonly label?: string
  readonly agent?: string
  /** Id or home of an account. */
  readonly account?: string
  readonly mode?: string
  readonly model?: string
  /** -100 to 100, higher first. */
  readonly priority?: number
  /** Decimal USD, of one attempt. */
  readonly budget?: string
  readonly attempts?: number
  readonly timeout?: string
  readonly claims?: readonly string[]
  /** Words of a command that has to succeed afterwards. */
  readonly verify?: readonly string[]
  readonly keepOutput?: boolean
}

export interface TaskOutputAnswer { readonly attempt: string; readonly path: string; /** Of the whole. */ readonly bytes: number; /** The last of it. */ readonly text: string }

export interface TaskOperations {
  'task.add': { in: TaskAddInput; out: { task: TaskAnswer; /** What keeps it from starting by itself; '' nothing. */ warning: string } }
  /** Those that are not over, and what ended lately; `all`: as far back as is known. */
  'task.list': { in: { all?: boolean }; out: { tasks: readonly TaskAnswer[] } }
  'task.show': { in: { id: string }; out: { task: TaskAnswer; attempts: readonly AttemptAnswer[] } }
  'task.cancel': { in: { id: string; by: string }; out: { task: TaskAnswer } }
  /** One that was put aside begins anew; one that waits is looked at now. */
  'task.retry': { in: { id: string; by: string }; out: { task: TaskAnswer } }
  /** `attempt`: the last one when left out. `output` null: none was kept. */
  'task.logs': { in: { id: string; attempt?: string }; out: { task: TaskAnswer; attempts: readonly AttemptAnswer[]; output: TaskOutputAnswer | null } }
}
