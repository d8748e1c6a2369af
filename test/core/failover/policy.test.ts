import { describe, expect, it } from 'vitest'
import { effectiveMode, FAILOVER_DEFAULTS } from '../../../src/core/failover/policy.ts'
import { DAY_MS } from '../../../src/core/time.ts'
import { after, NOON } from '../../support/failover-samples.ts'

describe('the mode of failover', () => {
  it('is off until somebody says otherwise', () => {
    expect(effectiveMode(FAILOVER_DEFAULTS, NOON)).toBe('off')
  })
  it('is auto only with the day on which that was agreed to', () => {
    expect(effectiveMode({ mode: 'auto', consent: '' }, NOON)).toBe('ask')
    expect(effectiveMode({ mode: 'auto', consent: '2026-11-21' }, NOON)).toBe('auto')
    expect(effectiveMode({ mode: 'auto', consent: '2020-01-01' }, NOON)).toBe('auto')
  })
  it('is not auto before that day has begun anywhere', () => {
    expect(effectiveMode({ mode: 'auto', consent: '2026-11-23' }, NOON)).toBe('ask')
    expect(effectiveMode({ mode: 'auto', consent: '2026-11-22' }, after(-DAY_MS))).toBe('ask')
  })
  it('is what was written otherwise, agreed or not', () => {
    for (const mode of ['off', 'notify', 'ask'] as const) expect(effectiveMode({ mode, consent: '2026-11-21' }, NOON)).toBe(mode)
  })
})
