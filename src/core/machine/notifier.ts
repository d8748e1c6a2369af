// The port through which people are told. A notice is finished text about money, locks and processes: it has no field
// a prompt or a file's content could travel in. Implementations: notify/, one file per channel.
import type { EventLevel } from '../events/event.ts'
import type { Instant } from '../time.ts'
import type { AbortLike } from './clock.ts'

export type NoticeLevel = EventLevel
export const NOTICE_LEVELS = ['info', 'warn', 'error'] as const satisfies readonly NoticeLevel[]

export interface Notice {
  /** The same key is told once per channel, across restarts. */
  readonly key: string
  /** `budget.breach`, `budget.alert`, ...: what a program matches on. */
  readonly code: string
  readonly level: NoticeLevel
  /** One line. */
  readonly title: string
  /** One or more lines, separated by `\n`. */
  readonly body: string
  readonly at: Instant
  /** Named values for programs; amounts are decimal USD text. */
  readonly facts: Readonly<Record<string, string>>
}

export type SendResult =
  | { readonly result: 'sent' }
  /** Worth another try; `afterMs` is what the other side asked for, null = our own backoff. */
  | { readonly result: 'retry'; readonly afterMs: number | null; readonly why: string }
  /** `permanent`: no notice can pass until somebody changes the configuration; else only this one cannot. */
  | { readonly result: 'failed'; readonly permanent: boolean; readonly why: string }

export interface Notifier {
  /** Stable id of the channel and its destination, without a secret in it: `ntfy:1f0c9a2b`. */
  readonly channel: string
  /** For people: `ntfy (ntfy.example)`. */
  readonly label: string
  readonly minLevel: NoticeLevel
  /** Settles before its own deadline and soon after `signal` aborts; never rejects for what the other side does. */
  send(notice: Notice, signal: AbortLike): Promise<SendResult>
}

/** True when a channel that wants `minLevel` and above should be told. */
export const isTold = (level: NoticeLevel, minLevel: NoticeLevel): boolean => NOTICE_LEVELS.indexOf(level) >= NOTICE_LEVELS.indexOf(minLevel)

/** Runs a program by its argument vector: no shell, bounded output, a deadline. */
export interface CommandRunner {
  run(command: CommandCall, signal: AbortLike): Promise<CommandResult>
}
export interface CommandCall {
  readonly argv: readonly string[]
  readonly stdin: string
  /** Absolute; ours when left out. */
  readonly cwd?: string
  readonly deadlineMs: number
}
export type CommandResult =
  /** `code` is null when a signal ended it. `output` is the end of what it wrote, bounded. */
  | { readonly ended: 'exit'; readonly code: number | null; readonly output: string }
  | { readonly ended: 'not_started'; readonly why: 'not_found' | 'not_permitted' | 'other'; readonly output: string }
  | { readonly ended: 'deadline' | 'aborted'; readonly output: string }
