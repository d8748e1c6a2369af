import { describe, expect, it } from 'vitest'
import { pricingRules } from '../../../src/core/doctor/money-rules.ts'
import { parseUsd } from '../../../src/core/money.ts'
import { disagreements } from '../../../src/core/pricing/client-check.ts'
import { machine, UNKNOWN, wrongIn } from '../../support/healthy-machine.ts'

describe('pricingRules', () => {
  it('is fine when every model has a price both agree on', () => {
    expect(wrongIn(pricingRules(machine()))).toEqual([])
    expect(wrongIn(pricingRules(machine({ pricing: UNKNOWN })))).toEqual(['pricing info'])
  })

  it('names the models without a price, and how many responses that is', () => {
    const unpriced = [{ model: 'claude-next-1', responses: 1_200 }, { model: 'local', responses: 1 }]
    expect(pricingRules(machine({ pricing: { unpriced } }))).toMatchObject([
      { id: 'pricing.unpriced', level: 'warn', title: '2 models have no price', detail: expect.stringContaining('claude-next-1 (1,200 responses), local (1 response). The cost of 1,201 responses is unknown') }, { level: 'ok' },
    ])
  })

  it.each([
    ['100.00', '100.00', false], ['101.00', '100.00', false], ['101.01', '100.00', true], ['98.99', '100.00', true], ['99.00', '100.00', false], ['0.000001', '0.000002', false],
  ])('with ours %s and the client\'s %s names the model: %s', (ours, client, named) => {
    const found = disagreements([{ model: 'm', ours: parseUsd(ours), client: parseUsd(client) }])
    expect(wrongIn(pricingRules(machine({ pricing: { disagreements: found } })))).toEqual(named ? ['pricing.disagreement warn'] : [])
  })

  it.each([[25, '+2.5 %'], [-13, '-1.3 %'], [1_000, '+100.0 %'], [0, '0.0 %']])('says %i per mille as %s', (perMille, text) => {
    const wrong = { model: 'm', ours: parseUsd('2'), client: parseUsd('1'), perMille }
    expect(pricingRules(machine({ pricing: { disagreements: [wrong] } }))[1]?.detail).toBe(`m: ours $2.00, the client's $1.00 (${text}).`)
  })
})
