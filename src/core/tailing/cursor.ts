// Where we are in a log file, and what a fresh look at it means. Pure: the look (stat, fingerprints) comes in.
// The five transitions live here as one function; reading bytes is os/log-reader's business.

/** Identity and progress in one file. `offset` always points at the start of a line. */
export interface Cursor {
  readonly path: string
  readonly device: string
  readonly inode: string
  /** Counts how often the file behind this path became another one (rotation, rewrite, truncation). */
  readonly generation: number
  readonly offset: number
  /** Digest of the first `headLength` bytes, at most HEAD_BYTES_MAX; '' while nothing was read. */
  readonly headLength: number
  readonly head: string
  /** Digest of the TAIL_BYTES before `offset`: catches a rewrite that kept the inode and grew. */
  readonly tail: string
}
export const HEAD_BYTES_MAX = 1024
// The last 400 bytes of a real record are the same in every record of its session but for time and uuid: a shorter tail
// would let a rewrite pass whose lines happen to be as long as the old ones.
export const TAIL_BYTES = 1024

/** What `stat` and the fingerprints say now. `headNow`/`tailNow` are taken over the cursor's own ranges; null = unreadable there (shorter). */
export interface Look {
  readonly device: string
  readonly inode: string
  readonly size: number
  readonly headNow: string | null
  readonly tailNow: string | null
}

export type Transition =
  | { readonly kind: 'new' }
  | { readonly kind: 'append'; readonly from: number; readonly to: number }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'rotate'; readonly why: 'inode' | 'head' | 'tail' }
  | { readonly kind: 'truncate' }
  | { readonly kind: 'gone' }

/** The five transitions (and "nothing happened"). A missing cursor is `new`; a missing look is `gone`. */
export function transition(cursor: Cursor | undefined, look: Look | undefined): Transition {
  if (!look) return { kind: 'gone' }
  if (!cursor) return { kind: 'new' }
  if (look.device !== cursor.device || look.inode !== cursor.inode) return { kind: 'rotate', why: 'inode' }
  if (look.size < cursor.offset) return { kind: 'truncate' }
  if (cursor.headLength > 0 && look.headNow !== cursor.head) return { kind: 'rotate', why: 'head' }
  if (cursor.offset > 0 && look.tailNow !== cursor.tail) return { kind: 'rotate', why: 'tail' }
  if (look.size === cursor.offset) return { kind: 'unchanged' }
  return { kind: 'append', from: cursor.offset, to: look.size }
}
