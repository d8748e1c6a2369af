// Which sessions of an account move, and why each of the others does not. Decides from what is known of each at one instant;
// what it cannot know for certain is a reason to leave the session where it is.
import type { ProcessInfo } from '../machine/process-table.ts'
import type { ResumePlan } from '../sessions/resume.ts'
import { isLive, type SessionState } from '../sessions/session-state.ts'
import type { Move } from './saga.ts'

export interface SessionSight {
  readonly session: string
  readonly state: SessionState
  readonly cwd: string
  readonly transcript: string
  readonly model: string
  /** Could a signal reach this very process? '' yes, else why not. */
  readonly unprovable: string
  /** The terminal of ours it sits in; '' another. */
  readonly seat: string
  /** It works on a queued task, which nobody watches: the queue decides where that goes on. */
  readonly queued: boolean
  /** Its log ends with the stop of a spent quota. */
  readonly stopped: boolean
  /** The permission mode its log told last; '' nothing tells. */
  readonly mode: string
  /** How it would be taken up if it did not run. */
  readonly plan: ResumePlan
  /** What its command line says that a resumption would lose; '' nothing. */
  readonly loses: string
  /** The agent's registry tells who runs which session: a new process can be proven to be it. */
  readonly registered: boolean
  /** The quota that is spent counts for its model. */
  readonly concerned: boolean
}

/** `busy`: it is in the middle of a turn, and would be waited for. */
export type Verdict = { readonly moves: true; readonly move: Move; readonly busy: boolean } | { readonly moves: false; readonly because: string; readonly session: string }

/** null for a session that nobody runs: there is nothing to move. */
export function verdictOn(sight: SessionSight): Verdict | null {
  const { session, state } = sight
  if (!isLive(state)) return null
  const because = REASONS.map(reason => reason(sight, state)).find(found => found !== '')
  if (because !== undefined) return { moves: false, because, session }
  return { moves: true, move: moveOf(sight, state.process), busy: state.state === 'busy' || state.state === 'running' }
}

type Live = Extract<SessionState, { readonly process: ProcessInfo }>

// The order is the order of explanation. What a client asks when its quota is spent is no question to keep. A session without an id that its agent takes back is found by its plan.
const REASONS: readonly ((sight: SessionSight, state: Live) => string)[] = [
  ({ concerned }) => (concerned ? '' : 'the quota that is spent is not that of its model'),
  ({ queued }) => (queued ? 'it works on a queued task, and the queue takes that up again' : ''),
  (_, { background }) => (background ? 'it works in the background of its own agent, which would start it again' : ''),
  (_, { copies }) => (copies.length > 0 ? `${copies.length === 1 ? 'another process runs' : `${copies.length} other processes run`} the same conversation` : ''),
  ({ registered }) => (registered ? '' : 'its agent does not say which process runs it'),
  ({ unprovable }) => unprovable,
  ({ stopped }, { state }) => (state === 'waiting' && !stopped ? 'it waits for an answer of yours' : ''),
  ({ plan }) => (plan.ok ? '' : plan.because),
  ({ transcript }) => (transcript === '' ? 'where its conversation is kept is not known' : ''),
  ({ loses }) => (loses === '' ? '' : `it was started with ${loses}, which a resumption would lose`),
  // Not known is not the same as any: the settings of the other home may ask for less.
  ({ mode }) => (mode === '' ? 'its permission mode is not known, so it could come back with fewer checks' : ''),
  ({ plan }) => (plan.ok && plan.differs !== '' ? `${plan.differs}; take it up by hand` : ''),
]

const moveOf = ({ session, cwd, transcript, model, stopped, seat }: SessionSight, process: ProcessInfo): Move => ({
  session, state: 'planned', process: { pid: process.pid, startTime: process.startTime, exe: process.exe }, cwd, transcript, model, stopped, told: false,
  words: [], logBytes: 0, seat, opened: '', because: '',
})
