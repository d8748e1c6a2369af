import { describe, expect, it } from 'vitest'
import { actionId, type Action, type ActionState, type Lock } from '../../../src/core/enforcement/lock.ts'
import { instant } from '../../../src/core/time.ts'
import { chooseTargets, parseIdentity, type Target } from '../../../src/flows/enforce/choose.ts'
import { NOON } from '../../support/a-lock.ts'
import { aWitness, SESSION, someEvidence, stopLock } from '../../support/enforcement-world.ts'
import { US } from '../../support/fake-processes.ts'

const POLICY = { armed: true, sigkill: false }
const row = (lock: string, kind: Action['kind'], attempt: number, state: ActionState = 'done', target = '4711@395962'): Action =>
  ({ id: actionId({ lock, kind, target, attempt }), lock, kind, target, attempt, state, notBefore: NOON, outcome: '', createdAt: NOON, finishedAt: state === 'running' ? null : NOON })
const chosen = (locks: readonly Lock[], rows: readonly Action[] = [], agents = [someEvidence()], at: number = NOON): readonly Target[] => chooseTargets(locks, { self: US, agents }, rows, POLICY, instant(at))

describe('the lock that governs a process', () => {
  const soon = stopLock({ id: 'LS', graceUntil: instant(NOON + 1) }), late = stopLock({ id: 'LA', graceUntil: instant(NOON + 9) })

  it('is the one whose grace ends first, and by id where they are even', () => {
    expect(chosen([late, soon]).map(({ lock }) => lock.id)).toEqual(['LS'])
    expect(chosen([stopLock({ id: 'LB' }), stopLock({ id: 'LA' })]).map(({ lock }) => lock.id)).toEqual(['LA'])
  })
  it('stays the one that has begun', () => {
    expect(chosen([late, soon], [row('LA', 'interrupt', 1)]).map(({ lock }) => lock.id)).toEqual(['LA'])
  })
  it('is not chosen for a rehearsal: that binds nothing', () => {
    expect(chosen([late, soon], [row('LA', 'interrupt', 0, 'dry-run')]).map(({ lock }) => lock.id)).toEqual(['LS'])
  })
  it('is the one that found it unstoppable, so that a second lock gives it no further attempts', () => {
    const spent = [1, 2, 3].map(attempt => row('LA', 'terminate', attempt))
    expect(chosen([soon, late], [...spent, row('LS', 'interrupt', 1)], [someEvidence()], NOON + 3_600_000).map(({ lock }) => lock.id)).toEqual(['LA'])
  })
})

describe('targets that are not in sight', () => {
  it('are followed while a row of theirs is open to the end, and then no more', () => {
    const lock = stopLock()
    expect(chosen([lock], [row(lock.id, 'interrupt', 1)], [])).toMatchObject([{ pid: 4711, startTime: '395962', evidence: null, proof: null }])
    expect(chosen([lock], [row(lock.id, 'interrupt', 1), row(lock.id, 'verify', 1, 'done')], [])).toEqual([])
    expect(chosen([lock], [row(lock.id, 'interrupt', 0, 'dry-run'), row(lock.id, 'notify', 1, 'done', 'unstoppable:1@2')], [])).toEqual([])
  })
  it('are kept, unproven and with the reason, when they are there and can no longer be proven', () => {
    const lock = stopLock({ selector: { session: SESSION } })
    const moved = someEvidence({ heard: { heard: true, witness: aWitness({ session: 'other' }) } })
    expect(chosen([lock], [row(lock.id, 'interrupt', 1)], [moved])).toMatchObject([{ proof: null, doubt: expect.stringMatching(/does not hold it/) }])
    expect(chosen([lock], [], [moved])).toEqual([])
  })
})

it('reads an identity back, and nothing else', () => {
  expect(parseIdentity('4711@395962')).toEqual({ pid: 4711, startTime: '395962' })
  expect(parseIdentity('4711@2026-08-21T16:25:15Z')).toEqual({ pid: 4711, startTime: '2026-08-21T16:25:15Z' })
  for (const text of ['', 'locked', 'unstoppable:4711@1', '4711@', '-1@5', '4711@1 2']) expect(parseIdentity(text), text).toBeNull()
})
