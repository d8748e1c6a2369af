// How an attempt ended, from what was seen of it. A client's exit code alone does not say it: one that its budget stopped
// ends well, and one that met a quota ends like any failure.
import { windowMinutes, isOver, type QuotaWindow } from '../accounts/quota.ts'
import { durationText, HOUR_MS, instant, MINUTE_MS, SECOND_MS, type Instant } from '../time.ts'
import type { Attempt, Outcome, Task } from './task.ts'

export interface Seen {
  /** null: a signal, or nobody saw. */
  readonly exitCode: number | null
  /** A person asked for its end. */
  readonly cancelled: boolean
  /** The lock that stopped it, for people; '' none. */
  readonly stopped: string
  /** Quota windows of its account that are used up. */
  readonly spent: readonly QuotaWindow[]
}

export interface Ended { readonly outcome: Exclude<Outcome, 'waited' | 'unverified'>; readonly because: string; readonly until: Instant | null }

export function outcomeOf(task: Pick<Task, 'timeoutMs'>, attempt: Pick<Attempt, 'letGoAt'>, { exitCode, cancelled, stopped, spent }: Seen, now: Instant): Ended {
  const ended = (outcome: Ended['outcome'], because: string, until: Instant | null = null): Ended => ({ outcome, because, until })
  if (cancelled) return ended('cancelled', 'cancelled by hand')
  if (stopped !== '') return ended('stopped', stopped)
  if (exitCode === 0) return ended('done', '')
  const limit = parking(spent, now)
  if (limit !== null) return ended('limit', limit.because, limit.until)
  if (attempt.letGoAt !== null && now - attempt.letGoAt >= task.timeoutMs) return ended('timeout', `it took longer than ${durationText(task.timeoutMs)}`)
  return ended('failed', exitCode === null ? 'its client was ended by a signal, or nobody saw how' : `its client ended with exit code ${exitCode}`)
}

// Vendors reset by the minute, and clients that wait by themselves were measured to go on 60 to 105 s after it.
const AFTER_RESET_MS = 2 * MINUTE_MS
// Where no reset is known it is looked at again, which costs nothing until somebody asks the vendor.
const LOOK_AGAIN_MS = 30 * MINUTE_MS

/** Until when work on this account has to wait; null when nothing of it is used up. */
export function parking(windows: readonly QuotaWindow[], now: Instant): { readonly until: Instant; readonly because: string } | null {
  const spent = windows.filter(window => window.exhausted && !isOver(window, now))
  if (spent.length === 0) return null
  // All of them have to be over, so the last one says when.
  const known = spent.flatMap(({ resetsAt }) => resetsAt ?? [])
  const until = known.length < spent.length ? now + LOOK_AGAIN_MS : Math.max(...known) + AFTER_RESET_MS
  return { until: instant(until), because: `${quotaText(spent)} of its account is used up` }
}

function quotaText(spent: readonly QuotaWindow[]): string {
  const [first] = spent
  const minutes = first ? windowMinutes(first) : null
  if (spent.length > 1) return `a quota (${spent.length} windows)`
  return minutes === null ? 'a quota' : `the ${minutes >= 24 * 60 ? `${Math.round(minutes / (24 * 60))}-day` : `${Math.round(minutes * MINUTE_MS / HOUR_MS)}-hour`} quota`
}

// Sessions that all go on in the same second look like an attack, and share one minute's limit.
const STAGGER_MS = 8 * SECOND_MS
/** Those that wait for the same reset go on one after the other. */
export const staggered = (until: Instant, place: number): Instant => instant(until + place * STAGGER_MS)
