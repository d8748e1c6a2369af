// The ladder: how one proven process is brought to a stop under one lock. A pure machine over the rows already written
// and over what is seen of the process now; it sends nothing, and knows no clock but its argument. A crash loses
// nothing, since the state is read from the rows each time.
//
// grace       The lock is visible and hooks deny, nothing has been sent. Its deadline is on the lock, so a process that
//             is started later (a relaunch is a new identity) finds it passed and gets no second grace.
//             -> deadline passed: interrupt; for a background session the client's own stop command instead.
// taking      A rung was begun and its outcome never written: we died in between. It is taken again after a new proof.
//             Twice the same signal is harmless; a finished rung never repeats.
// waiting     A rung was taken and the process is given time.
//             after interrupt    -> idle, time over, or the signal failed: terminate. An interrupt makes the client log
//                                   the request in flight; SIGTERM would lose its bill.
//             after terminate    -> time over or failed: kill, where the user opted in; else this attempt is spent.
//                                   A suspended process is waited for: it spends nothing, SIGTERM is pending, and waking
//                                   it could wake one that ignores us.
//             after kill, stop   -> time over or failed: this attempt is spent.
//             -> gone at any time: verify.
//             An attempt spent -> after a backoff the next one, from the first rung. After the third: unstoppable.
// verifying   It is gone, and for 15 s nothing may run its session again: a background session's daemon respawns within
//             9 s, a supervisor within seconds. -> time over: stopped. -> a successor: came back, and the successor, a
//             new identity, has its own ladder.
// unstoppable Told once, denied by hooks, not signalled again. If it ends after all it is verified like any other.
// settled     stopped, came back, or abandoned because the lock went. Nothing happens any more to this identity.
//
// rehearsing  While disarmed the rungs are written as `dry-run` with attempt 0, one after another without waiting,
//             nothing is sent. Arming starts at attempt 1, untouched by the rehearsal.
import { unreachable } from '../errors.ts'
import { instant, SECOND_MS, type Instant } from '../time.ts'
import { isFinished, type Action, type ActionKind, type Lock } from './lock.ts'

export type Rung = Exclude<ActionKind, 'notify'>
export type Method = 'signal' | 'stop-background'

export type LadderState =
  | { readonly state: 'grace'; readonly until: Instant }
  | { readonly state: 'taking'; readonly rung: Exclude<Rung, 'verify'>; readonly attempt: number }
  | { readonly state: 'waiting'; readonly rung: Exclude<Rung, 'verify'>; readonly attempt: number; readonly since: Instant; readonly failed: boolean }
  | { readonly state: 'verifying'; readonly attempt: number; readonly since: Instant }
  | { readonly state: 'settled' }

/** The process as it is now. */
export interface Seen {
  readonly alive: boolean
  readonly suspended: boolean
  readonly activity: 'busy' | 'idle' | 'waiting' | 'unknown'
  /** Another live process runs the same session. */
  readonly successor: boolean
}

export interface Policy {
  readonly armed: boolean
  /** The user's opt-in. */
  readonly sigkill: boolean
}

export type Step =
  | { readonly step: 'wait'; readonly until: Instant }
  | { readonly step: 'take'; readonly rung: Rung; readonly attempt: number }
  | { readonly step: 'rehearse'; readonly rung: Rung }
  | { readonly step: 'conclude'; readonly attempt: number; readonly stopped: boolean }
  | { readonly step: 'give-up' }
  | { readonly step: 'rest' }

export const ATTEMPTS_MAX = 3
/** How long each rung is given. Measured exits: SIGINT 36 to 141 ms, SIGTERM 29 to 147 ms, a session's end hook up to 1.2 s. */
export const RUNG_WAIT_MS: Record<Exclude<Rung, 'verify'>, number> = {
  interrupt: 10 * SECOND_MS, terminate: 10 * SECOND_MS, kill: 5 * SECOND_MS, 'stop-background': 10 * SECOND_MS,
}
/** Rest after a spent attempt: what could not end in ten seconds is often mid-write; the third try is the last. */
export const BACKOFF_MS: readonly number[] = [0, 15 * SECOND_MS, 60 * SECOND_MS]
/** A client's daemon was measured to respawn a background session after about 9 s. */
export const VERIFY_MS = 15 * SECOND_MS

const ORDER: Record<ActionKind, number> = { notify: 0, interrupt: 1, 'stop-background': 1, terminate: 2, kill: 3, verify: 4 }

/** Where this target stands under this lock, from the rows alone. `history` is of this lock and this target. */
export function stateOf(lock: Lock, history: readonly Action[]): LadderState {
  const last = history
    .filter(action => action.attempt > 0 && action.kind !== 'notify')
    .reduce<Action | null>((latest, action) => (latest === null || isLater(action, latest) ? action : latest), null)
  if (last === null) return { state: 'grace', until: lock.graceUntil }
  if (last.state === 'abandoned') return { state: 'settled' }
  const { attempt, kind } = last
  if (kind === 'notify') throw new Error('a notice is no rung')
  if (kind === 'verify') return isFinished(last) ? { state: 'settled' } : { state: 'verifying', attempt, since: last.createdAt }
  if (!isFinished(last)) return { state: 'taking', rung: kind, attempt }
  return { state: 'waiting', rung: kind, attempt, since: last.finishedAt ?? last.createdAt, failed: last.state === 'failed' }
}

const isLater = (a: Action, b: Action): boolean => a.attempt > b.attempt || (a.attempt === b.attempt && ORDER[a.kind] > ORDER[b.kind])

/** What happens next. Total: every state and every sight has exactly one answer. */
export function climb(lock: Lock, history: readonly Action[], seen: Seen, method: Method, policy: Policy, now: Instant): Step {
  const step = armedStep(stateOf(lock, history), seen, method, policy, now)
  if (policy.armed || step.step !== 'take' || step.rung === 'verify') return step
  return rehearsal(history, method, policy)
}

function armedStep(state: LadderState, seen: Seen, method: Method, policy: Policy, now: Instant): Step {
  switch (state.state) {
    case 'grace':
      // Gone by itself before anything was sent: there is nothing to verify and nothing to claim.
      if (!seen.alive) return { step: 'rest' }
      return now < state.until ? { step: 'wait', until: state.until } : first(method, 1)
    case 'taking':
      return seen.alive ? { step: 'take', rung: state.rung, attempt: state.attempt } : { step: 'take', rung: 'verify', attempt: state.attempt }
    case 'waiting':
      return seen.alive ? afterRung(state, seen, method, policy, now) : { step: 'take', rung: 'verify', attempt: state.attempt }
    case 'verifying':
      if (seen.successor) return { step: 'conclude', attempt: state.attempt, stopped: false }
      return now < state.since + VERIFY_MS ? { step: 'wait', until: instant(state.since + VERIFY_MS) } : { step: 'conclude', attempt: state.attempt, stopped: true }
    case 'settled':
      return { step: 'rest' }
    default: return unreachable(state)
  }
}

const first = (method: Method, attempt: number): Step => ({ step: 'take', rung: method === 'signal' ? 'interrupt' : 'stop-background', attempt })

function afterRung(state: Extract<LadderState, { state: 'waiting' }>, seen: Seen, method: Method, policy: Policy, now: Instant): Step {
  const { rung, attempt, failed } = state
  const over = instant(state.since + RUNG_WAIT_MS[rung])
  if (rung === 'interrupt') {
    const settled = seen.activity === 'idle' || seen.activity === 'waiting'
    return failed || settled || now >= over ? { step: 'take', rung: 'terminate', attempt } : { step: 'wait', until: over }
  }
  if (rung === 'terminate') {
    if (!failed && now < over) return { step: 'wait', until: over }
    if (policy.sigkill) return { step: 'take', rung: 'kill', attempt }
    // Pending, not ignored. Looked at again; an attempt is not spent on a process that cannot answer.
    if (!failed && seen.suspended) return { step: 'wait', until: instant(now + RUNG_WAIT_MS.terminate) }
    return next(attempt, failed ? state.since : over, method, now)
  }
  if (!failed && now < over) return { step: 'wait', until: over }
  return next(attempt, failed ? state.since : over, method, now)
}

/** The attempt is spent since `spentAt`. */
function next(attempt: number, spentAt: Instant, method: Method, now: Instant): Step {
  if (attempt >= ATTEMPTS_MAX) return { step: 'give-up' }
  const from = instant(spentAt + (BACKOFF_MS[attempt] ?? 0))
  return now < from ? { step: 'wait', until: from } : first(method, attempt + 1)
}

/** The rungs in their order, each once, all of them written and none of them taken. */
function rehearsal(history: readonly Action[], method: Method, policy: Policy): Step {
  const rungs: readonly Rung[] = method === 'stop-background' ? ['stop-background'] : policy.sigkill ? ['interrupt', 'terminate', 'kill'] : ['interrupt', 'terminate']
  const missing = rungs.find(rung => !history.some(action => action.attempt === 0 && action.kind === rung && isFinished(action)))
  return missing === undefined ? { step: 'rest' } : { step: 'rehearse', rung: missing }
}

/** True once every attempt is spent: no further signal, under this lock or another one that is in force beside it. */
export function isUnstoppable(lock: Lock, history: readonly Action[], method: Method, policy: Policy, now: Instant): boolean {
  const alive: Seen = { alive: true, suspended: false, activity: 'unknown', successor: false }
  return armedStep(stateOf(lock, history), alive, method, policy, now).step === 'give-up'
}
