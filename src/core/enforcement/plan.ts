// From a breach to what is to be done about it, as data: a lock, and the notice that tells of it. Which processes the
// lock will stop is not known here and not asked: that is proven later, one by one, for as long as the lock is in force.
import type { Judged, Verdict } from '../budgets/judge.ts'
import { isRolling, ROLLING_MS, type Window } from '../budgets/window.ts'
import { nanoUsd, type NanoUsd } from '../money.ts'
import { instant, type Instant } from '../time.ts'
import { actionId, lockId, type Action, type Lock } from './lock.ts'
import { lockedText } from './notice.ts'

export interface Plan { readonly lock: Lock | null; readonly actions: readonly Action[] }

/**
 * edit: a rule was created, or its limit lowered, below what was spent already. Such a lock denies at once, but its
 * signals wait for a person.
 */
export type Cause = 'spending' | 'edit'

const NOTHING: Plan = { lock: null, actions: [] }

/** No breach, or one that only warns: nothing. Called again for the same breach it plans rows with the same ids. */
export function plan(judged: Judged, { breach, limit }: Pick<Verdict, 'breach' | 'limit'>, cause: Cause, now: Instant): Plan {
  if (breach === null || breach.act === 'warn') return NOTHING
  const { budget, perValue, window, spent } = judged
  const span = lockSpan(window, now)
  const lock: Lock = {
    id: lockId({ rule: budget.id, version: budget.version, perValue, windowStart: span.start, why: breach.why, limit }),
    rule: budget.id, ruleVersion: budget.version, selector: budget.selector, per: budget.per, perValue,
    window: { kind: window.kind, start: window.start, end: window.end, zone: window.zone },
    reason: breach.reason, limit, spent, onBreach: breach.act, failMode: budget.failMode, lockedAt: now, expiresAt: span.end,
    graceUntil: instant(now + budget.graceMs), needsConfirmation: cause === 'edit' && breach.act === 'terminate', released: null,
  }
  return { lock, actions: [notice(lock, now)] }
}

/**
 * From where a breach counts as the same one, and when its lock ends. A rolling window has no start of its own: left to
 * its moving edge, every batch would be a new breach. Its locks are numbered by whole window lengths instead, and last
 * one length from now: by then all that was spent has rolled out.
 */
export function lockSpan(window: Window, now: Instant): { readonly start: Instant; readonly end: Instant | null } {
  if (!isRolling(window.kind)) return { start: window.start, end: window.end }
  const length = ROLLING_MS[window.kind]
  return { start: instant(Math.floor(now / length) * length), end: instant(now + length) }
}

/** A rule's limit in this window with whatever a person added to it. */
export function raisedLimit(rule: { readonly id: string; readonly limit: NanoUsd }, perValue: string, window: Window, raises: readonly Raise[], now: Instant): NanoUsd {
  const own = raises.filter(each => each.rule === rule.id && each.perValue === perValue && isRaised(each, window, now))
  return nanoUsd(own.reduce((limit, { amount }) => limit + amount, rule.limit as bigint))
}
export interface Raise { readonly rule: string; readonly perValue: string; readonly windowStart: Instant; readonly amount: NanoUsd; readonly at: Instant }

/** A raise of a rolling window lasts one length, like the lock it came with: what it allowed has rolled out by then. */
const isRaised = (raise: Raise, { kind, start }: Window, now: Instant): boolean =>
  isRolling(kind) ? raise.at + ROLLING_MS[kind] > now : raise.windowStart === start

/**
 * The id this breach of a rolling window had in the length before, null for other windows: while that lock has not run
 * its length, released or not, the breach is the same one, even across a boundary of whole lengths.
 */
export function earlierLockId({ budget, perValue, window }: Judged, { breach, limit }: Pick<Verdict, 'breach' | 'limit'>, now: Instant): string | null {
  if (!breach || !isRolling(window.kind)) return null
  const windowStart = instant(lockSpan(window, now).start - ROLLING_MS[window.kind])
  return lockId({ rule: budget.id, version: budget.version, perValue, windowStart, why: breach.why, limit })
}

/** Told with the lock, once: the key carries no target but the lock. */
export function notice(lock: Lock, now: Instant): Action {
  const key = { lock: lock.id, kind: 'notify', target: 'locked', attempt: 1 } as const
  return { ...key, id: actionId(key), state: 'pending', notBefore: now, outcome: lockedText(lock), createdAt: now, finishedAt: null }
}
