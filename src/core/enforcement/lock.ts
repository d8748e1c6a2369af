// A lock: a breached scope may not run until the window ends or a person releases it. Belongs to (rule, scope, window).
import type { OnBreach, Selector, WindowKind } from '../budgets/budget.ts'
import type { NanoUsd } from '../money.ts'
import type { Instant } from '../time.ts'

export interface Lock {
  /** `L` + digest of (rule, per value, window start): the same breach is the same lock on every retry. */
  readonly id: string
  readonly rule: string
  readonly ruleVersion: string
  readonly selector: Selector
  readonly per: string
  /** The value of the `per` dimension this lock holds; '' for a total. */
  readonly perValue: string
  readonly window: { readonly kind: WindowKind; readonly start: Instant; readonly end: Instant | null; readonly zone: string }
  readonly reason: string
  readonly limit: NanoUsd
  readonly spent: NanoUsd
  readonly onBreach: OnBreach
  readonly failMode: 'open' | 'closed'
  readonly lockedAt: Instant
  /** null = by hand only (lifetime windows). */
  readonly expiresAt: Instant | null
  /** Signals wait until this instant (grace) ... */
  readonly graceUntil: Instant
  /** ... and, when the lock was created by an edit rather than by spending, for `arm --confirm`. */
  readonly needsConfirmation: boolean
  readonly released: { readonly at: Instant; readonly by: string; readonly reason: string } | null
}

export type ActionKind = 'notify' | 'interrupt' | 'terminate' | 'kill' | 'stop-background' | 'verify'
export type ActionState = 'pending' | 'running' | 'done' | 'failed' | 'abandoned' | 'dry-run'

/** One thing to do about a breach. The key makes a finished attempt unrepeatable. */
export interface Action {
  /** `${lock}:${kind}:${target}:${attempt}` */
  readonly id: string
  readonly lock: string
  readonly kind: ActionKind
  /** `pid@startTime`, `session:…` or a notice key. */
  readonly target: string
  readonly attempt: number
  readonly state: ActionState
  readonly notBefore: Instant
  readonly outcome: string
  readonly createdAt: Instant
  readonly finishedAt: Instant | null
}
