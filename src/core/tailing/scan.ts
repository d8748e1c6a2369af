// The ports of stations 1 and 2: finding logs, being told that they grew, and reading them into batches of facts.
// A batch is the unit of the river: whoever commits one also commits the cursors in it, in the same transaction.
import type { AbortLike } from '../machine/clock.ts'
import type { LogPlace } from '../sessions/log-source.ts'
import type { Instant } from '../time.ts'
import type { CounterReading, MeterReading, Origin, QuotaSignal, UsageEvent } from '../usage/usage-event.ts'
import type { Transition } from './cursor.ts'
import type { Flaw, FollowedFile } from './cursor-store.ts'

/** A log file of an agent, as the walk saw it. */
export interface FoundLog {
  /** Absolute, below a resolved root: no part of it was a symbolic link when it was found. */
  readonly path: string
  readonly agent: string
  /** Which of the agent's sources reads it. */
  readonly source: string
  readonly root: string
  /** '' when two accounts share the root: then only the registry or a hook can tell. */
  readonly account: string
  readonly place: LogPlace
  readonly size: number
  readonly modifiedAt: Instant
}

/** What a walk over all roots came to. Nothing in it is an error: one bad folder never hides the others. */
export interface Finding {
  /** Most recently written first. */
  readonly logs: readonly FoundLog[]
  /** How many older logs `max_files` leaves waiting. */
  readonly waiting: number
  readonly roots: readonly string[]
  /** The same, each with the agents that have logs there. */
  readonly rootsOf: readonly { readonly agent: string; readonly path: string }[]
  /** Roots that will not be read, and why; the text ends with what to type. */
  readonly refused: readonly { readonly path: string; readonly why: string }[]
  /** Folders and files that could not be looked at this time, with the system's code. */
  readonly unreadable: readonly { readonly path: string; readonly code: string }[]
  /** Symbolic links met below the roots; never followed. */
  readonly links: number
}

export interface LogFinder {
  find(): Finding
  /** True only when the file itself does not exist while its root can be listed: anything else is "cannot tell". */
  isGone(log: { readonly path: string; readonly root: string }): boolean
}

/** One file to read on, from its cursor; without one it is new. */
export interface ScanJob { readonly log: FoundLog; readonly cursor: FollowedFile | undefined }

/** What of a log its cursor has not seen, as far as sizes tell: what progress is counted in. */
export const bytesLeft = ({ log, cursor }: ScanJob): number => (cursor && cursor.offset <= log.size ? log.size - cursor.offset : log.size)

/** What became of one file in one batch. A long file comes in several batches; `atEnd` marks its last. */
export type FileRead =
  | {
    readonly outcome: 'read'
    readonly log: FoundLog
    /** The same in every batch of one reading of the file. */
    readonly transition: Exclude<Transition, { kind: 'gone' }>
    /**
     * To be saved with the batch. `size` and `modifiedAt` are what was seen at opening; a file not read to its end has
     * its offset as size instead, so that it never looks finished. Its offset is the start of the first line not contained in any batch so far.
     */
    readonly file: FollowedFile
    /** Bytes between the cursor the job came with and the end of the file; for a replaced file its whole size. */
    readonly growth: number
    readonly atEnd: boolean
    readonly flaws: readonly Flaw[]
  }
  | { readonly outcome: 'gone'; readonly log: FoundLog }
  /** A document that is being written: its cursor stays as it is, and it is worth another look soon. */
  | { readonly outcome: 'torn'; readonly log: FoundLog }
  /** Not readable now (permission, link, not a regular file): its cursor stays as it is. */
  | { readonly outcome: 'unreadable'; readonly log: FoundLog; readonly flaw: Flaw }

/** A fact and the file (index into `files`) whose copy owns it. */
export interface Located<T> { readonly fact: T; readonly file: number }

/** Facts that are made while they are walked through. */
export interface LocatedUsage extends Iterable<Located<UsageEvent>> {
  readonly length: number
  /** Every origin that a response has, at least once. */
  readonly origins: Iterable<Origin>
}

/** Bounded: about BATCH_EVENTS_MAX distinct responses, BATCH_BYTES_MAX bytes read. Copies of one key are merged. */
export interface ScanBatch {
  readonly files: readonly FileRead[]
  readonly usage: LocatedUsage
  readonly meters: readonly Located<MeterReading>[]
  readonly quotas: readonly Located<QuotaSignal>[]
  readonly counters: readonly Located<CounterReading>[]
  /** Sessions whose log repeats a response that another session's copy owns (forks, resumed sessions), met while merging. */
  readonly copies: readonly { readonly key: string; readonly session: string }[]
  readonly lines: number
  readonly bytes: number
  /** Nothing is ready behind this one yet: whoever gathers batches need not wait for more. */
  readonly isLastReady?: boolean
  /** To be called once its facts are no longer needed: what they lie in is then used for another batch. */
  readonly release?: () => void
}

// One ingest transaction stays well under 100 ms at this size, and an interrupted one re-reads little.
export const BATCH_EVENTS_MAX = 2_000
// Progress is durable at least this often in files that say nothing about usage.
export const BATCH_BYTES_MAX = 64 * 1024 * 1024
// Below the agents' longest real lines (screenshots, a few MiB) by far; a longer one is recorded as a gap.
export const LINE_BYTES_MAX = 32 * 1024 * 1024

export interface LogScanner {
  /** Much is about to be read: what takes its time to start may start now. */
  prepare?(): void
  /** Reads every job to its present end, at most a few batches ahead of those that were released: nothing piles up. */
  scan(jobs: readonly ScanJob[]): AsyncIterable<ScanBatch>
  close(): Promise<void>
}

export interface LogChange {
  /** New or changed logs, each at most once. */
  readonly changed: readonly FoundLog[]
  readonly gone: readonly FoundLog[]
}

export interface LogWatcher {
  /**
   * Calls `onChange` one at a time (a slow one delays and thereby joins the next) until the signal aborts. The first call
   * brings every log there is, so that nothing falls between a walk and the watch; rejects when `onChange` does.
   */
  watch(onChange: (change: LogChange) => Promise<void>, signal: AbortLike): Promise<void>
}
