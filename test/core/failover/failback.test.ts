import { describe, expect, it } from 'vitest'
import { decideReturn, returnDueAt, type ReturnFacts } from '../../../src/core/failover/failback.ts'
import { HOUR_MS, MINUTE_MS } from '../../../src/core/time.ts'
import { aCandidate, after, aSituation, NOON, SPENT } from '../../support/failover-samples.ts'

const MINUTES = { returnMarginMs: 5 * MINUTE_MS, cooldownMs: 5 * MINUTE_MS }
const standby = aCandidate('b', [{}])
function facts(change: Partial<ReturnFacts> = {}): ReturnFacts {
  const { from: _, candidates: _candidates, ...situation } = aSituation([standby], { departures: [{ account: '~/.claude-a', at: after(-HOUR_MS), used: 10_000, recoversAt: after(-MINUTE_MS) }] })
  return {
    ...situation, primary: aCandidate('a'), standby, busy: false, inUse: { account: '~/.claude-b', generation: 3 },
    intent: { agent: 'claude-code', failover: 'fo-1', from: '~/.claude-b', to: '~/.claude-a', generation: 3, dueAt: NOON, madeAt: after(-HOUR_MS) }, ...change,
  }
}

describe('the way back', () => {
  it('is due after the reset and its margin, never inside the cooldown', () => {
    expect(returnDueAt({ recoversAt: after(HOUR_MS), at: NOON }, MINUTES)).toBe(after(HOUR_MS + 5 * MINUTE_MS))
    expect(returnDueAt({ recoversAt: after(-HOUR_MS), at: NOON }, MINUTES)).toBe(after(5 * MINUTE_MS))
    expect(returnDueAt({ recoversAt: null, at: NOON }, MINUTES)).toBe(after(30 * MINUTE_MS))
  })
  it('is gone once the primary is measured anew and good', () => {
    expect(decideReturn(facts())).toEqual({ do: 'return' })
  })
  it('is not gone before its time', () => {
    expect(decideReturn(facts({ intent: { ...facts().intent, dueAt: after(1) } }))).toMatchObject({ do: 'wait', dueAt: after(1) })
  })
  it('is made for one choice: any other one ends it', () => {
    expect(decideReturn(facts({ inUse: { account: '~/.claude-b', generation: 4 } }))).toMatchObject({ do: 'cancel' })
    expect(decideReturn(facts({ inUse: null }))).toMatchObject({ do: 'cancel' })
    expect(decideReturn(facts({ inUse: { account: '~/.claude-a', generation: 3 } }))).toMatchObject({ do: 'cancel' })
    expect(decideReturn(facts({ primary: undefined }))).toMatchObject({ do: 'cancel' })
  })
  it('waits on while the primary is spent again, for its new reset', () => {
    expect(decideReturn(facts({ primary: aCandidate('a', [{ ...SPENT, resetsAt: after(2 * HOUR_MS) }]) }))).toMatchObject({ do: 'wait', dueAt: after(2 * HOUR_MS) })
    expect(decideReturn(facts({ primary: aCandidate('a', [{ usedBasisPoints: 9_700 }]) }))).toMatchObject({ do: 'wait', dueAt: after(30 * MINUTE_MS) })
  })
  it('waits while the standby is pinned, and while a session is in the middle of a turn', () => {
    expect(decideReturn(facts({ standby: aCandidate('b', [], { record: { pinnedAt: NOON } }) }))).toMatchObject({ do: 'wait', because: '~/.claude-b is pinned' })
    expect(decideReturn(facts({ busy: true }))).toMatchObject({ do: 'wait', dueAt: after(MINUTE_MS) })
  })
})
