// When a call that a hook reserved is over although no whole answer of it shows. A request that failed or was given up by
// its person ends with what its log shows; one that was killed under way was paid for and shows in no log, so what is held
// for it stays held until the windows it was made in are over, or a person releases it.
import { MINUTE_MS, SECOND_MS, type Instant } from '../time.ts'
import type { OwnerLiveness } from './owner.ts'

export interface CallFacts {
  readonly from: Instant
  /** When the same process asked for the next request of the same stream; null: it has not. */
  readonly next: Instant | null
  readonly subagent: boolean
  /** Part of an answer has shown. */
  readonly begun: boolean
  /** read: its log was read to its end just now. behind: not yet. absent: there is none to be found. */
  readonly log: 'read' | 'behind' | 'absent'
  /** Its log shows an error in place of an answer. */
  readonly failed: boolean
  readonly owner: OwnerLiveness
  /** Its client says that it waits for a prompt: no request of the main conversation is under way. */
  readonly idle: boolean
  readonly now: Instant
}

export type CallEnd = 'wait' | 'settle' | 'release' | 'keep'

// Measured: an answer is in the log 100 ms after its last byte. Ten times that, on a machine that is busy; and a hook that finds
// no room may still wait for it.
export const QUIET_MS = SECOND_MS
// A client gives a request up after 10 minutes, and asks again at most twice where it was cut off.
export const SUBAGENT_MS_MAX = 30 * MINUTE_MS

export function callEnd({ from, next, subagent, begun, log, failed, owner, idle, now }: CallFacts): CallEnd {
  const over: CallEnd = begun ? 'settle' : 'release'
  if (log === 'behind') return 'wait'
  if (failed) return over
  // Whoever asks again has done with what it asked before: given up, or refused by somebody else.
  if (log === 'read' && next !== null && now - next >= QUIET_MS) return over
  if (owner === 'dead') return begun ? 'settle' : 'keep'
  if (log === 'absent') return 'wait'
  if (idle && !subagent && now - from >= QUIET_MS) return over
  return subagent && now - from >= SUBAGENT_MS_MAX ? over : 'wait'
}
