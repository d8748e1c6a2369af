// Ten thousand burn walks: accounts fill and reset at chance, words about them come late, and whoever decides is the very
// rule that moves real work.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { QuotaWindow } from '../../../src/core/accounts/quota.ts'
import { decide, departureOf, inPreference, type Situation } from '../../../src/core/failover/decide.ts'
import type { Departure } from '../../../src/core/failover/guards.ts'
import type { Candidate } from '../../../src/core/failover/candidate.ts'
import { HOUR_MS, instant, MINUTE_MS } from '../../../src/core/time.ts'
import { aCandidate, aSituation, aWindow, NOON } from '../../support/failover-samples.ts'

const COOLDOWN_MS = 5 * MINUTE_MS
const WALKS = 10_000

interface Walker { used: number; resetsAt: number; readonly told: boolean }
interface Step { readonly ms: number; readonly burn: number; readonly grant: boolean }

const step = fc.record<Step>({ ms: fc.integer({ min: 1_000, max: 40 * MINUTE_MS }), burn: fc.integer({ min: 0, max: 4_000 }), grant: fc.boolean() })
const walk = fc.record({ accounts: fc.array(fc.record({ used: fc.integer({ min: 0, max: 10_000 }), told: fc.boolean() }), { minLength: 2, maxLength: 5 }), steps: fc.array(step, { minLength: 1, maxLength: 40 }) })

const asWindow = ({ used, resetsAt, told }: Walker, now: number): Partial<QuotaWindow> => aWindow({
  usedBasisPoints: used >= 10_000 ? null : used, exhausted: used >= 10_000, resetsAt: told || used < 10_000 ? instant(resetsAt) : null, observedAt: instant(now),
})

interface Moved { readonly from: string; readonly to: string; readonly at: number }

/** Everything that was moved on one walk; `see` is asked about each decision. */
function walked({ accounts, steps }: { readonly accounts: readonly { readonly used: number; readonly told: boolean }[]; readonly steps: readonly Step[] }, see: (situation: Situation, decision: ReturnType<typeof decide>) => void): readonly Moved[] {
  const walkers: Walker[] = accounts.map(({ used, told }) => ({ used, told, resetsAt: NOON + 5 * HOUR_MS }))
  const moves: Moved[] = []
  let departures: readonly Departure[] = [], on = 0, now: number = NOON
  for (const { ms, burn, grant } of steps) {
    now += ms
    for (const [index, walker] of walkers.entries()) {
      if (walker.resetsAt <= now) Object.assign(walker, { used: 0, resetsAt: now + 5 * HOUR_MS })
      if (index === on) walker.used = Math.min(10_000, walker.used + burn)
      else if (grant && walker.used >= 10_000) walker.used = 0
    }
    const candidates: Candidate[] = walkers.map((walker, index) => aCandidate(String(index), [asWindow(walker, now)]))
    const situation = aSituation(candidates, { from: candidates[on] as Candidate, departures, now: instant(now), cooldownMs: COOLDOWN_MS })
    const decision = decide(situation)
    see(situation, decision)
    if (decision.do !== 'move') continue
    moves.push({ from: String(on), to: decision.to.account.id, at: now })
    departures = [departureOf(situation), ...departures]
    on = Number(decision.to.account.id)
  }
  return moves
}

describe('burn walks', () => {
  it('never go A-B-A inside the cooldown, and never to an account that is spent or nearly so', () => {
    fc.assert(fc.property(walk, given => {
      const moves = walked(given, (_, decision) => {
        if (decision.do !== 'move') return
        const [window] = decision.to.windows
        expect(window?.exhausted).toBe(false)
        expect(window?.usedBasisPoints).toBeLessThanOrEqual(9_000)
      })
      for (const [index, move] of moves.entries()) {
        for (const before of moves.slice(0, index)) expect(before.from === move.to && move.at - before.at < COOLDOWN_MS).toBe(false)
      }
    }), { numRuns: WALKS })
  })
  it('are stranded only when every other account stands in somebody\'s way, and wake no later than the first that is known to be free', () => {
    fc.assert(fc.property(walk, given => {
      walked(given, ({ from, now }, decision) => {
        if (decision.do !== 'strand') return
        expect(decision.passed).toHaveLength(given.accounts.length - 1)
        expect(decision.passed.every(({ objections }) => objections.length > 0)).toBe(true)
        expect(decision.wakeAt).toBeGreaterThan(now)
        const [own] = from.windows
        if (own?.resetsAt) expect(decision.wakeAt).toBeLessThanOrEqual(own.resetsAt + MINUTE_MS)
      })
    }), { numRuns: 1_000 })
  })
  it('reach every usable account', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 5 }), (others, wanted) => {
      const free = wanted % others
      const candidates = [aCandidate('from', [{ exhausted: true, usedBasisPoints: null }]), ...Array.from({ length: others }, (_, index) => aCandidate(String(index), [{ exhausted: index !== free, usedBasisPoints: index === free ? 100 : null }]))]
      expect(decide(aSituation(candidates))).toMatchObject({ do: 'move', to: { account: { id: String(free) } } })
      expect(inPreference(candidates)).toHaveLength(others + 1)
    }))
  })
  it('move at most once while nothing changes but the time', () => {
    fc.assert(fc.property(walk, ({ accounts, steps }) => {
      const frozen = accounts.map(({ used, told }) => ({ used, told, resetsAt: NOON + 5_000 * HOUR_MS }))
      let on = 0, moved = 0, now: number = NOON
      let departures: readonly Departure[] = []
      for (const { ms } of steps) {
        now += ms
        const candidates = frozen.map((walker, index) => aCandidate(String(index), [asWindow(walker, NOON)]))
        const situation = aSituation(candidates, { from: candidates[on] as Candidate, departures, now: instant(now), cooldownMs: COOLDOWN_MS })
        const decision = decide(situation)
        if (decision.do !== 'move') continue
        moved++
        departures = [departureOf(situation), ...departures]
        on = Number(decision.to.account.id)
      }
      expect(moved).toBeLessThanOrEqual(1)
    }), { numRuns: 2_000 })
  })
})
