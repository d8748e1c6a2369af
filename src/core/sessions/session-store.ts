// The port to what is known about sessions: who told us (proof), which process, where, since when.
import type { Work } from '../ledger/work.ts'
import type { Instant } from '../time.ts'

/** How we know which process runs a session: a hook over our socket, the agent's registry and `purser run`, whose child it is, prove; a log only tells. */
export type SessionProof = 'hook' | 'registry' | 'run' | 'log'

export interface KnownSession {
  readonly agent: string
  readonly id: string
  readonly account: string
  readonly project: string
  readonly branch: string
  readonly cwd: string
  readonly pid: number | null
  readonly startTime: string | null
  readonly proof: SessionProof
  readonly transcript: string
  readonly model: string
  /** How many processes were proven to run it, one after the other; 0: none yet. */
  readonly generation: number
  readonly startedAt: Instant
  readonly seenAt: Instant
  readonly endedAt: Instant | null
}

export interface SessionStore {
  /** Adds or refreshes what a log line tells: never touches process identity. */
  seenInLog(session: Pick<KnownSession, 'agent' | 'id' | 'account' | 'project' | 'branch' | 'cwd' | 'transcript' | 'model'>, at: Instant): Work<void>
  /** Binds a process to a session, as the registry or a hook said. */
  bind(session: Pick<KnownSession, 'agent' | 'id' | 'cwd' | 'project' | 'transcript'> & { pid: number; startTime: string; proof: 'hook' | 'registry' | 'run' }, at: Instant): Work<void>
  end(agent: string, id: string, at: Instant): Work<void>
  /** Lets one caller take it up; false while another one was let, less than `forMs` ago, and no process has been bound since. */
  takeUp(agent: string, id: string, at: Instant, forMs: number): Work<boolean>
  get(agent: string, id: string): Work<KnownSession | null>
  /** Sessions seen since, newest first, at most `limit`. */
  recent(since: Instant, limit: number): Work<readonly KnownSession[]>
}
