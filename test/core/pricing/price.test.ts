import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bundledRateCard } from '../../../src/core/pricing/bundled-card.ts'
import { price } from '../../../src/core/pricing/price.ts'
import type { CardData, RateCard } from '../../../src/core/pricing/rate-card.ts'
import { NO_TOKENS, promptTokens } from '../../../src/core/usage/tokens.ts'
import type { TokenCounts } from '../../../src/core/usage/tokens.ts'
import type { Billing } from '../../../src/core/usage/usage-event.ts'
import { billed, cardOf, day } from './cards.ts'

const NOON = day('2026-06-01T12:00:00Z')
const MILLION: TokenCounts = { input: 1_000_000, output: 1_000_000, cacheRead: 1_000_000, cacheWrite5m: 1_000_000, cacheWrite1h: 1_000_000 }
const costOf = (card: RateCard, model: string, { tokens = NO_TOKENS, billing = billed(), at = NOON, ofSum = false }: { tokens?: TokenCounts; billing?: Billing; at?: typeof NOON; ofSum?: boolean }): bigint | string => {
  const result = price(card, { model, at, tokens, billing, ofSum })
  return result.price === 'known' ? result.cost : result.why
}
const UNKNOWN = 'unknown_model'
const NO_RATE = 'no_rate_at_that_time'

describe('price', () => {
  test('charges each column at its own rate and names the card it used', () => {
    const card = cardOf({ models: [['m', 'anthropic', [], [[null, null, 0, [3_000_000, 15_000_000, 300_000, 3_750_000, 6_000_000], null]]]] })
    expect(price(card, { model: 'm', at: NOON, tokens: { input: 1, output: 10, cacheRead: 100, cacheWrite5m: 1_000, cacheWrite1h: 10_000 }, billing: billed() }))
      .toEqual({ price: 'known', cost: 3_000n + 150_000n + 30_000n + 3_750_000n + 60_000_000n, card: '2026.01-testcard' })
  })

  test('rounds half-up once for the whole response, never per column', () => {
    const card = cardOf({ models: [['m', 'anthropic', [], [[null, null, 0, [500, 500, 499, 1, 1], null]]]] })
    expect(costOf(card, 'm', { tokens: { ...NO_TOKENS, input: 1 } })).toBe(1n) // half a nano-USD goes up
    expect(costOf(card, 'm', { tokens: { ...NO_TOKENS, input: 1, output: 1 } })).toBe(1n) // two halves are one, not two
    expect(costOf(card, 'm', { tokens: { ...NO_TOKENS, cacheRead: 1 } })).toBe(0n)
    expect(costOf(card, 'm', { tokens: { ...NO_TOKENS, cacheRead: 1, cacheWrite5m: 1 } })).toBe(1n)
  })

  test('begins a rate at its instant and ends it before the next one', () => {
    const card = cardOf({ models: [['m', 'x', [], [[null, '2026-03-13', 0, [1_000, 1_000, null, null, null], null], ['2026-03-13', '2026-04-01T08:00:00Z', 0, [2_000, 2_000, null, null, null], null]]]] })
    const at = (text: string): bigint | string => costOf(card, 'm', { tokens: { ...NO_TOKENS, input: 1 }, at: day(text) })
    expect(at('2026-03-12T23:59:59.999Z')).toBe(1n)
    expect(at('2026-03-13T00:00:00.000Z')).toBe(2n)
    expect(at('2026-04-01T07:59:59.999Z')).toBe(2n)
    expect(at('2026-04-01T08:00:00.000Z')).toBe(NO_RATE)
  })

  test('moves the whole request, output too, one token above the threshold and not at it', () => {
    const rows: CardData['models'][number][3] = [[null, null, 0, [1_000, 1_000, 1_000, 1_000, 1_000], null, [[200_000, [2_000, 3_000, 2_000, 2_000, 2_000]], [500_000, [4_000, 4_000, 4_000, 4_000, 4_000]]]]]
    const card = cardOf({ models: [['m', 'anthropic', [], rows]] })
    const cost = (cacheRead: number, output = 0): bigint | string => costOf(card, 'm', { tokens: { input: 50_000, output, cacheRead, cacheWrite5m: 25_000, cacheWrite1h: 25_000 } })
    expect(cost(100_000, 10)).toBe(200_010n)
    expect(cost(100_001, 10)).toBe(400_032n)
    expect(cost(400_000)).toBe(1_000_000n)
    expect(cost(400_001)).toBe(2_000_004n)
    expect(cost(0, 900_000)).toBe(1_000_000n) // output alone is no long prompt
  })

  test('charges the plain rates for a sum of requests, however many tokens they come to', () => {
    const card = cardOf({ models: [['m', 'anthropic', [], [[null, null, 0, [1_000, 1_000, 1_000, 1_000, 1_000], null, [[200_000, [2_000, 3_000, 2_000, 2_000, 2_000]]]]]]] })
    expect(costOf(card, 'm', { tokens: { ...NO_TOKENS, input: 900_000 }, ofSum: true })).toBe(900_000n)
    expect(costOf(card, 'm', { tokens: { ...NO_TOKENS, input: 900_000 }, ofSum: false })).toBe(1_800_000n)
  })

  test('is exact past 2^53 pico-USD', () => {
    const card = cardOf({ models: [['m', 'x', [], [[null, null, 0, [600_000_001, 1, null, null, null], null]]]] })
    expect(costOf(card, 'm', { tokens: { ...NO_TOKENS, input: 999_999_999 } })).toBe((999_999_999n * 600_000_001n + 500n) / 1_000n)
  })

  test('refuses counts of a difference: they would price the wrong thing', () => {
    expect(() => costOf(bundledRateCard(), 'claude-opus-4-8', { tokens: { ...NO_TOKENS, input: 100, output: -1 } })).toThrow('whole response')
  })
})

describe('ways of billing', () => {
  const card = bundledRateCard()
  const cost = (model: string, changes: Partial<Billing>): bigint | string => costOf(card, model, { tokens: { ...NO_TOKENS, input: 1_000_000 }, billing: billed(changes) })

  test('multiplies fast tokens by six or two, and never the search fee', () => {
    expect(cost('claude-opus-4-6', { speed: 'fast' })).toBe(30_000_000_000n)
    expect(cost('claude-opus-5-5', { speed: 'fast' })).toBe(8_000_000_000n)
    expect(cost('claude-fable-5-2', { speed: 'fast' })).toBe(16_000_000_000n)
    expect(cost('claude-opus-4-8', { speed: 'fast', webSearches: 3 })).toBe(10_000_000_000n + 30_000_000n)
  })

  test('applies fast mode on top of the long-prompt tier', () => {
    // Published for opus 4.6 before 2026-03-13: 60 in, 225 out above 200k.
    const before = { at: day('2026-02-20T00:00:00Z'), billing: billed({ speed: 'fast' }) }
    expect(costOf(card, 'claude-opus-4-6', { ...before, tokens: { ...NO_TOKENS, input: 1_000_000, output: 1_000_000 } })).toBe(285_000_000_000n)
    expect(costOf(card, 'claude-opus-4-6', { ...before, tokens: { ...NO_TOKENS, output: 1_000_000 } })).toBe(150_000_000_000n)
  })

  test('halves batch tokens and leaves priority of Anthropic at list price', () => {
    expect(cost('claude-sonnet-4-6', { tier: 'batch' })).toBe(1_500_000_000n)
    expect(cost('claude-sonnet-4-6', { tier: 'batch', webSearches: 1 })).toBe(1_510_000_000n)
    expect(cost('claude-sonnet-4-6', { tier: 'priority' })).toBe(3_000_000_000n)
    expect(cost('gpt-5.5', { tier: 'priority' })).toBe(25_000_000_000n) // a million tokens is the long tier: 10 x 2.5
  })

  test('adds ten percent for US inference from the 4.6 generation on, and nothing where the card says nothing', () => {
    expect(cost('claude-opus-4-6', { geo: 'us' })).toBe(5_500_000_000n)
    expect(cost('claude-sonnet-4-5', { geo: 'us' })).toBe(3_000_000_000n)
    expect(cost('claude-opus-4-6', { geo: 'eu' })).toBe(5_000_000_000n)
    expect(cost('claude-opus-4-6', { geo: 'not_available' })).toBe(5_000_000_000n)
  })

  test('charges a regional Bedrock endpoint once, not again for its geography', () => {
    expect(cost('us.anthropic.claude-opus-4-6-v1:0', {})).toBe(5_500_000_000n)
    expect(cost('us.anthropic.claude-opus-4-6-v1:0', { geo: 'us' })).toBe(5_500_000_000n)
    expect(cost('global.anthropic.claude-opus-4-6-v1:0', {})).toBe(5_000_000_000n)
    expect(cost('us.anthropic.claude-opus-4-1-20250805-v1:0', {})).toBe(15_000_000_000n)
  })

  test('multiplies exactly when modifiers meet', () => {
    expect(costOf(card, 'claude-opus-4-6', { tokens: { ...NO_TOKENS, input: 1 }, billing: billed({ speed: 'fast', geo: 'us' }) })).toBe(33_000n)
    expect(costOf(card, 'claude-haiku-5-5', { tokens: { ...NO_TOKENS, cacheRead: 1 }, billing: billed({ tier: 'batch', geo: 'us' }) })).toBe(6n) // 5.5 nano-USD
  })

  test('says no rate for a mode or a fee the card does not price', () => {
    expect(cost('claude-haiku-4-5', { speed: 'fast' })).toBe(NO_RATE)
    expect(cost('kimi-k3', { tier: 'batch' })).toBe(NO_RATE)
    expect(cost('kimi-k3', { webSearches: 1 })).toBe(NO_RATE)
  })
})

describe('columns the vendor does not list', () => {
  const rows: CardData['models'][number][3] = [[null, null, 0, [2_000_000, 8_000_000, null, null, null], null]]

  test('are input tokens for most vendors: no discount and no surcharge is assumed', () => {
    const card = cardOf({ models: [['m', 'openai', [], rows], ['w', 'openai', [], [[null, null, 0, [2_000_000, 8_000_000, null, 2_500_000, null], null]]]] })
    expect(costOf(card, 'm', { tokens: { ...MILLION, output: 0 } })).toBe(8_000_000_000n)
    expect(costOf(card, 'w', { tokens: { ...NO_TOKENS, cacheWrite1h: 1_000_000 } })).toBe(2_500_000_000n)
  })

  test('have no rate for Anthropic, whose discounts differ by model, yet cost nothing while unused', () => {
    const card = cardOf({ models: [['m', 'anthropic', [], rows]] })
    expect(costOf(card, 'm', { tokens: { ...NO_TOKENS, input: 1, cacheRead: 1 } })).toBe(NO_RATE)
    expect(costOf(card, 'm', { tokens: { ...NO_TOKENS, input: 1, output: 1 } })).toBe(10_000n)
  })
})

describe('unknown', () => {
  test('is a value for a model the card does not have, never zero', () => {
    for (const model of ['claude-opus-9', '', '<synthetic>', '__proto__', 'constructor', 'toString', 'claude-opus-4-6\u0000', 'x'.repeat(100_000)]) {
      expect([model.slice(0, 20), costOf(bundledRateCard(), model, { tokens: MILLION })]).toEqual([model.slice(0, 20), UNKNOWN])
    }
  })

  test('prices a model that really is called __proto__', () => {
    const card = cardOf({ models: [['__proto__', 'x', ['constructor'], [[null, null, 0, [1_000, 1_000, null, null, null], null]]]] })
    expect(costOf(card, '__proto__', { tokens: { ...NO_TOKENS, input: 7 } })).toBe(7n)
    expect(costOf(card, 'constructor', { tokens: { ...NO_TOKENS, input: 7 } })).toBe(7n)
    expect(costOf(card, 'toString', { tokens: MILLION })).toBe(UNKNOWN)
  })
})

describe('a fuller copy of the same response', () => {
  test('can cost more than its extra tokens: it is the whole prompt that crosses a tier', () => {
    const copy = (cacheRead: number): bigint | string => costOf(bundledRateCard(), 'claude-haiku-5-5', { tokens: { ...NO_TOKENS, cacheRead, output: 100 }, at: day('2026-11-01') })
    expect([copy(100_000), copy(100_001)]).toEqual([1_050_000n, 5_250_050n])
  })
})

describe('exactness against a naive rational price', () => {
  // Pico-USD per token as big as o1-pro's 600 USD per million; counts up to the plausible maximum.
  const rate = fc.integer({ min: 1, max: 700_000_000 })
  const count = fc.oneof(fc.integer({ min: 0, max: 300_000 }), fc.integer({ min: 0, max: 1_000_000_000 }))
  const rates = fc.tuple(rate, rate, rate, rate, rate)
  const tokens = fc.record({ input: count, output: count, cacheRead: count, cacheWrite5m: count, cacheWrite1h: count })
  const sample = fc.record({
    lower: rates, upper: rates, above: fc.integer({ min: 1, max: 400_000 }), onThreshold: fc.constantFrom(null, 0, 1), tokens, searches: fc.integer({ min: 0, max: 50 }),
    fast: fc.option(fc.integer({ min: 2, max: 12 }), { nil: null }), batch: fc.boolean(), us: fc.boolean(),
  })
  type Sample = typeof sample extends fc.Arbitrary<infer Value> ? Value : never
  const FEE = 10_000_000n

  /** Puts the prompt exactly on the threshold, or one above it, where asked. */
  const placed = (input: Sample): TokenCounts =>
    input.onThreshold === null ? input.tokens : { ...NO_TOKENS, output: input.tokens.output, cacheRead: Math.floor(input.above / 2), input: Math.ceil(input.above / 2) + input.onThreshold }

  function ours(input: Sample): bigint {
    const card = cardOf({
      models: [['m', 'anthropic', [], [[null, null, 0, input.lower, Number(FEE), [[input.above, input.upper]]]]]],
      modifiers: [['fast', input.fast ?? 1, 1, 0, null, null, 'anthropic'], ['batch', 1, 2, 0, null, null, ['m']], ['geo:us', 11, 10, 0, null, null, 'anthropic']],
    })
    const result = costOf(card, 'm', { tokens: placed(input), billing: billed({ speed: input.fast === null ? 'standard' : 'fast', tier: input.batch ? 'batch' : 'standard', geo: input.us ? 'us' : '', webSearches: input.searches }) })
    if (typeof result === 'string') throw new Error(result)
    return result
  }

  /** The definition, in fractions of a nano-USD; `wrong` breaks one rule of it. */
  function naive(input: Sample, wrong: 'none' | 'tier at the threshold' | 'marginal tier' | 'rounding per column' | 'fee multiplied' | 'doubles' = 'none'): bigint {
    const counts = placed(input)
    const columns = [counts.input, counts.output, counts.cacheRead, counts.cacheWrite5m, counts.cacheWrite1h]
    const prompt = promptTokens(counts)
    const long = wrong === 'tier at the threshold' ? prompt >= input.above : prompt > input.above
    const chosen = long ? input.upper : input.lower
    const numerator = BigInt(input.fast ?? 1) * (input.us ? 11n : 1n)
    const denominator = 1_000n * (input.us ? 10n : 1n) * (input.batch ? 2n : 1n)
    const halfUp = (value: bigint): bigint => (value * 2n + denominator) / (denominator * 2n)
    const fee = FEE * BigInt(input.searches)
    if (wrong === 'doubles') return BigInt(Math.round(columns.reduce((sum, tokens, index) => sum + tokens * (chosen[index] ?? 0), 0) * Number(numerator) / Number(denominator))) + fee
    if (wrong === 'rounding per column') return columns.reduce((sum, tokens, index) => sum + halfUp(BigInt(tokens) * BigInt(chosen[index] ?? 0) * numerator), 0n) + fee
    if (wrong === 'marginal tier' && long) {
      const inputPico = BigInt(input.above) * BigInt(input.lower[0]) + BigInt(prompt - input.above) * BigInt(input.upper[0])
      return halfUp(inputPico * numerator) + fee
    }
    const pico = columns.reduce((sum, tokens, index) => sum + BigInt(tokens) * BigInt(chosen[index] ?? 0), 0n)
    return wrong === 'fee multiplied' ? halfUp((pico + fee * 1_000n) * numerator) : halfUp(pico * numerator) + fee
  }

  test('agrees to the nano-USD on 2,000 random cards and responses', () => {
    fc.assert(fc.property(sample, input => { expect(ours(input)).toBe(naive(input)) }), { numRuns: 2_000 })
  })

  for (const wrong of ['tier at the threshold', 'marginal tier', 'rounding per column', 'fee multiplied', 'doubles'] as const) {
    test(`would catch a price with this defect: ${wrong}`, () => {
      expect(fc.check(fc.property(sample, input => ours(input) === naive(input, wrong)), { numRuns: 2_000, seed: 7 }).failed).toBe(true)
    })
  }
})
