import { describe, expect, it } from 'vitest'
import { quotasOf } from '../../../src/agents/codex/quota.ts'
import { instant } from '../../../src/core/time.ts'

const at = instant(Date.UTC(2026, 10, 21, 3, 3, 6))
const quotas = (limits: Record<string, unknown>) => quotasOf(limits, 's1', at)
const windowed = (used: unknown, over: Record<string, unknown> = {}): Record<string, unknown> => ({ used_percent: used, window_minutes: 300, resets_at: 1_795_233_185, ...over })

describe('the windows in a token count', () => {
  it('say how much is used, of how long a window, until when', () => {
    expect(quotas({ limit_id: 'codex', primary: windowed(87.5), secondary: windowed(41, { window_minutes: 10_080 }) })).toEqual([
      { session: 's1', at, window: 'primary', minutes: 300, usedPercent: 87.5, exhausted: false, resetsAt: 1_795_233_185_000 },
      { session: 's1', at, window: 'secondary', minutes: 10_080, usedPercent: 41, exhausted: false, resetsAt: 1_795_233_185_000 },
    ])
  })

  it('are used up at a hundred percent, and when a reached limit is named', () => {
    expect(quotas({ primary: windowed(100) })).toMatchObject([{ window: 'primary', exhausted: true }])
    expect(quotas({ primary: windowed(99), rate_limit_reached_type: 'primary' })).toMatchObject([{ exhausted: false }, { window: '', exhausted: true }])
    expect(quotas({ limit_id: 'premium', primary: null, secondary: null })).toMatchObject([{ window: 'premium', exhausted: true, usedPercent: null }])
  })

  it('say nothing when they are null: what was last said stands', () => {
    expect(quotas({ limit_id: 'codex', primary: null, secondary: null })).toEqual([])
    expect(quotas({})).toEqual([])
  })

  it('reset so many seconds later in older versions', () => {
    expect(quotas({ primary: { used_percent: 5, window_minutes: 300, resets_in_seconds: 60 } })).toMatchObject([{ resetsAt: at + 60_000 }])
  })

  it('are left out when their percentage is damaged, and keep what is sound of the rest', () => {
    for (const used of [-1, Number.NaN, '50', null, 1e9]) expect(quotas({ primary: windowed(used) }), String(used)).toEqual([])
    expect(quotas({ primary: windowed(50, { window_minutes: -3, resets_at: 'soon', resets_in_seconds: -1 }) })).toMatchObject([{ minutes: null, resetsAt: null }])
  })
})
