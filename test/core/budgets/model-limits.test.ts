import { describe, expect, it } from 'vitest'
import { claudeModelLimits, MODEL_LIMIT_ROWS, MODEL_LIMIT_SOURCES } from '../../../src/core/budgets/model-limits.ts'
import { bundledRateCard } from '../../../src/core/pricing/bundled-card.ts'
import { resolveModel } from '../../../src/core/pricing/resolve-model.ts'

const limits = claudeModelLimits(model => resolveModel(bundledRateCard(), model)?.id ?? null)

describe('claudeModelLimits', () => {
  it('knows every Claude model that has a price, but for the ones before Claude Code', () => {
    const priced = [...bundledRateCard().models.values()].filter(({ vendor }) => vendor === 'anthropic').map(({ id }) => id)
    expect(priced.length).toBeGreaterThan(25)
    expect(priced.filter(id => limits.of(id) === null).toSorted()).toEqual(['claude-2', 'claude-v1'])
  })

  it('has a price for every model it knows, so that no row is a typing slip', () => {
    expect(limits.models.filter(model => resolveModel(bundledRateCard(), model)?.id !== model)).toEqual([])
    expect(new Set(limits.models).size).toBe(limits.models.length)
  })

  it.each([
    ['claude-opus-5-5', 1_000_000, 128_000],
    ['claude-haiku-4-5-20251001', 200_000, 64_000],
    ['claude-sonnet-4-5-20250929', 200_000, 64_000],
    ['anthropic.claude-opus-4-1-20250805-v1:0', 200_000, 32_000],
  ])('takes %s by its logged name', (model, contextTokens, outputTokens) => {
    expect(limits.of(model)).toEqual({ contextTokens, outputTokens })
  })

  it('does not guess at a model it has not heard of', () => {
    expect(limits.of('claude-opus-9')).toBeNull()
    expect(limits.of('')).toBeNull()
  })

  it('names a source for every row', () => {
    for (const [models, , , sources] of MODEL_LIMIT_ROWS) expect(sources.every(source => MODEL_LIMIT_SOURCES[source].length > 20), models.join()).toBe(true)
    expect(MODEL_LIMIT_ROWS.every(([, , , sources]) => sources.length > 0)).toBe(true)
  })
})
