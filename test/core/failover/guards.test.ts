import { describe, expect, it } from 'vitest'
import { improved, objections, type Departure } from '../../../src/core/failover/guards.ts'
import type { Candidate } from '../../../src/core/failover/candidate.ts'
import { HOUR_MS, MINUTE_MS } from '../../../src/core/time.ts'
import { aCandidate, after, aSituation, NOON, SPENT } from '../../support/failover-samples.ts'

const from = aCandidate('a', [SPENT])
const against = (candidate: Candidate, change: Parameters<typeof aSituation>[1] = {}, byHand = false): string[] => objections(candidate, aSituation([from, candidate], change), byHand).map(({ guard, because }) => `${guard}: ${because}`)
const left = (change: Partial<Departure> = {}): Departure => ({ account: '~/.claude-b', at: after(-HOUR_MS), used: 10_000, recoversAt: after(HOUR_MS), ...change })

describe('the guards', () => {
  it('let an account through that is signed in, has quota and was never left', () => {
    expect(against(aCandidate('b', [{}]))).toEqual([])
  })
  it.each<[string, Candidate]>([
    ['somebody disabled it', aCandidate('b', [], { record: { disabled: { at: NOON, by: 'ann', reason: 'x' } } })],
    ['another login is in its home than the one it was added with', aCandidate('b', [], { record: { found: 'mallory' } })],
    ['nobody is signed in there, or the login does not work', aCandidate('b', [], { record: { kind: '', found: '', expected: '' } })],
    ['nobody is signed in there, or the login does not work', aCandidate('b', [], { record: { broken: { at: NOON, signIn: '1@1', evidence: 'log' } } })],
    ['its home has no login yet', aCandidate('b', [], { record: { lookedAt: null } })],
    ['whose login it is cannot be told', aCandidate('b', [], { record: { expected: '', found: '', kind: 'api-key' } })],
    ['it is the same login as the one to be left, with the same quota', aCandidate('b', [], { record: { expected: 'a', found: 'a' } })],
    ['an organisation manages it, and organisation = true is not written', aCandidate('b', [], { record: { organisation: true } })],
    ['its home does not share the conversations', aCandidate('b', [], { shares: false })],
    ['its quota is spent too', aCandidate('b', [SPENT])],
    ['too many requests in this minute', aCandidate('b', [], { record: { throttledUntil: after(1) } })],
    ['it is the account to be left', from],
  ])('refuse because %s, also to a person', (because, candidate) => {
    expect(against(candidate)).toEqual([`eligible: ${because}`])
    expect(against(candidate, {}, true)).toEqual([`eligible: ${because}`])
  })
  it('let an organisation\'s account through that was configured for it', () => {
    expect(against(aCandidate('b', [], { record: { organisation: true }, account: { organisation: true } }))).toEqual([])
  })
  it('send work that nobody watches only where somebody agreed to that, with a day', () => {
    expect(against(aCandidate('b'), { unattended: true })).toEqual(['eligible: nobody agreed that work nobody watches may go there (unattended)'])
    expect(against(aCandidate('b', [], { account: { unattended: '2026-11-01' } }), { unattended: true })).toEqual([])
  })
  it('need no shared conversations where no session is to move', () => {
    expect(against(aCandidate('b', [], { shares: false }), { needsConversations: false })).toEqual([])
  })
  it('refuse an account that is nearly spent, to the point', () => {
    expect(against(aCandidate('b', [{ usedBasisPoints: 9_000 }]))).toEqual([])
    expect(against(aCandidate('b', [{ usedBasisPoints: 9_001 }]))).toEqual(['hysteresis: 90 % of its quota is used already'])
    expect(against(aCandidate('b', [{ usedBasisPoints: 9_001 }]), {}, true)).toEqual([])
  })
  it('refuse an account for the whole cooldown after it was left, and no longer', () => {
    const recovered = { recoversAt: after(-1) }
    expect(against(aCandidate('b'), { departures: [left({ ...recovered, at: after(-5 * MINUTE_MS + 1) })] })).toEqual(['cooldown: it was left a moment ago'])
    expect(against(aCandidate('b'), { departures: [left({ ...recovered, at: after(-5 * MINUTE_MS) })] })).toEqual([])
  })
  it('cool down from now where the clock was set back since', () => {
    expect(objections(aCandidate('b'), aSituation([from], { departures: [left({ at: after(HOUR_MS), recoversAt: after(-1) })] }))).toMatchObject([{ until: after(5 * MINUTE_MS) }])
  })
  it('refuse the account that was left while nothing says that its quota improved', () => {
    expect(against(aCandidate('b'), { departures: [left()] })).toEqual(['no_return: it was left for its quota, and nothing says that this has improved'])
    expect(against(aCandidate('b', [{ observedAt: after(-2 * HOUR_MS) }]), { departures: [left()] })).toHaveLength(1)
    expect(against(aCandidate('b', [{ observedAt: after(-MINUTE_MS), usedBasisPoints: 9_000 }]), { departures: [left()] })).toEqual([])
  })
  it('refuse what was tried for this very exhaustion and given up, but not to a person', () => {
    expect(against(aCandidate('b'), { tried: ['~/.claude-b'] })).toEqual(['no_return: it was tried for this already, and given up'])
    expect(against(aCandidate('b'), { tried: ['~/.claude-b'] }, true)).toEqual([])
  })
  it('judge by the last time it was left', () => {
    const before = left({ at: after(-20 * HOUR_MS), recoversAt: after(-15 * HOUR_MS) })
    expect(against(aCandidate('b'), { departures: [left(), before] })).toHaveLength(1)
    expect(improved(aCandidate('b'), before, '', NOON)).toBe(true)
  })
})
