// What follows from one attempt to deliver a notice: done, again later, or given up. Pure; the waiting and sending is
// flows/deliver's.
import { HOUR_MS, instant, MINUTE_MS, SECOND_MS, type Instant } from '../time.ts'
import type { SendResult } from './notifier.ts'

/** With the doubling below a notice is tried for an hour: longer than a restarted router, shorter than a working day. */
export const ATTEMPTS_MAX = 12
const FIRST_RETRY_MS = 2 * SECOND_MS
const RETRY_MS_MAX = 30 * MINUTE_MS
// Servers may ask for more patience than our own backoff has; past an hour the notice is no longer news.
const ASKED_MS_MAX = HOUR_MS
/** A channel that failed rests before its next notice, so that a queue does not burn its attempts on one outage. */
const REST_MS_MAX = MINUTE_MS

export type Outcome =
  | { readonly mark: 'sent' }
  /** `restMs`: how long the channel sends nothing at all. */
  | { readonly mark: 'retry'; readonly at: Instant; readonly restMs: number; readonly why: string }
  | { readonly mark: 'failed'; readonly why: string }

/**
 * `attempts` are the earlier failed tries of this notice, `failures` the channel's failures in a row before this one;
 * `random` is in [0, 1).
 */
export function afterSend(result: SendResult, state: { readonly attempts: number; readonly failures: number; readonly now: Instant; readonly random: number }): Outcome {
  if (result.result === 'sent') return { mark: 'sent' }
  if (result.result === 'failed') return { mark: 'failed', why: result.why }
  if (state.attempts + 1 >= ATTEMPTS_MAX) return { mark: 'failed', why: `${result.why}; given up after ${ATTEMPTS_MAX} attempts` }
  const asked = result.afterMs === null ? null : Math.min(Math.max(result.afterMs, SECOND_MS), ASKED_MS_MAX)
  // A server that names a time means the whole channel; it gets that time, and up to a second more against stampedes.
  const waitMs = asked === null ? backoffMs(state.attempts, state.random) : asked + Math.floor(state.random * SECOND_MS)
  const restMs = asked === null ? Math.min(backoffMs(state.failures, state.random), REST_MS_MAX) : waitMs
  return { mark: 'retry', at: instant(state.now + waitMs), restMs, why: result.why }
}

/** 2 s, 4 s, 8 s, ... 30 min, each shortened at random by up to half, so that machines cut off together return apart. */
export function backoffMs(attempts: number, random: number): number {
  const full = Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempts, 30), RETRY_MS_MAX)
  return Math.round(full * (1 - random / 2))
}
