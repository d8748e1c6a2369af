import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseUsd } from '../../../src/core/money.ts'
import { bundledRateCard } from '../../../src/core/pricing/bundled-card.ts'
import { price } from '../../../src/core/pricing/price.ts'
import { instant } from '../../../src/core/time.ts'
import { NO_TOKENS } from '../../../src/core/usage/tokens.ts'
import type { TokenCounts } from '../../../src/core/usage/tokens.ts'
import { STANDARD_BILLING } from '../../../src/core/usage/usage-event.ts'

interface ListPrices { readonly at: string; readonly rows: readonly ({ readonly model: string; readonly input400k: string } & Record<keyof TokenCounts, string>)[] }
interface CostStates {
  readonly sessions: readonly {
    readonly name: string; readonly at: string
    readonly meter: readonly ({ readonly model: string; readonly webSearches: number; readonly costUsd: string } & TokenCounts)[]
    readonly responses: readonly ({ readonly model: string } & TokenCounts)[]
  }[]
}
const fixture = <Shape>(name: string): Shape => JSON.parse(readFileSync(new URL(`../../fixtures/pricing/${name}`, import.meta.url), 'utf8')) as Shape

const card = bundledRateCard()
const listPrices = fixture<ListPrices>('client-list-prices.json')
const costStates = fixture<CostStates>('client-cost-states.json')
const COLUMNS = ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const

function costOf(model: string, at: string, tokens: TokenCounts): bigint {
  const result = price(card, { model, at: instant(Date.parse(at)), tokens, billing: STANDARD_BILLING })
  if (result.price === 'unknown') throw new Error(`${model} is unpriced: ${result.why}`)
  return result.cost
}

describe('the genuine client as witness', () => {
  for (const row of listPrices.rows) {
    test(`prices each column of ${row.model} as the client does`, () => {
      for (const column of COLUMNS) {
        const tokens = { ...NO_TOKENS, [column]: 100_000 }
        expect([column, costOf(row.model, listPrices.at, tokens)]).toEqual([column, parseUsd(row[column]) / 10n])
      }
      expect(costOf(row.model, listPrices.at, { ...NO_TOKENS, input: 400_000 })).toBe(parseUsd(row.input400k) * 4n / 10n)
    })
  }

  test('moves a whole haiku 5.5 request up at 100,001 prompt tokens, cached ones included, and not at 100,000', () => {
    const at = (cacheRead: number): bigint => costOf('claude-haiku-5-5', listPrices.at, { input: 40_000, output: 1_000, cacheRead, cacheWrite5m: 10_000, cacheWrite1h: 10_000 })
    expect(at(40_000)).toBe(4_000_000n + 500_000n + 400_000n + 1_250_000n + 2_000_000n)
    expect(at(40_001)).toBe(20_000_000n + 2_500_000n + 2_000_050n + 6_250_000n + 10_000_000n)
  })

  for (const session of costStates.sessions) {
    test(`matches the meter of a captured session to the nano-USD: ${session.name}`, () => {
      for (const meter of session.meter) {
        expect(meter.webSearches).toBe(0)
        expect([meter.model, costOf(meter.model, session.at, meter)]).toEqual([meter.model, parseUsd(meter.costUsd)])
      }
    })
  }

  test('adds up to the meter from the single responses of the log as well', () => {
    const complete = costStates.sessions.filter(session => session.responses.length > 0)
    expect(complete.length).toBeGreaterThanOrEqual(4)
    for (const session of complete) {
      const ours = session.responses.reduce((sum, response) => sum + costOf(response.model, session.at, response), 0n)
      expect([session.name, ours]).toEqual([session.name, session.meter.reduce((sum, meter) => sum + parseUsd(meter.costUsd), 0n)])
    }
  })

  test('leaves a model unpriced for which the client borrows another price', () => {
    // The client charged claude-unknown-9 at Opus rates; a borrowed price is not a price.
    expect(price(card, { model: 'claude-unknown-9', at: instant(Date.parse(listPrices.at)), tokens: NO_TOKENS, billing: STANDARD_BILLING })).toEqual({ price: 'unknown', why: 'unknown_model' })
  })
})
