import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { forecast } from '../../../src/core/accounts/forecast.ts'
import type { QuotaReading } from '../../../src/core/accounts/quota-store.ts'
import { observe, type QuotaWindow } from '../../../src/core/accounts/quota.ts'
import { HOUR_MS, instant, MINUTE_MS } from '../../../src/core/time.ts'

const NOON = instant(Date.UTC(2026, 10, 21, 12))
const RESET = instant(NOON + 3 * HOUR_MS)
const window = (used: number | null, change: Partial<QuotaWindow> = {}): QuotaWindow =>
  observe(null, { agent: 'claude-code', account: '~/.claude', window: 'five_hour', minutes: 300, usedBasisPoints: used, exhausted: false, resetsAt: RESET, observedAt: NOON, evidence: 'statusline', ...change }) as QuotaWindow
const said = (used: number, minutesAgo: number, resetsAt = RESET): QuotaReading => ({ usedBasisPoints: used, exhausted: false, resetsAt, observedAt: instant(NOON - minutesAgo * MINUTE_MS), evidence: 'statusline' })

describe('a forecast', () => {
  it('says when nothing is left at the rate of the last hours', () => {
    expect(forecast(window(6_000), [said(2_000, 60), said(6_000, 0)], NOON)).toEqual({ perHour: 4_000, runsOutAt: NOON + HOUR_MS, overMs: HOUR_MS })
  })
  it('says nothing runs out where the reset comes first, or where nothing is used', () => {
    expect(forecast(window(2_100), [said(2_000, 60), said(2_100, 0)], NOON)).toMatchObject({ perHour: 100, runsOutAt: null })
    expect(forecast(window(2_000), [said(2_000, 60)], NOON)).toMatchObject({ perHour: 0, runsOutAt: null })
  })
  it('counts the quiet time since the last word', () => {
    expect(forecast(window(4_000), [said(2_000, 100), said(4_000, 90)], NOON)).toMatchObject({ perHour: 1_200 })
  })
  it('is made of this window alone, and of the last two hours', () => {
    expect(forecast(window(6_000), [said(9_000, 90, instant(NOON - 60 * MINUTE_MS)), said(2_000, 60)], NOON)).toMatchObject({ perHour: 4_000 })
    expect(forecast(window(6_000), [said(0, 121), said(2_000, 60)], NOON)).toMatchObject({ perHour: 4_000 })
  })
  it('is none of too little: one moment, a spent window, an unknown share, a window that is over', () => {
    expect(forecast(window(6_000), [said(2_000, 9), said(6_000, 0)], NOON)).toBeNull()
    expect(forecast(window(6_000), [], NOON)).toBeNull()
    expect(forecast(window(10_000), [said(2_000, 60)], NOON)).toBeNull()
    expect(forecast(window(null, { exhausted: false }), [said(2_000, 60)], NOON)).toBeNull()
    expect(forecast(window(6_000), [said(2_000, 60)], RESET)).toBeNull()
  })
  it('never lies in the past, nor behind the reset', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 9_999 }), fc.integer({ min: 0, max: 9_999 }), fc.integer({ min: 0, max: 119 }), (used, before, ago) => {
      const at = forecast(window(used), [said(before, ago)], NOON)?.runsOutAt ?? null
      expect(at === null || (at > NOON && at < RESET)).toBe(true)
    }))
  })
})
