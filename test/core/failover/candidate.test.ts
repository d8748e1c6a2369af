import { describe, expect, it } from 'vitest'
import { healthBeside, recoversAt, spentFor, usedFor } from '../../../src/core/failover/candidate.ts'
import { HOUR_MS } from '../../../src/core/time.ts'
import { aCandidate, after, NOON, SPENT } from '../../support/failover-samples.ts'

describe('what is left of an account', () => {
  it('is measured by its fullest window that is not over', () => {
    const candidate = aCandidate('a', [{ usedBasisPoints: 9_900, resetsAt: NOON }, { window: 'seven_day', usedBasisPoints: 5_000 }, { usedBasisPoints: 4_000 }])
    expect(usedFor(candidate, '', NOON)).toBe(5_000)
    expect(usedFor(aCandidate('a'), '', NOON)).toBe(0)
  })
  it('is nothing where exhaustion alone was said', () => {
    expect(usedFor(aCandidate('a', [SPENT]), '', NOON)).toBe(10_000)
  })
  it('counts the window of a model for that model alone', () => {
    const candidate = aCandidate('a', [{ window: 'seven_day_opus', ...SPENT }])
    expect(usedFor(candidate, '', NOON)).toBe(0)
    expect(spentFor(candidate, 'claude-sonnet-5', NOON)).toEqual([])
    expect(spentFor(candidate, 'claude-opus-5-5', NOON)).toHaveLength(1)
  })
  it('comes back with the last reset of what is spent, and nobody knows when where one is not said', () => {
    expect(recoversAt(aCandidate('a', [{ ...SPENT, resetsAt: after(HOUR_MS) }, { window: 'seven_day', ...SPENT, resetsAt: after(9 * HOUR_MS) }]), '', NOON)).toBe(after(9 * HOUR_MS))
    expect(recoversAt(aCandidate('a', [SPENT, { window: 'seven_day', ...SPENT, resetsAt: null }]), '', NOON)).toBeNull()
  })
  it('does not count into its health, which is that of the login', () => {
    expect(healthBeside(aCandidate('a', [SPENT]), NOON)).toEqual({ state: 'ok' })
  })
})
