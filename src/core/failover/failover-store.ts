// The port to moves of work between accounts, their sessions and steps, and the way back.
import type { Work } from '../ledger/work.ts'
import type { Instant } from '../time.ts'
import type { ReturnIntent } from './failback.ts'
import type { Departure } from './guards.ts'
import type { Saga } from './saga.ts'

/** A thing done for a move: its row is there before it is done. */
export interface StoredStep {
  readonly seq: number
  readonly kind: string
  /** '' where it concerns no single session. */
  readonly session: string
  readonly startedAt: Instant
  readonly endedAt: Instant | null
  readonly outcome: string
}

export interface FailoverStore {
  /** False where this account is being left already, or this episode has had its move. */
  admit(node: string, saga: Saga): Work<boolean>
  get(node: string, id: string): Work<Saga | null>
  /** Those that are not over, the oldest first. */
  active(node: string): Work<readonly Saga[]>
  /** The newest first. */
  recent(node: string, limit: number): Work<readonly Saga[]>
  save(saga: Saga): Work<void>
  /** Is there a move of this name, over or not? */
  hadEpisode(node: string, episode: string): Work<boolean>
  beginStep(saga: string, step: { readonly kind: string; readonly session: string }, at: Instant): Work<number>
  endStep(saga: string, seq: number, outcome: string, at: Instant): Work<void>
  steps(saga: string): Work<readonly StoredStep[]>
  /** Committed moves away from accounts of this agent, the newest first. */
  departures(node: string, agent: string, limit: number): Work<readonly Departure[]>
  returnIntent(node: string, agent: string): Work<ReturnIntent | null>
  returnIntents(node: string): Work<readonly ReturnIntent[]>
  saveReturn(node: string, intent: ReturnIntent): Work<void>
  /** False when it was another one's by now. */
  dropReturn(node: string, intent: Pick<ReturnIntent, 'agent' | 'failover'>): Work<boolean>
}
