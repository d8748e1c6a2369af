import { describe, expect, it } from 'vitest'
import type { Budget } from '../../../src/core/budgets/budget.ts'
import { judge, type Judged } from '../../../src/core/budgets/judge.ts'
import { windowAt } from '../../../src/core/budgets/window.ts'
import { lockSpan, plan, type Plan } from '../../../src/core/enforcement/plan.ts'
import { parseUsd } from '../../../src/core/money.ts'
import { DAY_MS, HOUR_MS, instant, MINUTE_MS, SECOND_MS, type Instant } from '../../../src/core/time.ts'
import { NOON } from '../../support/a-lock.ts'

const budget = (change: Partial<Budget> = {}): Budget => ({
  id: 'web-daily', selector: { project: '/home/dev/web' }, per: '', window: 'day', zone: 'UTC', limit: parseUsd('20'), onBreach: 'terminate', failMode: 'open',
  unpriced: 'warn', hard: true, reserve: '', estimate: '', graceMs: 30 * SECOND_MS, thresholds: [100], measure: 'm', version: 'v1', ...change,
})
const judged = (change: Partial<Judged> & { rule?: Partial<Budget> } = {}): Judged => {
  const { rule, ...rest } = change
  const of = budget(rule)
  return { budget: of, perValue: '', window: windowAt(of.window, of.zone, NOON), spent: parseUsd('20.01'), estimated: parseUsd('0'), reserved: parseUsd('0'), unpriced: 0, raised: parseUsd('0'), alreadyAlerted: new Set(), ...rest }
}
const planned = (given: Judged, now: Instant = NOON, cause: 'spending' | 'edit' = 'spending'): Plan => plan(given, judge(given, now), cause, now)

describe('a breach becomes', () => {
  it('a lock until its window ends, whose signals wait for the grace', () => {
    const { lock, actions } = planned(judged())
    expect(lock).toMatchObject({
      rule: 'web-daily', ruleVersion: 'v1', selector: { project: '/home/dev/web' }, onBreach: 'terminate', lockedAt: NOON, graceUntil: NOON + 30_000,
      expiresAt: instant(NOON + 12 * HOUR_MS), needsConfirmation: false, released: null, limit: parseUsd('20'), spent: parseUsd('20.01'),
    })
    expect(actions).toMatchObject([{ kind: 'notify', target: 'locked', state: 'pending', outcome: 'web-daily: spent $20.01 of $20.00; prompts and tools are denied; signals to running sessions may follow in 30s' }])
  })

  it('nothing at the limit itself, for a rule that warns, for a soft limit, or where only guesses pass it', () => {
    for (const given of [judged({ spent: parseUsd('20') }), judged({ rule: { onBreach: 'warn' } }), judged({ rule: { hard: false } }), judged({ estimated: parseUsd('0.01') })]) {
      expect(planned(given)).toEqual({ lock: null, actions: [] })
    }
  })

  it('nothing in a window that is closed, however old the log that breaches it', () => {
    const yesterday = judged({ window: windowAt('day', 'UTC', instant(NOON - DAY_MS)) })
    expect(planned(yesterday).lock).toBeNull()
  })

  it('a lock that denies at once and signals only after a person confirms, when an edit caused it', () => {
    expect(planned(judged(), NOON, 'edit')).toMatchObject({ lock: { needsConfirmation: true }, actions: [{ outcome: expect.stringMatching(/purser arm --confirm web-daily$/) }] })
    expect(planned(judged({ rule: { onBreach: 'deny' } }), NOON, 'edit').lock).toMatchObject({ needsConfirmation: false, onBreach: 'deny' })
  })

  it('an interrupt at once without a grace', () => {
    const { lock, actions } = planned(judged({ rule: { graceMs: 0 } }))
    expect(lock?.graceUntil).toBe(NOON)
    expect(actions[0]?.outcome).toMatch(/signals to running sessions may follow now$/)
  })

  it('a denying lock, never a signal, for usage nobody can price', () => {
    const given = judged({ rule: { unpriced: 'deny' }, spent: parseUsd('1'), unpriced: 3 })
    expect(planned(given)).toMatchObject({ lock: { onBreach: 'deny' }, actions: [{ outcome: expect.stringMatching(/denied$/) }] })
    expect(planned(given).lock?.id).not.toBe(planned(judged({ rule: { unpriced: 'deny' } })).lock?.id)
  })
})

describe('the same breach', () => {
  it('plans the same rows whenever it is planned again', () => {
    const first = planned(judged()), again = planned(judged({ spent: parseUsd('27') }), instant(NOON + 5 * MINUTE_MS))
    expect(again.lock?.id).toBe(first.lock?.id)
    expect(again.actions[0]?.id).toBe(first.actions[0]?.id)
  })

  it('is another one once a raise is spent too, for another value, and on another day', () => {
    const ids = [judged(), judged({ raised: parseUsd('5'), spent: parseUsd('26') }), judged({ perValue: 'main', rule: { per: 'branch' } })].map(given => planned(given).lock?.id)
    const tomorrow = instant(NOON + DAY_MS)
    ids.push(planned(judged({ window: windowAt('day', 'UTC', tomorrow) }), tomorrow).lock?.id)
    expect(new Set(ids).size).toBe(4)
  })
})

describe('a rolling window', () => {
  it('locks once per window length, for one length: by then everything spent has rolled out', () => {
    const at = instant(Math.ceil(NOON / (5 * HOUR_MS)) * 5 * HOUR_MS)
    const lockAt = (ms: number): string | undefined => planned(judged({ rule: { window: '5h' }, window: windowAt('5h', 'UTC', instant(at + ms)) }), instant(at + ms)).lock?.id
    expect(lockAt(0)).toBe(lockAt(5 * HOUR_MS - 1))
    expect(lockAt(0)).not.toBe(lockAt(5 * HOUR_MS))
    expect(lockSpan(windowAt('5h', 'UTC', at), at)).toEqual({ start: at, end: at + 5 * HOUR_MS })
  })
})

it('locks a lifetime budget until a person releases it', () => {
  expect(planned(judged({ rule: { window: 'lifetime' } })).lock?.expiresAt).toBeNull()
})
