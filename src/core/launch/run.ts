// A run: one program that `purser run` started and supervises. Its process is known from before it became the program, so
// what was promised to it is taken back only once that very process is dead.
import type { Work } from '../ledger/work.ts'
import type { ProcessIdentity } from '../machine/process-table.ts'
import type { NanoUsd } from '../money.ts'
import type { Instant } from '../time.ts'

export interface Run extends ProcessIdentity {
  readonly id: string
  readonly node: string
  /** '' for a program of no agent. */
  readonly agent: string
  /** Base name, never its words. */
  readonly program: string
  /** As known before the start; '' when only a log or a hook will tell. */
  readonly session: string
  readonly account: string
  readonly project: string
  readonly branch: string
  readonly folder: string
  readonly boot: string
  /** It takes up a conversation that was there before. */
  readonly resumed: boolean
  /** What it may spend; null without a budget of its own. */
  readonly budget: NanoUsd | null
  readonly startedAt: Instant
  readonly endedAt: Instant | null
}

export interface RunSession { readonly agent: string; readonly session: string }

export interface RunStore {
  add(run: Run): Work<void>
  get(id: string): Work<Run | null>
  /** `exitCode` null: it was found dead, and nobody saw how it ended. The first word of each counts. */
  end(id: string, at: Instant, exitCode: number | null): Work<void>
  /** Not known to be over, of this node. */
  open(node: string): Work<readonly Run[]>
  /** The run whose process this is, while it runs. */
  ofProcess(process: ProcessIdentity): Work<Run | null>
  /** False when it was known. */
  addSession(run: string, session: RunSession): Work<boolean>
  sessions(run: string): Work<readonly RunSession[]>
  /** Runs that the session is part of. */
  ofSession(session: RunSession): Work<readonly string[]>
  /** Runs of an agent in a project that were under way at some time since. */
  beside(agent: string, project: string, since: Instant): Work<readonly Run[]>
}

// Ten hex digits: no two runs of a machine meet, and they can be read out.
const DIGITS = 10

/** From a random UUID. Also the id of its task budget and of what is reserved for it. */
export const runIdFrom = (uuid: string): string => `run-${uuid.replaceAll('-', '').slice(0, DIGITS)}`
export const isRunId = (id: string): boolean => /^run-[0-9a-f]{10}$/.test(id)

/**
 * Which sessions are this run's when the client makes its ids itself and no hook tells: those of its agent that began in its
 * folder while it ran and that nothing else explains. With another run or process of that agent beside it, nothing is proven.
 */
export function sessionsOf(run: Pick<Run, 'agent' | 'account' | 'folder' | 'startedAt' | 'resumed'>, seen: readonly SeenSession[], beside: number): { readonly sessions: readonly string[]; readonly because: string } {
  const own = seen.filter(each => each.agent === run.agent && each.cwd === run.folder && each.seenAt >= run.startedAt && (run.resumed || each.startedAt >= run.startedAt) && !each.taken)
  if (own.length === 0) return { sessions: [], because: 'its log shows nothing of it' }
  if (beside > 0) return { sessions: [], because: `another ${run.agent} worked in the same folder, and no log says which was which` }
  return { sessions: own.map(({ session }) => session), because: '' }
}
export interface SeenSession {
  readonly agent: string
  readonly session: string
  readonly cwd: string
  readonly startedAt: Instant
  readonly seenAt: Instant
  /** It is known to be another run's. */
  readonly taken: boolean
}
