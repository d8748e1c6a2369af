import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ATTEMPTS_MAX, climb, isUnstoppable, RUNG_WAIT_MS, stateOf, VERIFY_MS, type Method, type Policy, type Seen, type Step } from '../../../src/core/enforcement/ladder.ts'
import { actionId, type Action, type ActionKind, type ActionState } from '../../../src/core/enforcement/lock.ts'
import { instant, type Instant } from '../../../src/core/time.ts'
import { NOON } from '../../support/a-lock.ts'
import { stopLock } from '../../support/enforcement-world.ts'

const BUSY: Seen = { alive: true, suspended: false, activity: 'busy', successor: false }
const GONE: Seen = { ...BUSY, alive: false }
const ARMED: Policy = { armed: true, sigkill: false }
const at = (ms: number): Instant => instant(NOON + ms)
const row = (kind: ActionKind, attempt: number, state: ActionState, finishedAt: number | null = 0, createdAt = 0): Action => {
  const key = { lock: 'L0011aabb', kind, target: '4711@395962', attempt }
  return { ...key, id: actionId(key), state, notBefore: NOON, outcome: '', createdAt: at(createdAt), finishedAt: finishedAt === null ? null : at(finishedAt) }
}
const next = (history: readonly Action[], seen: Seen = BUSY, ms = 0, policy: Policy = ARMED, method: Method = 'signal', graceMs = 0): Step =>
  climb(stopLock({ graceUntil: at(graceMs) }), history, seen, method, policy, at(ms))

describe('before anything was sent', () => {
  it('waits out the grace and interrupts exactly then', () => {
    expect(next([], BUSY, 29_999, ARMED, 'signal', 30_000)).toEqual({ step: 'wait', until: at(30_000) })
    expect(next([], BUSY, 30_000, ARMED, 'signal', 30_000)).toEqual({ step: 'take', rung: 'interrupt', attempt: 1 })
  })
  it('interrupts at once without a grace, and asks the client where a daemon would respawn', () => {
    expect(next([])).toEqual({ step: 'take', rung: 'interrupt', attempt: 1 })
    expect(next([], BUSY, 0, ARMED, 'stop-background')).toEqual({ step: 'take', rung: 'stop-background', attempt: 1 })
  })
  it('claims nothing about a process that ended by itself', () => {
    expect(next([], GONE)).toEqual({ step: 'rest' })
  })
})

describe('after the interrupt', () => {
  const sent = [row('interrupt', 1, 'done')]
  it('waits for the process to go idle, so that the bill of the request in flight is written', () => {
    expect(next(sent, BUSY, 9_999)).toEqual({ step: 'wait', until: at(10_000) })
    for (const activity of ['idle', 'waiting'] as const) expect(next(sent, { ...BUSY, activity }, 1)).toEqual({ step: 'take', rung: 'terminate', attempt: 1 })
    expect(next(sent, { ...BUSY, activity: 'unknown' }, 1)).toEqual({ step: 'wait', until: at(RUNG_WAIT_MS.interrupt) })
  })
  it('terminates when the wait is over, or at once when the interrupt could not be sent', () => {
    expect(next(sent, BUSY, 10_000)).toEqual({ step: 'take', rung: 'terminate', attempt: 1 })
    expect(next([row('interrupt', 1, 'failed')])).toEqual({ step: 'take', rung: 'terminate', attempt: 1 })
  })
  it('verifies as soon as it is gone', () => {
    expect(next(sent, GONE)).toEqual({ step: 'take', rung: 'verify', attempt: 1 })
  })
})

describe('after SIGTERM', () => {
  const sent = [row('interrupt', 1, 'done'), row('terminate', 1, 'done', 10_000)]
  it('kills only where the user opted in', () => {
    expect(next(sent, BUSY, 19_999, { armed: true, sigkill: true })).toMatchObject({ step: 'wait' })
    expect(next(sent, BUSY, 20_000, { armed: true, sigkill: true })).toEqual({ step: 'take', rung: 'kill', attempt: 1 })
    expect(next(sent, BUSY, 20_000)).toMatchObject({ step: 'wait' })
  })
  it('tries again from the first rung after a backoff', () => {
    expect(next(sent, BUSY, 20_000)).toEqual({ step: 'wait', until: at(35_000) })
    expect(next(sent, BUSY, 35_000)).toEqual({ step: 'take', rung: 'interrupt', attempt: 2 })
  })
  it('waits for a suspended process instead of spending attempts on it, and never wakes it', () => {
    const asleep = { ...BUSY, suspended: true }
    expect(next(sent, asleep, 500_000)).toEqual({ step: 'wait', until: at(510_000) })
    expect(next(sent, asleep, 500_000, { armed: true, sigkill: true })).toMatchObject({ rung: 'kill' })
  })
  it('gives up after the third attempt and stays there', () => {
    const spent = [1, 2, 3].flatMap(attempt => [row('interrupt', attempt, 'done'), row('terminate', attempt, 'done')])
    expect(next(spent, BUSY, 10_000)).toEqual({ step: 'give-up' })
    expect(next(spent, BUSY, 1e9)).toEqual({ step: 'give-up' })
    expect(next(spent, GONE, 1e9)).toEqual({ step: 'take', rung: 'verify', attempt: 3 })
    expect(isUnstoppable(stopLock(), spent, 'signal', ARMED, at(10_000))).toBe(true)
    expect(isUnstoppable(stopLock(), spent.slice(0, 4), 'signal', ARMED, at(10_000))).toBe(false)
  })
})

describe('after it is gone', () => {
  const verifying = [row('interrupt', 1, 'done'), row('verify', 1, 'running', null, 1_000)]
  it('watches for 15 seconds before it says stopped', () => {
    expect(next(verifying, GONE, 1_000 + VERIFY_MS - 1)).toEqual({ step: 'wait', until: at(16_000) })
    expect(next(verifying, GONE, 16_000)).toEqual({ step: 'conclude', attempt: 1, stopped: true })
  })
  it('says that it came back when its session runs again', () => {
    expect(next(verifying, { ...GONE, successor: true }, 2_000)).toEqual({ step: 'conclude', attempt: 1, stopped: false })
  })
  it('rests for good once that is written', () => {
    for (const state of ['done', 'failed', 'abandoned'] as const) expect(next([row('interrupt', 1, 'done'), row('verify', 1, state)], BUSY, 1e6)).toEqual({ step: 'rest' })
    expect(next([row('interrupt', 1, 'abandoned')], BUSY, 1e6)).toEqual({ step: 'rest' })
  })
})

describe('after a crash of ours', () => {
  it('takes a rung again whose outcome was never written, and no rung whose outcome was', () => {
    expect(next([row('interrupt', 1, 'running', null)])).toEqual({ step: 'take', rung: 'interrupt', attempt: 1 })
    expect(next([row('interrupt', 1, 'done'), row('terminate', 1, 'running', null)])).toEqual({ step: 'take', rung: 'terminate', attempt: 1 })
    expect(next([row('interrupt', 1, 'running', null)], GONE)).toEqual({ step: 'take', rung: 'verify', attempt: 1 })
  })
})

describe('a background session', () => {
  const asked = [row('stop-background', 1, 'done')]
  it('is asked for again after a failure, three times in all, and never signalled', () => {
    expect(next(asked, BUSY, 9_999, ARMED, 'stop-background')).toMatchObject({ step: 'wait' })
    expect(next(asked, BUSY, 25_000, ARMED, 'stop-background')).toEqual({ step: 'take', rung: 'stop-background', attempt: 2 })
    expect(next([row('stop-background', 3, 'failed')], BUSY, 0, ARMED, 'stop-background')).toEqual({ step: 'give-up' })
  })
})

describe('while disarmed', () => {
  const dry: Policy = { armed: false, sigkill: true }
  it('rehearses each rung once, in order, after the grace, and then rests', () => {
    const history: Action[] = []
    expect(next(history, BUSY, 0, dry, 'signal', 30_000)).toMatchObject({ step: 'wait' })
    for (const rung of ['interrupt', 'terminate', 'kill'] as const) {
      expect(next(history, BUSY, 0, dry)).toEqual({ step: 'rehearse', rung })
      history.push(row(rung, 0, 'dry-run'))
    }
    expect(next(history, BUSY, 0, dry)).toEqual({ step: 'rest' })
    expect(next(history, BUSY, 0, { armed: false, sigkill: false })).toEqual({ step: 'rest' })
    expect(next([], BUSY, 0, dry, 'stop-background')).toEqual({ step: 'rehearse', rung: 'stop-background' })
  })
  it('leaves every real attempt for the day it is armed', () => {
    const rehearsed = [row('interrupt', 0, 'dry-run'), row('terminate', 0, 'dry-run')]
    expect(stateOf(stopLock(), rehearsed)).toMatchObject({ state: 'grace' })
    expect(next(rehearsed)).toEqual({ step: 'take', rung: 'interrupt', attempt: 1 })
  })
  it('goes on watching what was stopped while it was armed', () => {
    expect(next([row('terminate', 1, 'done')], GONE, 0, dry)).toEqual({ step: 'take', rung: 'verify', attempt: 1 })
  })
})

it('comes to an end for any process and any policy: at most three attempts, rungs in order, no signal after the end', () => {
  const sights = fc.array(fc.record({ alive: fc.boolean(), suspended: fc.boolean(), activity: fc.constantFrom('busy', 'idle', 'waiting', 'unknown'), successor: fc.boolean(), ms: fc.constantFrom(0, 250, 10_000, 60_000), failed: fc.boolean() }), { maxLength: 120 })
  fc.assert(fc.property(sights, fc.boolean(), fc.constantFrom('signal', 'stop-background'), (walk, sigkill, method) => {
    const history: Action[] = []
    let now = 0, gone = false
    for (const sight of walk) {
      now += sight.ms
      gone ||= !sight.alive
      const seen = { alive: !gone, suspended: sight.suspended, activity: sight.activity as Seen['activity'], successor: sight.successor }
      const step = next(history, seen, now, { armed: true, sigkill }, method as Method)
      if (step.step === 'wait') expect(step.until).toBeGreaterThan(at(now))
      if (step.step === 'take') {
        expect(history.some(done => done.kind === step.rung && done.attempt === step.attempt)).toBe(false)
        expect(step.attempt).toBeLessThanOrEqual(ATTEMPTS_MAX)
        if (step.rung === 'kill') expect(sigkill).toBe(true)
        if (step.rung !== 'verify') expect(gone).toBe(false)
        history.push(row(step.rung, step.attempt, step.rung === 'verify' ? 'running' : sight.failed ? 'failed' : 'done', step.rung === 'verify' ? null : now, now))
      }
      if (step.step === 'conclude') history.push({ ...(history.pop() as Action), state: step.stopped ? 'done' : 'failed', finishedAt: at(now) })
    }
  }), { numRuns: 500 })
})
