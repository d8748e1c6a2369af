import { describe, expect, it } from 'vitest'
import { decide, departureOf, episodeOf, REMEASURE_MS, RESET_MARGIN_MS } from '../../../src/core/failover/decide.ts'
import { HOUR_MS, MINUTE_MS } from '../../../src/core/time.ts'
import { aCandidate, after, aSituation, NOON, SPENT } from '../../support/failover-samples.ts'

const spent = (id: string, inMs: number | null = 3 * HOUR_MS) => aCandidate(id, [{ ...SPENT, resetsAt: inMs === null ? null : after(inMs) }])

describe('what follows from an account', () => {
  it('is nothing while its quota lasts', () => {
    expect(decide(aSituation([aCandidate('a', [{}]), aCandidate('b')]))).toEqual({ do: 'stay', because: '40 % of its quota is used, so nothing has to move' })
  })
  it('is the first other one in the order of the file that nothing stands against', () => {
    const decision = decide(aSituation([spent('a'), spent('b', HOUR_MS), aCandidate('c', [{}]), aCandidate('d')]))
    expect(decision).toMatchObject({ do: 'move', to: { account: { id: 'c' } } })
    expect(decision).toMatchObject({ passed: [{ account: '~/.claude-b', objections: [{ guard: 'eligible', because: 'its quota is spent too' }] }] })
  })
  it('is the pinned one before all others', () => {
    expect(decide(aSituation([spent('a'), aCandidate('b'), aCandidate('c', [], { record: { pinnedAt: NOON } })]))).toMatchObject({ do: 'move', to: { account: { id: 'c' } } })
  })
  it('is to wait where its own reset is near', () => {
    expect(decide(aSituation([spent('a', 9 * MINUTE_MS), aCandidate('b')]))).toMatchObject({ do: 'wait', until: after(9 * MINUTE_MS + RESET_MARGIN_MS) })
    expect(decide(aSituation([spent('a', 11 * MINUTE_MS), aCandidate('b')]))).toMatchObject({ do: 'move' })
  })
  it('is to be stranded until the earliest reset that is known, of any account that only waits', () => {
    const disabled = aCandidate('d', [{ ...SPENT, resetsAt: after(HOUR_MS) }], { record: { disabled: { at: NOON, by: 'ann', reason: 'leave' } } })
    expect(decide(aSituation([spent('a'), spent('b', 2 * HOUR_MS), disabled]))).toMatchObject({ do: 'strand', wakeAt: after(2 * HOUR_MS + RESET_MARGIN_MS), proven: true })
  })
  it('is to be stranded and measured every half hour where no reset is known', () => {
    expect(decide(aSituation([spent('a', null), spent('b', null)]))).toMatchObject({ do: 'strand', wakeAt: after(REMEASURE_MS), proven: false })
  })
  it('is the account a person names, unless it cannot be used at all', () => {
    const left = { account: '~/.claude-b', at: after(-1), used: 10_000, recoversAt: null }
    const both = aSituation([spent('a'), aCandidate('b', [{ usedBasisPoints: 9_500 }])], { departures: [left] })
    expect(decide(both)).toMatchObject({ do: 'strand' })
    expect(decide(both, '~/.claude-b')).toMatchObject({ do: 'move', to: { account: { id: 'b' } } })
    expect(decide(aSituation([aCandidate('a'), spent('b')]), '~/.claude-b')).toEqual({ do: 'stay', because: 'its quota is spent too' })
    expect(decide(both, '~/.claude-x')).toEqual({ do: 'stay', because: 'there is no account ~/.claude-x' })
  })
  it('concerns one model where only the quota of that model is spent', () => {
    const opus = aCandidate('a', [{ window: 'seven_day_opus', minutes: null, ...SPENT }])
    expect(decide(aSituation([opus, aCandidate('b')]))).toMatchObject({ do: 'stay' })
    expect(decide(aSituation([opus, aCandidate('b')], { model: 'claude-sonnet-5' }))).toMatchObject({ do: 'stay' })
    expect(decide(aSituation([opus, aCandidate('b')], { model: 'claude-opus-5-5' }))).toMatchObject({ do: 'move' })
  })
})

describe('an episode', () => {
  it('has one name however often and by whomever it is told', () => {
    const told = aSituation([spent('a')])
    expect(episodeOf({ ...told, now: after(MINUTE_MS) })).toBe(episodeOf(told))
    expect(episodeOf(aSituation([aCandidate('a', [{ ...SPENT, evidence: 'statusline', observedAt: after(5_000), resetsAt: after(3 * HOUR_MS + 400) }])]))).toBe(episodeOf(told))
  })
  it('has another name with the next reset', () => {
    expect(episodeOf(aSituation([spent('a', 8 * HOUR_MS)]))).not.toBe(episodeOf(aSituation([spent('a')])))
  })
  it('remembers how full the account was that was left', () => {
    expect(departureOf(aSituation([spent('a')]))).toEqual({ account: '~/.claude-a', at: NOON, used: 10_000, recoversAt: after(3 * HOUR_MS) })
  })
})
