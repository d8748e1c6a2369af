// A lock on one project's day, spent a little over; a test states only what matters to it.
import type { Lock } from '../../src/core/enforcement/lock.ts'
import { parseUsd } from '../../src/core/money.ts'
import type { Scope } from '../../src/core/scope.ts'
import { DAY_MS, HOUR_MS, instant, type Instant } from '../../src/core/time.ts'

/** 2026-11-21 12:00 UTC. */
export const NOON: Instant = instant(Date.UTC(2026, 10, 21, 12))

export const aLock = (change: Partial<Lock> = {}): Lock => ({
  id: 'L0011aabb', rule: 'web-daily', ruleVersion: 'v1', selector: { project: '/home/dev/web' }, per: '', perValue: '',
  window: { kind: 'day', start: instant(NOON - 12 * HOUR_MS), end: instant(NOON + 12 * HOUR_MS), zone: 'UTC' },
  reason: 'budget web-daily is spent', limit: parseUsd('20'), spent: parseUsd('20.41'), onBreach: 'deny', failMode: 'open',
  lockedAt: NOON, expiresAt: instant(NOON + 12 * HOUR_MS), graceUntil: NOON, needsConfirmation: false, released: null, ...change,
})

export const lastingLock = (change: Partial<Lock> = {}): Lock => aLock({
  window: { kind: 'lifetime', start: instant(NOON - 400 * DAY_MS), end: null, zone: 'UTC' }, expiresAt: null, ...change,
})

export const aScope = (change: Partial<Scope> = {}): Scope => ({
  node: 'n1', agent: 'claude-code', account: '~/.claude', project: '/home/dev/web', branch: 'main', session: 's1', subagent: '', ...change,
})
