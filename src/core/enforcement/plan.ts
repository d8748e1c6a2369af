// From a breach to what is to be done about it, as data: a lock, and the notice that tells of it. Which processes the
// lock will stop is not known here and not asked: that is proven later, one by one, for as long as the lock is in force.
import type { Budget, WindowKind } from '../budgets/budget.ts'
import { usdShort, type NanoUsd } from '../money.ts'
import { HOUR_MS, instant, type Instant } from '../time.ts'
import { spentText } from './lock-text.ts'
import { actionId, lockId, type Action, type Lock } from './lock.ts'

/** Spent is above the limit in a window that contains now. */
export interface Breach {
  readonly budget: Budget
  /** The value of the `per` dimension; '' for a total. */
  readonly perValue: string
  /** The window as its balance has it; for a rolling kind only `kind` is used. */
  readonly window: { readonly start: Instant; readonly end: Instant | null }
  readonly spent: NanoUsd
  /** The part of `spent` that rests on estimated tokens: it may warn, never stop. */
  readonly estimated: NanoUsd
  /** The budget's limit with any raise of this window added. */
  readonly limit: NanoUsd
  /** edit: a rule was created, or its limit lowered, below what was spent already; signals then wait for a person. */
  readonly cause: 'spending' | 'edit'
}

export interface Plan { readonly lock: Lock | null; readonly actions: readonly Action[] }

const NOTHING: Plan = { lock: null, actions: [] }

/** Within the limit, or a budget that only warns: nothing. Called again for the same breach it plans the same rows. */
export function plan(breach: Breach, now: Instant): Plan {
  const { budget, perValue, limit, spent } = breach
  if (budget.onBreach === 'warn' || spent - breach.estimated <= limit) return NOTHING
  const window = lockWindow(budget.window, breach.window, now)
  const draft = {
    id: lockId({ rule: budget.id, version: budget.version, perValue, windowStart: window.start, limit }),
    rule: budget.id, ruleVersion: budget.version, selector: budget.selector, per: budget.per, perValue,
    window: { kind: budget.window, ...window, zone: budget.zone }, limit, spent,
  }
  const lock: Lock = {
    ...draft, reason: spentText(draft), onBreach: budget.onBreach, failMode: budget.failMode, lockedAt: now, expiresAt: window.end,
    graceUntil: instant(now + budget.graceMs), needsConfirmation: breach.cause === 'edit' && budget.onBreach === 'terminate', released: null,
  }
  return { lock, actions: [notice(lock, now)] }
}

const ROLLING_MS: Partial<Record<WindowKind, number>> = { '5h': 5 * HOUR_MS, '24h': 24 * HOUR_MS, '7d': 168 * HOUR_MS }

/**
 * A rolling window has no start of its own: left to its moving edge, every batch would be a new breach. Its locks are
 * numbered by whole window lengths instead, and last one length from now: by then all that was spent has rolled out.
 */
export function lockWindow(kind: WindowKind, window: { readonly start: Instant; readonly end: Instant | null }, now: Instant): { readonly start: Instant; readonly end: Instant | null } {
  const length = ROLLING_MS[kind]
  if (length === undefined) return window
  return { start: instant(Math.floor(now / length) * length), end: instant(now + length) }
}

/** Told with the lock, once: the key carries no target but the lock. */
function notice(lock: Lock, now: Instant): Action {
  const key = { lock: lock.id, kind: 'notify', target: 'locked', attempt: 1 } as const
  return { ...key, id: actionId(key), state: 'pending', notBefore: now, outcome: noticeText(lock), createdAt: now, finishedAt: null }
}

function noticeText(lock: Lock): string {
  const over = `${usdShort(lock.spent - lock.limit)} over`
  if (lock.onBreach !== 'terminate') return `${lock.reason} (${over}): prompts and tools are denied`
  if (lock.needsConfirmation) return `${lock.reason} (${over}): prompts and tools are denied; to stop running sessions too, type: purser arm --confirm ${lock.rule}`
  const grace = lock.graceUntil - lock.lockedAt
  return `${lock.reason} (${over}): prompts and tools are denied, sessions are ${grace <= 0 ? 'interrupted now' : `interrupted in ${Math.ceil(grace / 1_000)}s`}`
}
