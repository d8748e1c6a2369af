import { describe, expect, it } from 'vitest'
import { bundledRateCard } from '../../../src/core/pricing/bundled-card.ts'
import { resolveModel } from '../../../src/core/pricing/resolve-model.ts'

describe('the rate card that is built in', () => {
  it('is whole, dated, and the same one for everybody who asks', () => {
    const card = bundledRateCard()
    expect(card.version).toMatch(/^\d{4}/)
    expect(card.models.size).toBeGreaterThan(50)
    expect(bundledRateCard()).toBe(card)
  })
  it('knows the models of today by their full names', () => {
    expect(['claude-opus-4-5-20251101', 'claude-haiku-4-5'].map(model => resolveModel(bundledRateCard(), model)?.id)).toEqual(['claude-opus-4-5', 'claude-haiku-4-5'])
  })
})
