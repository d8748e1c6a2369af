import { describe, expect, it } from 'vitest'
import { observe, type QuotaObservation, type QuotaWindow } from '../../../src/core/accounts/quota.ts'
import { windowFacts } from '../../../src/core/statusline/windows.ts'
import { HOUR_MS, instant } from '../../../src/core/time.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
const at = (hours: number) => instant(NOON + hours * HOUR_MS)
const seen = (used: number, change: Partial<QuotaObservation> = {}): QuotaObservation => ({ agent: 'claude-code', account: 'a', window: 'five_hour', minutes: null, usedBasisPoints: used, exhausted: false, resetsAt: at(3), observedAt: at(0), evidence: 'statusline', ...change })
const known = (used: number, change: Partial<QuotaObservation> = {}): QuotaWindow => observe(null, seen(used, { observedAt: at(-1), ...change })) as QuotaWindow
const shown = (before: readonly QuotaWindow[], now: readonly QuotaObservation[], time = at(0)) => windowFacts(before, now, time).map(({ label, usedBasisPoints, atLeast }) => [label, usedBasisPoints, atLeast])

describe('the windows of a status line', () => {
  it('are what its own client says now', () => {
    expect(shown([known(4_000)], [seen(9_100)])).toEqual([['5h', 9_100, false]])
    expect(shown([], [seen(9_100)])).toEqual([['5h', 9_100, false]])
  })
  it('are what another session saw, where that is more: a lower bound', () => {
    expect(shown([known(9_500)], [seen(9_100)])).toEqual([['5h', 9_500, true]])
    expect(shown([known(9_500)], [])).toEqual([['5h', 9_500, true]])
  })
  it('are no longer shown once they are over', () => {
    expect(shown([known(9_500, { resetsAt: at(0) })], [])).toEqual([])
  })
  it('come shortest first', () => {
    expect(shown([known(1, { window: 'seven_day_opus' }), known(2, { window: 'mystery' })], [seen(3, { window: 'seven_day', resetsAt: at(90) }), seen(4)]).map(([label]) => label)).toEqual(['5h', '7d', '7d opus', 'mystery'])
  })
})
