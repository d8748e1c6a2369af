// A lock: a breached scope may not run until the window ends or a person releases it. Belongs to (rule, scope, window).
import type { OnBreach, Selector, WindowKind } from '../budgets/budget.ts'
import type { NanoUsd } from '../money.ts'
import { digest } from '../tailing/digest.ts'
import type { Instant } from '../time.ts'

export interface Lock {
  /** `L` + digest of (rule, version, per value, window start, why, limit): the same breach is the same lock on every retry. */
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
  /** `pid@startTime`, or a notice key. */
  readonly target: string
  /** 1 to 3; 0 is the rehearsal of a dry run, so that arming later finds every real attempt untouched. */
  readonly attempt: number
  readonly state: ActionState
  readonly notBefore: Instant
  readonly outcome: string
  readonly createdAt: Instant
  readonly finishedAt: Instant | null
}

export const actionId = (action: Pick<Action, 'lock' | 'kind' | 'target' | 'attempt'>): string =>
  `${action.lock}:${action.kind}:${action.target}:${action.attempt}`

export const isFinished = (action: Action): boolean => action.state !== 'pending' && action.state !== 'running'

/** Locked for what was spent; else for what has no price, or by hand, and the amounts say nothing. */
export const isSpent = (lock: Pick<Lock, 'spent' | 'limit'>): boolean => lock.spent > lock.limit

/** In force: not released, and its window has not ended. Exactly at the end it is over. */
export const isInForce = (lock: Lock, now: Instant): boolean => lock.released === null && (lock.expiresAt === null || lock.expiresAt > now)

/** Stands where a lock names its budget when a person made it. No budget can be called that: a name has no blank. */
export const BY_HAND = 'by hand'
export const isByHand = ({ rule }: Pick<Lock, 'rule'>): boolean => rule === BY_HAND

/**
 * The same breach has the same id, so that a retry is the same row and a released lock stays released in its window.
 * The limit is part of it: when a raise given with a release is spent too, that is a new breach. So is the reason: a
 * lock for unpriced use must not stand in for one that may terminate.
 */
export function lockId(breach: { rule: string; version: string; perValue: string; windowStart: Instant; why: string; limit: NanoUsd }): string {
  const parts = [breach.rule, breach.version, breach.perValue, String(breach.windowStart), breach.why, breach.limit.toString()]
  return `L${digest(codeUnits(parts.map(part => `${part.length}:${part}`).join('')))}`
}

/** Two bytes per UTF-16 unit: core has no text encoder, and an id only needs every text to differ from every other. */
function codeUnits(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2)
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    bytes[at * 2] = unit >>> 8
    bytes[at * 2 + 1] = unit & 0xff
  }
  return bytes
}
