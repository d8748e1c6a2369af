import { describe, expect, it } from 'vitest'
import { claudeModelLimits } from '../../../src/core/budgets/model-limits.ts'
import { dearest, dearestRequest, requestCost, type BoundCard } from '../../../src/core/budgets/request-cost.ts'
import { parseUsd } from '../../../src/core/money.ts'
import { bundledRateCard } from '../../../src/core/pricing/bundled-card.ts'
import { price } from '../../../src/core/pricing/price.ts'
import { resolveModel } from '../../../src/core/pricing/resolve-model.ts'
import { instant } from '../../../src/core/time.ts'
import { STANDARD_BILLING } from '../../../src/core/usage/usage-event.ts'

const NOW = instant(Date.parse('2026-11-21T12:00:00Z'))
const CARD: BoundCard = { limits: claudeModelLimits(model => resolveModel(bundledRateCard(), model)?.id ?? null), price: response => price(bundledRateCard(), response) }

describe('the largest request of a model', () => {
  it('fills its context in the dearest column and gives its longest answer', () => {
    // 1,000,000 tokens written to the 1-hour cache at $8 and 128,000 out at $20 a million.
    expect(requestCost('claude-opus-5-5', STANDARD_BILLING, NOW, CARD)).toBe(parseUsd('10.56'))
    expect(requestCost('claude-opus-5-5', { ...STANDARD_BILLING, speed: 'fast' }, NOW, CARD)).toBe(parseUsd('21.12'))
  })

  it('is not known of a model without limits or without a price', () => {
    expect(requestCost('gpt-nobody', STANDARD_BILLING, NOW, CARD)).toBeNull()
    expect(requestCost('claude-opus-5-5', STANDARD_BILLING, NOW, { ...CARD, price: () => ({ price: 'unknown', why: 'unknown_model' }) })).toBeNull()
  })

  it('of one that nobody has named is the dearest of all', () => {
    const found = dearestRequest(STANDARD_BILLING, NOW, CARD)
    for (const model of CARD.limits.models) expect((requestCost(model, STANDARD_BILLING, NOW, CARD) ?? 0n) <= (found?.cost ?? 0n), model).toBe(true)
    expect(dearest([{ model: 'a', cost: null }])).toBeNull()
  })
})
