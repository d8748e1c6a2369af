import { describe, expect, it } from 'vitest'
import { defineBudget } from '../../../src/core/budgets/define.ts'
import { parseUsd, ZERO_USD } from '../../../src/core/money.ts'
import { NOBODY, ownerText } from '../../../src/core/reservations/owner.ts'
import { reserveBody, TTL_MS, type ReserveRequest } from '../../../src/core/reservations/request.ts'
import { afterDeadline, held, releasing, settling, type Reservation } from '../../../src/core/reservations/reservation.ts'
import { scopeFor, targetsOf } from '../../../src/core/reservations/targets.ts'
import type { TaskBudget } from '../../../src/core/reservations/task-budget.ts'
import { instant } from '../../../src/core/time.ts'

const NOON = instant(Date.UTC(2026, 10, 21, 12))
const NOWHERE = { node: 'n1', agent: '', account: '', project: '', branch: '', session: '', subagent: '' }
const base = { id: 'a', amount: parseUsd('3'), budgets: [], owner: NOBODY, scope: NOWHERE, model: '', covers: null, parts: [], proven: ZERO_USD, responses: 0, createdAt: NOON, expiresAt: NOON, ttlMs: TTL_MS, body: '' }
const pending: Reservation = { ...base, state: 'pending' }
const settled: Reservation = { ...base, state: 'settled', actual: parseUsd('2'), at: NOON, late: false }
const expired: Reservation = { ...base, state: 'expired', at: NOON }

describe('a reservation', () => {
  it('holds what it asked for, less what is proven, and never below nothing or above what it asked for', () => {
    expect(['0', '1', '3', '5'].map(proven => held({ ...pending, proven: parseUsd(proven) }))).toEqual(['3', '2', '0', '0'].map(parseUsd))
    expect(held({ ...pending, proven: -1n as typeof ZERO_USD })).toBe(parseUsd('3'))
    expect([settled, expired].map(held)).toEqual([0n, 0n])
  })
  it('is renewed past its deadline while its owner may live', () => {
    expect((['alive', 'unknown', 'dead', 'nobody'] as const).map(afterDeadline)).toEqual(['renew', 'renew', 'expire', 'expire'])
  })
  it('settles once, late after it ended, and never with two amounts', () => {
    expect([settling(pending, parseUsd('9')), settling(expired, parseUsd('1'))]).toEqual([{ does: 'settle', late: false }, { does: 'settle', late: true }])
    expect(settling(settled, parseUsd('2'))).toEqual({ does: 'nothing' })
    expect(settling(settled, parseUsd('3'))).toMatchObject({ does: 'refuse' })
  })
  it('gives back only what was not spent', () => {
    expect([releasing(pending).does, releasing(expired).does, releasing(settled).does]).toEqual(['release', 'nothing', 'refuse'])
  })
})

describe('the body of a request', () => {
  const request: ReserveRequest = { id: 'a', amount: parseUsd('1'), budgets: ['x', 'y'], scope: { project: '/p' }, model: '', owner: NOBODY, ttlMs: 1, covers: null }
  it('is the same for another order of budgets and another deadline', () => {
    expect(reserveBody({ ...request, budgets: ['y', 'x'], ttlMs: 2 })).toBe(reserveBody(request))
  })
  it.each([{ amount: parseUsd('2') }, { budgets: ['x'] }, { scope: { branch: '/p' } }, { model: 'm' }, { owner: { kind: 'session', node: 'n', agent: 'a', session: 's' } as const }, { covers: { agent: 'a', session: 's', stream: '*', from: null, responses: 1 } }])('differs with %o', more => {
    expect(reserveBody({ ...request, ...more })).not.toBe(reserveBody(request))
  })
  it('names owners for people', () => {
    expect([ownerText(NOBODY), ownerText({ kind: 'process', node: 'n', boot: 'b', pid: 7, startTime: '99' })]).toEqual(['nobody', 'process 7@99'])
  })
})

describe('the scope of a request', () => {
  const rule = (id: string, selector: Record<string, string>) => defineBudget({ id, limit: parseUsd('1'), selector }, 'UTC')
  const task = (id: string, scope: TaskBudget['scope']): TaskBudget => ({ id, limit: parseUsd('1'), parent: '', scope, hard: true, onBreach: 'warn', thresholds: [], progressPpm: null, createdAt: NOON, updatedAt: NOON, closedAt: null, body: '' })

  it('is filled by its tasks, and by rules that spell it out', () => {
    expect(scopeFor({ said: {}, rules: [rule('r', { branch: 'main' })], tasks: [task('t', { project: '/web' })] })).toEqual({ project: '/web', branch: 'main' })
    expect(scopeFor({ said: {}, rules: [rule('r', { project: 'web-*' })], tasks: [] })).toEqual({})
  })
  it('may not say another thing than the task it names', () => {
    expect(() => scopeFor({ said: { project: '/api' }, rules: [], tasks: [task('t', { project: '/web' })] })).toThrow('budget t is for project "/web", and the request says "/api"')
  })
  it('has to be one that a named rule counts', () => {
    const pattern = rule('r', { project: 'web-*' })
    expect(() => targetsOf({ scope: NOWHERE, rules: [pattern], tasks: [], every: [pattern], raises: [], now: NOON })).toThrow('budget r counts project web-*; say where it is spent with --project')
  })
  it('is held in every rule that counts it, named or not', () => {
    const every = [rule('all', {}), rule('web', { project: '/web' }), rule('api', { project: '/api' })]
    expect(targetsOf({ scope: { ...NOWHERE, project: '/web' }, rules: [], tasks: [task('t', {})], every, raises: [], now: NOON }).map(({ budget }) => budget.id)).toEqual(['t', 'all', 'web'])
  })
})
