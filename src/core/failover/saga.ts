// A move of an agent's work from one account to another, as a machine that may be killed at any instant. Its whole state is
// in rows; `nextStep` says what is to be done in it, `afterStep` what it has become. Nothing here does anything.
//
//   stranded       no account can take the work yet; nobody was touched
//   admitted       one was chosen; nothing was done
//   target-ready   it was looked at anew: the login is the one expected, its quota is not spent, it sees the conversations,
//                  and there is a terminal to start in
//   quiescing      each session is waited for until it does nothing, then how it is taken up again is written down
//   saved          that stands in the database for every session that will move; still nobody was touched
//   activated      new work starts on the target
//   relaunching    one session after the other: its process is ended and proven gone, it is started on the target, it is
//                  proven to run there. The first that fails ends it all: whoever was not reached stays where it is
//   verifying      all that were started are looked at once more
//   compensating   nothing was activated: it is simply over. Else new work starts where it did, and a session that was ended
//                  and runs nowhere is started where it was
//   committed, aborted   over
//
// A session inside it:
//
//   planned -> parked -> saved -> ended -> started -> verified
//      |         |         |        |         +-> failed (its terminal closed) -> returned | failed
//      +---------+---------+-> left           +-> failed -> returned | failed
//
// left: never touched, with the reason. failed: nothing of it runs; it can be taken up by hand, and we say how.
// Never is a session started while a process of it is not proven gone, so that one conversation never runs twice.
import { unreachable } from '../errors.ts'
import type { ProcessIdentity } from '../machine/process-table.ts'
import type { Instant } from '../time.ts'
import type { Departure } from './guards.ts'

export const SAGA_STATES = ['stranded', 'admitted', 'target-ready', 'quiescing', 'saved', 'activated', 'relaunching', 'verifying', 'compensating', 'committed', 'aborted'] as const
export type SagaState = (typeof SAGA_STATES)[number]
export const MOVE_STATES = ['planned', 'parked', 'saved', 'ended', 'started', 'verified', 'left', 'returned', 'failed'] as const
export type MoveState = (typeof MOVE_STATES)[number]

/** One session of a move: all that is needed to end it here and to start it there, also by another process after a crash. */
export interface Move {
  readonly session: string
  readonly state: MoveState
  /** Who ran it when the move was planned. */
  readonly process: ProcessIdentity & { readonly exe: string }
  readonly cwd: string
  readonly transcript: string
  readonly model: string
  /** Its quota stopped it in mid-work: once it runs again it is told to go on. */
  readonly stopped: boolean
  /** Said to it already; never said twice. */
  readonly told: boolean
  /** Words that start it, with the permission mode it had; empty until saved. */
  readonly words: readonly string[]
  /** Bytes of its log when it was saved. */
  readonly logBytes: number
  /** The terminal of ours it ran in; '' somebody else's. */
  readonly seat: string
  /** The terminal it was started in on the target, and on its old account if it came to that. */
  readonly opened: string
  /** Why it did not go on from here; a session that was started or ended and bears one is on its way back. */
  readonly because: string
}

export interface Saga {
  readonly id: string
  readonly agent: string
  readonly from: string
  readonly to: string
  readonly episode: string
  readonly state: SagaState
  readonly createdAt: Instant
  readonly updatedAt: Instant
  readonly endedAt: Instant | null
  readonly body: SagaBody
  readonly moves: readonly Move[]
}

export interface SagaBody {
  /** Who asked: a person, or `auto`. */
  readonly by: string
  /** What was known of the account that is left: windows, with who said so and when. */
  readonly evidence: readonly string[]
  readonly departure: Departure
  /** Of the account in use when it was admitted; 0 = none was chosen yet. Nothing is activated over another choice. */
  readonly generation: number
  /** What new work started on before; '' the primary. */
  readonly usedBefore: string
  readonly activated: boolean
  readonly abortAsked: string
  /** Only while stranded. */
  readonly wakeAt: Instant | null
  readonly because: string
  /** It goes back to the primary: a return arms none of its own. */
  readonly isReturn: boolean
}

export const isOver = ({ state }: Pick<Saga, 'state'>): boolean => state === 'committed' || state === 'aborted'

export type Step =
  /** Is the target still good? Looks only. */
  | { readonly kind: 'ready' }
  /** Wait until it does nothing. Looks only. */
  | { readonly kind: 'park'; readonly move: Move }
  /** Write down how it is taken up. Looks only. */
  | { readonly kind: 'save'; readonly move: Move }
  | { readonly kind: 'activate' }
  | { readonly kind: 'end'; readonly move: Move }
  | { readonly kind: 'start'; readonly move: Move }
  | { readonly kind: 'verify'; readonly move: Move }
  /** What was started and did not become it is closed and proven gone. */
  | { readonly kind: 'close'; readonly move: Move }
  | { readonly kind: 'deactivate' }
  /** On the account it came from. */
  | { readonly kind: 'restart'; readonly move: Move }
  | { readonly kind: 'confirm' }
  | { readonly kind: 'finish'; readonly as: 'committed' | 'aborted' }
export type StepKind = Step['kind']

/** `wait`: not yet; the same step is asked for again. */
export type Outcome =
  | { readonly did: 'ok'; readonly note: string; readonly move?: Partial<Move>; readonly body?: Partial<SagaBody> }
  | { readonly did: 'fail'; readonly because: string; readonly move?: Partial<Move> }
  | { readonly did: 'wait'; readonly withinMs: number }

/** null while stranded and when it is over. */
export function nextStep(saga: Saga): Step | null {
  const { state, body } = saga
  switch (state) {
    case 'stranded': case 'committed': case 'aborted': return null
    case 'admitted': return body.abortAsked === '' ? { kind: 'ready' } : { kind: 'finish', as: 'aborted' }
    case 'target-ready': case 'quiescing': return body.abortAsked === '' ? quiesce(saga) : { kind: 'finish', as: 'aborted' }
    case 'saved': return body.abortAsked === '' ? { kind: 'activate' } : { kind: 'finish', as: 'aborted' }
    case 'activated': case 'relaunching': return relaunch(saga)
    case 'verifying': return { kind: 'confirm' }
    case 'compensating': return compensate(saga)
    default: return unreachable(state)
  }
}

const first = (saga: Saga, ...states: readonly MoveState[]): Move | undefined => saga.moves.find(({ state }) => states.includes(state))

function quiesce(saga: Saga): Step {
  const planned = first(saga, 'planned'), parked = first(saga, 'parked')
  if (parked) return { kind: 'save', move: parked }
  return planned ? { kind: 'park', move: planned } : { kind: 'activate' }
}

/** Whoever is between two accounts is brought to one of them before anybody else is touched. */
function relaunch(saga: Saga): Step {
  const started = first(saga, 'started'), ended = first(saga, 'ended'), saved = first(saga, 'saved')
  if (started) return { kind: started.because === '' ? 'verify' : 'close', move: started }
  if (ended) return { kind: ended.because === '' ? 'start' : 'restart', move: ended }
  return saved && saga.body.abortAsked === '' ? { kind: 'end', move: saved } : { kind: 'confirm' }
}

function compensate(saga: Saga): Step {
  const started = first(saga, 'started'), ended = first(saga, 'ended')
  if (started) return { kind: 'close', move: started }
  if (saga.body.activated) return { kind: 'deactivate' }
  return ended ? { kind: 'restart', move: ended } : { kind: 'finish', as: 'aborted' }
}

/** The saga after a step had this outcome. `now` is when it was known. */
export function afterStep(saga: Saga, step: Step, outcome: Outcome, now: Instant): Saga {
  if (outcome.did === 'wait') return saga
  const after = outcome.did === 'ok' ? advanced(saga, step, outcome) : failed(saga, step, outcome)
  return { ...after, updatedAt: now, endedAt: isOver(after) ? now : null }
}

function advanced(saga: Saga, step: Step, { note, move = {}, body = {} }: Extract<Outcome, { did: 'ok' }>): Saga {
  const kept: Saga = { ...saga, body: { ...saga.body, ...body } }
  const moved = (one: Move, state: MoveState, because = ''): Saga => withMove(kept, { ...one, ...move, because, state })
  switch (step.kind) {
    case 'ready': return { ...kept, state: 'target-ready' }
    case 'park': return { ...moved(step.move, 'parked'), state: 'quiescing' }
    case 'save': return whenAllSaved(moved(step.move, 'saved'))
    // Work may have started elsewhere before: then there is nothing to take back either.
    case 'activate': return { ...kept, state: 'activated', body: { ...kept.body, activated: body.activated ?? true } }
    case 'end': return { ...moved(step.move, 'ended'), state: 'relaunching' }
    case 'start': return { ...moved(step.move, 'started'), state: 'relaunching' }
    case 'verify': return moved(step.move, 'verified')
    case 'close': return turnBack(moved(step.move, 'ended', step.move.because || 'the move was given up'))
    case 'deactivate': return { ...kept, body: { ...kept.body, activated: false } }
    case 'restart': return moved(step.move, 'returned', step.move.because)
    case 'confirm': return confirmed(kept, note)
    case 'finish': return { ...leaveRest(kept), state: step.as }
    default: return unreachable(step)
  }
}

function failed(saga: Saga, step: Step, { because, move = {} }: Extract<Outcome, { did: 'fail' }>): Saga {
  const told: Saga = { ...saga, body: { ...saga.body, because } }
  const moved = (one: Move, state: MoveState): Saga => withMove(told, { ...one, ...move, state, because })
  switch (step.kind) {
    case 'ready': case 'activate': return { ...leaveRest(told), state: 'compensating' }
    case 'park': case 'save': return whenAllSaved(moved(step.move, 'left'))
    // It still runs, where it did.
    case 'end': return { ...moved(step.move, 'left'), state: 'relaunching' }
    case 'start': return turnBack(moved(step.move, 'ended'))
    // It runs, but not as it should: the reason makes the next step close it.
    case 'verify': return moved(step.move, 'started')
    // It cannot be proven gone, or it cannot be started: then it is started nowhere else either.
    case 'close': case 'restart': return turnBack(moved(step.move, 'failed'))
    case 'deactivate': return { ...told, body: { ...told.body, activated: false } }
    case 'confirm': return confirmed(told, because)
    case 'finish': return { ...leaveRest(told), state: step.as }
    default: return unreachable(step)
  }
}

const whenAllSaved = (saga: Saga): Saga => ({ ...saga, state: first(saga, 'planned', 'parked') === undefined && first(saga, 'saved') ? 'saved' : 'quiescing' })

/** A session could not be brought over: nobody else is tried. Where none is there yet, the target is given up. */
function turnBack(saga: Saga): Saga {
  const after = leaveRest(saga)
  return first(saga, 'verified') || saga.state === 'compensating' ? after : { ...after, state: 'compensating' }
}

function confirmed(saga: Saga, because: string): Saga {
  if (saga.state !== 'verifying') return saga.body.abortAsked !== '' && !first(saga, 'verified') ? { ...leaveRest(saga), state: 'compensating' } : { ...leaveRest(saga), state: 'verifying' }
  return { ...saga, state: 'committed', body: { ...saga.body, because } }
}

const withMove = (saga: Saga, move: Move): Saga => ({ ...saga, moves: saga.moves.map(each => (each.session === move.session ? move : each)) })

const WAITING: readonly MoveState[] = ['planned', 'parked', 'saved']
const leaveRest = (saga: Saga): Saga => ({
  ...saga, moves: saga.moves.map(each => (WAITING.includes(each.state) ? { ...each, state: 'left', because: each.because || saga.body.because || 'the move was given up before it was its turn' } : each)),
})
