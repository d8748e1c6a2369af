// A lock that a person puts on one session. It has no budget and no limit; hooks, ladder, files and release treat it as
// any other. It always ends by itself, so that nobody is locked out for good by what somebody else forgot.
import { windowAt } from '../budgets/window.ts'
import type { NanoUsd } from '../money.ts'
import { DAY_MS, HOUR_MS, instant, MINUTE_MS, type Instant } from '../time.ts'
import { BY_HAND, lockId, type Lock } from './lock.ts'
import { notice, type Plan } from './plan.ts'

export interface ByHand {
  readonly agent: string
  readonly session: string
  readonly reason: string
  /** What the session had cost that day: the lock's limit too, since nothing more may be spent. */
  readonly spent: NanoUsd
  readonly zone: string
  readonly graceMs: number
  readonly lastsMs: number
}

export const LASTS_MS = HOUR_MS
/** Shorter ends before the ladder does, longer is a decision that a budget should hold. */
export const LASTS_MIN_MS = 5 * MINUTE_MS
export const LASTS_MAX_MS = 7 * DAY_MS

/**
 * The session is compared by value, through `per`; the selector is a glob, so an id in it is taken literally. Two stops
 * of one session are two locks: a released one does not stand in the way of the next.
 */
export function planByHand(wanted: ByHand, now: Instant): Plan & { readonly lock: Lock } {
  const { agent, session, reason, spent, zone } = wanted
  const window = windowAt('lifetime', zone, now)
  const lock: Lock = {
    id: lockId({ rule: BY_HAND, version: agent, perValue: session, windowStart: now, why: 'by_hand', limit: spent }), rule: BY_HAND, ruleVersion: '',
    selector: { agent: literal(agent), session: literal(session) }, per: 'session', perValue: session,
    window: { kind: window.kind, start: window.start, end: window.end, zone }, reason, limit: spent, spent, onBreach: 'terminate', failMode: 'open',
    lockedAt: now, expiresAt: instant(now + wanted.lastsMs), graceUntil: instant(now + wanted.graceMs), needsConfirmation: false, released: null,
  }
  return { lock, actions: [notice(lock, now)] }
}

/** The glob that matches this text and nothing else. */
export const literal = (text: string): string => text.replace(/[*?[\]{}!\\]/g, '\\$&')
