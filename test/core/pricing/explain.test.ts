import { describe, expect, test } from 'vitest'
import { bundledRateCard } from '../../../src/core/pricing/bundled-card.ts'
import { diagnose, explainModel } from '../../../src/core/pricing/explain.ts'
import type { SeenModel } from '../../../src/core/pricing/explain.ts'
import { cardOf, day } from './cards.ts'

const NOV = day('2026-11-15T00:00:00Z')

describe('explainModel', () => {
  test('shows every row in decimal text, with the one in force marked, and its source', () => {
    const shown = explainModel(bundledRateCard(), 'claude-sonnet-5-5', NOV)
    expect(shown).toMatchObject({
      known: true, id: 'claude-sonnet-5-5', vendor: 'anthropic', how: 'exact', regional: false,
      rows: [
        { to: '2026-10-07T00:00:00.000Z', inForce: false, prices: { input: '2.00', output: '10.00', cacheRead: '0.20', cacheWrite5m: '2.50', cacheWrite1h: '4.00' }, assumed: [], webSearch: '10.00' },
        { from: '2026-10-07T00:00:00.000Z', inForce: true, prices: { cacheRead: '0.10' }, source: expect.stringContaining('0.05x') },
      ],
    })
    if (shown.known) expect(shown.modifiers.map(({ kind, times }) => [kind, times])).toEqual([['batch', '1/2'], ['priority', '1'], ['geo:us', '11/10'], ['regional', '11/10']])
  })

  test('shows the long-prompt rates beside their threshold', () => {
    expect(explainModel(bundledRateCard(), 'claude-haiku-5-5', NOV)).toMatchObject({ rows: [{ prices: { input: '0.10', cacheWrite5m: '0.125' }, longPrompts: [{ above: 100_000, prices: { input: '0.50', output: '2.50' } }] }] })
  })

  test('says which columns are a rule of ours and which nobody knows', () => {
    const rows = [[null, null, 0, [1_000_000, 2_000_000, null, null, null], null]] as const
    const card = cardOf({ models: [['a', 'anthropic', [], rows], ['o', 'openai', [], rows]] })
    expect(explainModel(card, 'o', NOV)).toMatchObject({ rows: [{ assumed: ['cacheRead', 'cacheWrite5m', 'cacheWrite1h'], prices: { cacheRead: '1.00', cacheWrite1h: '1.00' } }] })
    const anthropic = explainModel(card, 'a', NOV)
    expect(anthropic).toMatchObject({ rows: [{ assumed: [], prices: { input: '1.00', output: '2.00' } }] })
    if (anthropic.known) expect(anthropic.rows[0]?.prices).not.toHaveProperty('cacheRead')
  })

  test('shows peak hours and marks them in force only then', () => {
    const at = (text: string): readonly boolean[] => {
      const shown = explainModel(bundledRateCard(), 'deepseek-v4-pro', day(text))
      return shown.known ? shown.rows.map(row => row.inForce) : []
    }
    expect(explainModel(bundledRateCard(), 'deepseek-v4-pro', NOV)).toMatchObject({ rows: [{}, {}, {}, {}, { hours: '01:00-04:00 UTC, Monday to Friday' }, { hours: '06:00-10:00 UTC, Monday to Friday' }] })
    expect(at('2026-11-16T01:30:00Z')).toEqual([false, false, false, false, true, false])
    expect(at('2026-11-15T01:30:00Z')).toEqual([false, true, false, false, false, false])
  })

  test('is plain data that JSON carries unchanged, for known and unknown names alike', () => {
    for (const name of ['claude-opus-4-6', 'nobody', '__proto__']) {
      const shown = explainModel(bundledRateCard(), name, NOV)
      expect(JSON.parse(JSON.stringify(shown))).toEqual(shown)
    }
    expect(explainModel(bundledRateCard(), 'nobody', NOV)).toEqual({ known: false, model: 'nobody', card: bundledRateCard().version })
  })
})

describe('diagnose', () => {
  const card = cardOf({ models: [['m', 'x', [], [['2026-01-01', '2026-06-01', 0, [1, 1, null, null, null], null]]]] })
  const seen = (model: string, changes: Partial<SeenModel> = {}): SeenModel => ({ model, responses: 10, unpriced: 2, firstAt: day('2026-02-01'), lastAt: day('2026-03-01'), ...changes })

  test('finds nothing where every response has a cost', () => {
    expect(diagnose(card, [seen('m', { unpriced: 0 }), seen('whatever', { unpriced: 0 })])).toEqual([])
  })

  test('tells an unknown model, a date without a rate and a model learned since apart, most responses first', () => {
    const found = diagnose(card, [seen('m'), seen('m-late', { unpriced: 5 }), seen('m', { unpriced: 9, lastAt: day('2026-06-01') })])
    expect(found.map(({ finding, responses }) => [finding, responses])).toEqual([['no_rate_at_that_time', 9], ['unknown_model', 5], ['priced_now', 2]])
  })

  test('says in each text what to type next', () => {
    for (const { text } of diagnose(card, [seen('m'), seen('m-late'), seen('m', { lastAt: day('2026-06-01') })])) expect(text).toMatch(/purser pricing (?:reprice|show m)/)
  })
})
