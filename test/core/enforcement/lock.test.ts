import { describe, expect, it } from 'vitest'
import { actionId, isFinished, isInForce, lockId } from '../../../src/core/enforcement/lock.ts'
import { parseUsd } from '../../../src/core/money.ts'
import { instant } from '../../../src/core/time.ts'
import { aLock, lastingLock, NOON } from '../../support/a-lock.ts'

const breach = { rule: 'web-daily', version: 'v1', perValue: 'main', windowStart: NOON, why: 'over_limit', limit: parseUsd('20') }

describe('a lock\'s id', () => {
  it('is the same on every retry and another one for every other breach', () => {
    const others = [{ rule: 'web' }, { version: 'v2' }, { perValue: 'mai' }, { windowStart: instant(NOON + 1) }, { why: 'unpriced' }, { limit: parseUsd('25') }]
    const ids = others.map(other => lockId({ ...breach, ...other }))
    expect(lockId({ ...breach })).toBe(lockId(breach))
    expect(lockId(breach)).toMatch(/^L[0-9a-f]{16}$/)
    expect(new Set([lockId(breach), ...ids]).size).toBe(others.length + 1)
  })

  it('does not change with the version of purser: it is stored', () => {
    expect(lockId(breach)).toMatchInlineSnapshot(`"Lfc42ea73528b5b5b"`)
  })

  it('cannot be forged by moving text from one part to the next', () => {
    expect(lockId({ ...breach, rule: 'a', version: 'bc' })).not.toBe(lockId({ ...breach, rule: 'ab', version: 'c' }))
    expect(lockId({ ...breach, perValue: 'é' })).not.toBe(lockId({ ...breach, perValue: 'e' }))
  })
})

it('is in force until its window ends, exactly then no more, and never once released', () => {
  const lock = aLock({ expiresAt: instant(NOON + 10) })
  expect([9, 10, 11].map(ms => isInForce(lock, instant(NOON + ms)))).toEqual([true, false, false])
  expect(isInForce(lastingLock(), instant(NOON + 1e12))).toBe(true)
  expect(isInForce(aLock({ released: { at: NOON, by: 'dev', reason: 'x' } }), NOON)).toBe(false)
})

it('names an action by all that makes it unrepeatable, and knows when it is finished', () => {
  expect(actionId({ lock: 'L1', kind: 'interrupt', target: '7@9', attempt: 2 })).toBe('L1:interrupt:7@9:2')
  const action = { id: '', lock: '', kind: 'interrupt', target: '', attempt: 1, notBefore: NOON, outcome: '', createdAt: NOON, finishedAt: null } as const
  expect((['pending', 'running', 'done', 'failed', 'abandoned', 'dry-run'] as const).map(state => isFinished({ ...action, state }))).toEqual([false, false, true, true, true, true])
})
