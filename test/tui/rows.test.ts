import { describe, expect, it } from 'vitest'
import { budgetRows, lockRows, sessionRows } from '../../src/tui/rows.ts'
import { usage } from '../support/sample-answers.ts'
import { aBudget, aLock, anAnswer, aSession } from './top-answers.ts'

const one = aSession({ ...usage('5.00'), session: 'one', project: '/src/web', branch: 'main', seenAt: '2026-11-21T15:00:00.000Z', state: 'idle' })
const two = aSession({ ...usage('9.00'), session: 'two', project: '/src/api', branch: 'fix', seenAt: '2026-11-21T15:10:00.000Z', agent: 'codex', account: '~/.codex' })
const three = aSession({ ...usage('1.00'), session: 'three', project: '/src/web', branch: 'dev', seenAt: '2026-11-21T15:05:00.000Z' })
const gone = aSession({ session: 'gone', state: 'ended' })
const answer = anAnswer({ sessions: [one, two, three, gone], rates: [{ agent: 'claude-code', session: 'three', cost: '0.50' }] })
const shown = (sort: 'rate' | 'today' | 'seen' | 'project', filter = ''): readonly string[] => sessionRows(answer, { sort, filter }).map(({ session }) => session.session)

describe('sessions', () => {
  it('come in the order that was asked for, the ended ones never', () => {
    expect([shown('rate'), shown('today'), shown('seen'), shown('project')]).toEqual([['three', 'two', 'one'], ['two', 'one', 'three'], ['two', 'three', 'one'], ['two', 'three', 'one']])
  })
  it('are those that hold every word of the filter', () => {
    expect([shown('today', 'WEB'), shown('today', 'web idle'), shown('today', 'codex'), shown('today', '.codex fix'), shown('today', 'nothing'), shown('today', '  ')]).toEqual([['one', 'three'], ['one'], ['two'], ['two'], [], ['two', 'one', 'three']])
  })
  it('carry what they cost lately', () => {
    expect(sessionRows(answer, { sort: 'rate', filter: '' }).map(({ lately }) => lately)).toEqual([500_000_000n, 0n, 0n])
  })
})

it('puts the fullest budget on top', () => {
  const budgets = [aBudget({ id: 'a', spent: '1.00' }), aBudget({ id: 'b', spent: '30.00' }), aBudget({ id: 'c', spent: '1.00' })]
  expect(budgetRows(anAnswer({ budgets })).map(({ id }) => id)).toEqual(['b', 'a', 'c'])
})

it('shows locks in force only, the newest first', () => {
  const locks = [aLock({ id: 'old', lockedAt: '2026-11-20T00:00:00.000Z' }), aLock({ id: 'new' }), aLock({ id: 'expired', expiresAt: '2026-11-21T15:11:00.000Z' }), aLock({ id: 'released', released: { at: '', by: '', reason: '' } }), aLock({ id: 'for-ever', expiresAt: null, lockedAt: '2026-11-01T00:00:00.000Z' })]
  expect(lockRows(anAnswer({ locks })).map(({ id }) => id)).toEqual(['new', 'old', 'for-ever'])
})
