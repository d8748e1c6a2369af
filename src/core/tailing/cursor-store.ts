// The port to cursors and flaws. A cursor moves only inside the transaction that posted what was read up to it.
import type { Work } from '../ledger/work.ts'
import type { Instant } from '../time.ts'
import type { Cursor } from './cursor.ts'

export interface FollowedFile extends Cursor {
  readonly root: string
  readonly agent: string
  readonly account: string
  readonly size: number
  readonly modifiedAt: Instant
  /** What the parser of this log needs to go on from here; '' when nothing. */
  readonly memory: string
}

/** inferred: counts that the log leaves open and that were derived by a rule; the flaw's text says which. */
export type FlawKind = 'malformed' | 'damaged' | 'oversized' | 'unreadable' | 'quarantined' | 'inferred'

/** Something in a file that could not be read or understood: counted, shown by doctor, never fatal. */
export interface Flaw {
  readonly path: string
  readonly kind: FlawKind
  readonly generation: number
  readonly firstOffset: number
  readonly occurrences: number
  readonly bytes: number
  readonly why: string
}

export interface CursorStore {
  all(): Work<readonly FollowedFile[]>
  get(path: string): Work<FollowedFile | undefined>
  save(file: FollowedFile): Work<void>
  /** Every file is read again from its start: entries are permanent, so nothing is counted twice. */
  forgetAll(): Work<void>
  /** The file is gone; its cursor stays, so that a file that comes back is compared with what was read. */
  markGone(path: string, at: Instant): Work<void>
  /** Remembers that the large-growth warning of this file was given; true the first time. */
  warnGrowthOnce(path: string, at: Instant): Work<boolean>
  addFlaw(flaw: Flaw, at: Instant): Work<void>
  flaws(): Work<readonly (Flaw & { readonly at: Instant })[]>
  /** Paths that could not be read, or made the reading fail, and were not read to their end since. */
  unfinished(): Work<ReadonlySet<string>>
  /** The file was read to its end after all: it is no longer unreadable nor set aside. What is wrong inside it stays told. */
  finish(path: string): Work<void>
  grown(): Work<readonly string[]>
  /** Which project each working directory belonged to when it was last seen. */
  places(): Work<readonly (readonly [cwd: string, project: string])[]>
  rememberPlace(cwd: string, project: string): Work<void>
}
