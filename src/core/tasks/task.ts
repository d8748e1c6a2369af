// A task: something an agent is to do while nobody watches. Its text is the only thing purser keeps of what a person
// wrote; it lies in a file of its owner's and never in a row, an event, a notice or an answer.
//
//   queued      waits: for its turn, a seat, a claim, money or a time; `because` says what for
//   starting    an attempt has a number and a seat is being made ready for it; nothing can be spent yet
//   running     the attempt was let go; from here on it counts, and it never begins again
//   verifying   its client ended well and the verification command decides
//   parked      a vendor's quota is used up; it goes back to the queue after the reset
//   done        its client ended well, and the verification passed if there is one
//   dead        tried as often as it may be, or ended by something that trying again does not cure; its text is kept
//   cancelled   by a person
//
//   queued -> starting -> running -> verifying -> done
//     ^  ^        |          |           |
//     |  +--------+          +-----------+---> queued (tried again later), dead, parked -> queued
//     +-- retry -- dead      any but done, dead, cancelled -> cancelled
//
// What moves it: the dispatcher, one task after the other, by compare-and-set on (state, attempt). `starting` is the only
// state that can be left backwards without a trace, because its client has not been let go.
import type { NanoUsd } from '../money.ts'
import type { ProcessIdentity } from '../machine/process-table.ts'
import { instant, MINUTE_MS, type Instant } from '../time.ts'

export type TaskState =
  | { readonly state: 'queued'; /** null: at once. */ readonly notBefore: Instant | null; readonly because: string }
  | { readonly state: 'starting' | 'running' | 'verifying'; /** The one attempt that is under way. */ readonly attempt: string }
  | { readonly state: 'parked'; readonly until: Instant; readonly because: string }
  | { readonly state: 'done' | 'dead' | 'cancelled'; readonly at: Instant; readonly because: string }
export type TaskStateName = TaskState['state']

export interface Task {
  readonly id: string
  readonly node: string
  /** What people call it; given on purpose, never made from its text. */
  readonly label: string
  readonly agent: string
  /** Where it works, absolute. */
  readonly folder: string
  /** As scopes name it. */
  readonly project: string
  /** As the person named it; '' = the one that new work starts on. */
  readonly account: string
  /** '' = of the client's settings. */
  readonly mode: string
  readonly model: string
  /** Higher first. */
  readonly priority: number
  /** Of one attempt. */
  readonly budget: NanoUsd
  readonly claims: readonly string[]
  readonly attemptsMax: number
  readonly timeoutMs: number
  readonly verified: boolean
  readonly keepOutput: boolean
  readonly createdAt: Instant
  /** Attempts that were let go; waiting never counts. */
  readonly attempts: number
  readonly now: TaskState
}

/** One start of a client. Its id is that of its run, so what it cost and what was reserved for it are found by it. */
export interface Attempt {
  readonly id: string
  readonly task: string
  /** Stamp of its seat; '' until there is one. */
  readonly seat: string
  /** Behind the gate first, the client itself afterwards; null until it is known. */
  readonly process: ProcessIdentity | null
  readonly session: string
  readonly account: string
  readonly startedAt: Instant
  /** When it was let go; null when it never was. */
  readonly letGoAt: Instant | null
  readonly endedAt: Instant | null
  /** null: a signal, or nobody saw. */
  readonly exitCode: number | null
  readonly outcome: Outcome | null
  readonly because: string
  /** What its logs show; null while it is not known. */
  readonly cost: NanoUsd | null
}
export type Outcome = 'done' | 'failed' | 'unverified' | 'limit' | 'stopped' | 'timeout' | 'cancelled' | 'waited'

export interface TaskCaps {
  readonly budget: NanoUsd
  readonly perProject: number
  readonly perAccount: number
  readonly attempts: number
  readonly timeoutMs: number
}

const DIGITS = 10
/** From a random UUID. */
export const taskIdFrom = (uuid: string): string => `task-${uuid.replaceAll('-', '').slice(0, DIGITS)}`
export const isTaskId = (id: string): boolean => /^task-[0-9a-f]{10}$/.test(id)

export const isOver = ({ now }: Pick<Task, 'now'>): boolean => now.state === 'done' || now.state === 'dead' || now.state === 'cancelled'
/** An attempt is under way, let go or not. */
export const attemptOf = ({ now }: Pick<Task, 'now'>): string | null => (now.state === 'starting' || now.state === 'running' || now.state === 'verifying' ? now.attempt : null)

export const PRIORITY_MAX = 100
export const LABEL_CHARS_MAX = 80
// What a person writes by hand; a file that is longer belongs into the project.
export const TEXT_BYTES_MAX = 256 * 1024
export const CLAIMS_MAX = 16

/** What happens to a task. */
export type TaskEvent =
  | { readonly event: 'picked'; readonly attempt: string }
  /** It could not be let go: nothing was spent, and nothing is counted. */
  | { readonly event: 'held'; readonly attempt: string; readonly because: string; readonly until: Instant }
  /** Not its turn, or what it needs is not to be had: looked at again from `until` on. */
  | { readonly event: 'waits'; readonly because: string; readonly until: Instant | null }
  /** A quota is used up before anything was started. */
  | { readonly event: 'parked'; readonly until: Instant; readonly because: string }
  | { readonly event: 'let_go'; readonly attempt: string }
  | { readonly event: 'ended'; readonly attempt: string; readonly outcome: Exclude<Outcome, 'waited'>; readonly because: string; /** Of a limit: when its window is over. */ readonly until: Instant | null; readonly verify: boolean }
  | { readonly event: 'due' }
  | { readonly event: 'cancelled'; readonly because: string }
  | { readonly event: 'retried' }

// What fails at once may be a network that comes back; what fails three times in an hour is not cured by haste.
export const RETRY_MS = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS] as const

/** The task after this, or null: then it does not happen to a task in this state, and nothing changes. */
export function after(task: Pick<Task, 'now' | 'attempts' | 'attemptsMax'>, event: TaskEvent, at: Instant): Pick<Task, 'now' | 'attempts'> | null {
  const { now, attempts } = task
  const same = (next: TaskState): Pick<Task, 'now' | 'attempts'> => ({ now: next, attempts })
  switch (event.event) {
    case 'picked': return now.state === 'queued' && (now.notBefore === null || now.notBefore <= at) ? same({ state: 'starting', attempt: event.attempt }) : null
    case 'held': return now.state === 'starting' && now.attempt === event.attempt ? same({ state: 'queued', notBefore: event.until, because: event.because }) : null
    case 'waits': return now.state === 'queued' ? same({ state: 'queued', notBefore: event.until, because: event.because }) : null
    case 'parked': return now.state === 'queued' ? same({ state: 'parked', until: event.until, because: event.because }) : null
    case 'let_go': return now.state === 'starting' && now.attempt === event.attempt ? { now: { state: 'running', attempt: event.attempt }, attempts: attempts + 1 } : null
    case 'ended': return attemptOf(task) === event.attempt && now.state !== 'starting' ? { now: ended(task, event, at), attempts: event.outcome === 'limit' ? attempts - 1 : attempts } : null
    case 'due': return now.state === 'parked' && now.until <= at ? same({ state: 'queued', notBefore: null, because: '' }) : null
    case 'cancelled': return isOver(task) ? null : same({ state: 'cancelled', at, because: event.because })
    case 'retried': return now.state === 'dead' ? { now: { state: 'queued', notBefore: null, because: '' }, attempts: 0 } : now.state === 'queued' || now.state === 'parked' ? same({ state: 'queued', notBefore: null, because: '' }) : null
  }
}

function ended(task: Pick<Task, 'now' | 'attempts' | 'attemptsMax'>, { attempt, outcome, because, until, verify }: Extract<TaskEvent, { event: 'ended' }>, at: Instant): TaskState {
  switch (outcome) {
    case 'done': return verify && task.now.state === 'running' ? { state: 'verifying', attempt } : { state: 'done', at, because }
    case 'limit': return { state: 'parked', until: until ?? at, because }
    case 'cancelled': return { state: 'cancelled', at, because }
    // Its budget stopped it: with the same budget it would be stopped again.
    case 'stopped': return { state: 'dead', at, because }
    case 'failed': case 'unverified': case 'timeout': return task.attempts >= task.attemptsMax ? { state: 'dead', at, because } : { state: 'queued', notBefore: retryAt(task.attempts, at), because }
  }
}

const retryAt = (attempts: number, at: Instant): Instant => instant(at + (RETRY_MS[Math.min(Math.max(1, attempts), RETRY_MS.length) - 1] as number))
