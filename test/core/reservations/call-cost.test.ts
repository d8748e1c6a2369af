import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BoundCard } from '../../../src/core/budgets/request-cost.ts'
import { nanoUsd, parseUsd } from '../../../src/core/money.ts'
import { askingOf, callCost, p95, TURNS_MIN } from '../../../src/core/reservations/call-cost.ts'
import { instant } from '../../../src/core/time.ts'
import { STANDARD_BILLING, type Billing } from '../../../src/core/usage/usage-event.ts'
import { totalTokens } from '../../../src/core/usage/tokens.ts'

const NOW = instant(0)
const SIZES: Readonly<Record<string, number>> = { small: 100, big: 900 }
/** A nano-dollar a token, two in fast mode. */
const CARD: BoundCard = {
  limits: { of: model => (SIZES[model] === undefined ? null : { contextTokens: SIZES[model], outputTokens: 10 }), models: ['small', 'big'] },
  price: ({ tokens, billing }) => ({ price: 'known', cost: nanoUsd(BigInt(totalTokens(tokens)) * (billing.speed === 'fast' ? 2n : 1n)), card: 'c' }),
}
const used = (model: string, billing: Partial<Billing> = {}) => ({ model, billing: { ...STANDARD_BILLING, ...billing } })
const cost = (models: ReturnType<typeof used>[], named = '') => callCost({ used: models, named }, NOW, CARD)

describe('what a call may cost', () => {
  it('is the most of the model that is named and of every model that was used', () => {
    expect(cost([], 'small')).toEqual({ known: true, most: 110n, model: 'small', named: true })
    expect(cost([used('big'), used('small')], 'small')).toEqual({ known: true, most: 910n, model: 'big', named: true })
  })

  it('is in the mode that was used, for any of the models', () => {
    expect(cost([used('small', { speed: 'fast' })])).toMatchObject({ most: 220n })
    expect(cost([used('small', { speed: 'fast' })], 'big')).toMatchObject({ most: 1_820n })
  })

  it('is that of the dearest model there is while none is named, and says so', () => {
    expect(cost([])).toEqual({ known: true, most: 910n, model: 'big', named: false })
  })

  it('is not known with a model that nobody can price, whatever else is known', () => {
    expect(cost([used('small'), used('odd')])).toEqual({ known: false, model: 'odd' })
    expect(cost([], 'odd')).toEqual({ known: false, model: 'odd' })
    expect(callCost({ used: [], named: '' }, NOW, { ...CARD, limits: { of: () => null, models: [] } })).toEqual({ known: false, model: '' })
  })
})

describe('95 of 100', () => {
  it('cost no more than this, and fewer than 95 cost less', () => {
    fc.assert(fc.property(fc.array(fc.bigInt(0n, 10n ** 9n), { minLength: TURNS_MIN, maxLength: 300 }), costs => {
      const found = p95(costs) as bigint
      expect(costs.filter(each => each <= found).length).toBeGreaterThanOrEqual(costs.length * 0.95)
      expect(costs.filter(each => each < found).length).toBeLessThan(costs.length * 0.95)
    }))
  })

  it('are not to be had of four', () => {
    expect(p95([1n, 2n, 3n, 4n])).toBeNull()
    expect(p95([1n, 2n, 3n, 4n, 5n])).toBe(5n)
  })
})

describe('what a budget holds', () => {
  const strict = { estimate: '', unpriced: 'deny' } as const, loose = { estimate: '', unpriced: 'warn' } as const, usual = { estimate: 'p95', unpriced: 'deny' } as const
  const known = cost([], 'small'), dearest = cost([]), unknown = cost([], 'odd')

  it('is the maximum, and never less', () => {
    for (const budget of [strict, loose]) expect(askingOf(budget, known, nanoUsd(3n))).toEqual({ amount: 110n, orRest: false, by: 'maximum' })
  })

  it('is what is usual where it says so, at most the maximum, and what is left before anything is usual', () => {
    expect(askingOf(usual, known, nanoUsd(3n))).toEqual({ amount: 3n, orRest: false, by: 'p95' })
    expect(askingOf(usual, known, parseUsd('1'))).toMatchObject({ amount: 110n })
    expect(askingOf(usual, known, null)).toEqual({ amount: 110n, orRest: true, by: 'maximum' })
  })

  it('is what is left at least for a model that is not named, only where unpriced lets that pass', () => {
    expect(askingOf(strict, dearest, null)).toEqual({ amount: 910n, orRest: false, by: 'dearest' })
    expect(askingOf(loose, dearest, null)).toEqual({ amount: 910n, orRest: true, by: 'dearest' })
  })

  it('is nothing, or a refusal, for a model that nobody can price', () => {
    expect([askingOf(loose, unknown, null), askingOf(strict, unknown, null), askingOf(usual, unknown, nanoUsd(3n))]).toEqual([null, 'unpriced', 'unpriced'])
  })
})
