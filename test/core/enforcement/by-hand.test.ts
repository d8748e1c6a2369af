import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { literal, planByHand, type ByHand } from '../../../src/core/enforcement/by-hand.ts'
import { spentText, stopText } from '../../../src/core/enforcement/lock-text.ts'
import { isByHand } from '../../../src/core/enforcement/lock.ts'
import { noticeOf } from '../../../src/core/enforcement/notice.ts'
import { constrained, proveTarget } from '../../../src/core/enforcement/target.ts'
import { matchesGlob } from '../../../src/core/budgets/selector.ts'
import { parseUsd } from '../../../src/core/money.ts'
import { HOUR_MS, instant } from '../../../src/core/time.ts'
import { aLock, NOON } from '../../support/a-lock.ts'
import { aWitness, SESSION, someEvidence } from '../../support/enforcement-world.ts'

const wanted = (change: Partial<ByHand> = {}): ByHand => ({ agent: 'claude-code', session: SESSION, reason: 'it loops', spent: parseUsd('3.10'), zone: 'UTC', graceMs: 0, lastsMs: HOUR_MS, ...change })
const { lock } = planByHand(wanted(), NOON)

describe('a lock by hand', () => {
  it('is told apart from every budget\'s lock, and each is its own', () => {
    expect([isByHand(lock), isByHand(aLock())]).toEqual([true, false])
    const others = [planByHand(wanted(), instant(NOON + 1)), planByHand(wanted({ agent: 'codex' }), NOON), planByHand(wanted({ session: 'x' }), NOON)].map(plan => plan.lock.id)
    expect(new Set([lock.id, ...others]).size).toBe(4)
    expect(planByHand(wanted(), NOON).lock.id).toBe(lock.id)
  })
  it('ends by itself, and acts at once unless a grace was asked for', () => {
    expect([lock.expiresAt, lock.graceUntil, lock.needsConfirmation, lock.onBreach]).toEqual([NOON + HOUR_MS, NOON, false, 'terminate'])
    expect(planByHand(wanted({ graceMs: 30_000 }), NOON).lock.graceUntil).toBe(NOON + 30_000)
  })
  it('proves its session a target, and no neighbour in the same folder, named or not', () => {
    expect(proveTarget(lock, someEvidence()).target).toBe(true)
    expect(proveTarget(lock, someEvidence({ heard: { heard: true, witness: aWitness({ session: 'another' }) } })).target).toBe(false)
    expect(proveTarget(lock, someEvidence({ heard: { heard: false, why: '' } })).target).toBe(false)
    expect(proveTarget(lock, someEvidence({ agent: 'codex' })).target).toBe(false)
  })
  it('takes an id with the signs of a pattern as it is written', () => {
    const starred = planByHand(wanted({ session: '*' }), NOON).lock
    expect([proveTarget(starred, someEvidence()).target, constrained(starred)]).toEqual([false, ['agent', 'session']])
    fc.assert(fc.property(fc.string({ minLength: 1, unit: fc.constantFrom('*', '?', '[', ']', '{', '}', '!', '\\', '/', 'a', '-', '1') }), fc.string(), (id, other) => {
      expect(matchesGlob(literal(id), id)).toBe(true)
      if (other !== id) expect(matchesGlob(literal(id), other)).toBe(false)
    }))
  })
  it('speaks of the session and the reason, not of a budget', () => {
    expect(spentText(lock)).toBe(`session ${SESSION} was stopped by hand: it loops`)
    expect(stopText(lock, 0, NOON)).toContain(`was stopped by hand: it loops. Locked until 2026-11-21 13:00 UTC (in 1h 00m). See it: purser lock show ${lock.id}`)
    const told = noticeOf({ what: 'breach', lock, armed: true, at: NOON })
    expect([told.code, told.level, told.title]).toEqual(['session.locked', 'warn', `Session ${SESSION} was stopped by hand: it loops`])
    expect(told.body).toContain('Running sessions are being interrupted')
    const released = noticeOf({ what: 'released', lock, by: 'ada', reason: 'fixed', at: NOON })
    expect([released.title, released.body.split('\n')[0]]).toEqual([`Session ${SESSION} may run again`, 'Released by ada: fixed. It was stopped by hand.'])
  })
})
