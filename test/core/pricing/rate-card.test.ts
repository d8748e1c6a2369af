import { describe, expect, test } from 'vitest'
import { bundledRateCard } from '../../../src/core/pricing/bundled-card.ts'
import { RATE_CARD_DATA } from '../../../src/core/pricing/rate-card-data.ts'
import { chargesFor, rowAt } from '../../../src/core/pricing/rate-card.ts'
import type { CardData, RateRow } from '../../../src/core/pricing/rate-card.ts'
import { DAY_MS, HOUR_MS, instant } from '../../../src/core/time.ts'
import { cardOf, day } from './cards.ts'

type Rows = CardData['models'][number][3]
const flat = (pico: number): readonly [number, number, null, null, null] => [pico, pico, null, null, null]
const rowsOf = (rows: Rows): readonly RateRow[] => cardOf({ models: [['m', 'x', [], rows]] }).models.get('m')?.rows ?? []
const inputAt = (rows: readonly RateRow[], at: string): number | null => rowAt(rows, day(at))?.charges.input ?? null

describe('rowAt', () => {
  test('takes the half-open interval that contains the instant', () => {
    const rows = rowsOf([['2026-01-01', '2026-02-01', 0, flat(1), null], ['2026-02-01', null, 0, flat(2), null]])
    expect(inputAt(rows, '2025-12-31T23:59:59.999Z')).toBe(null)
    expect(inputAt(rows, '2026-01-01T00:00:00.000Z')).toBe(1)
    expect(inputAt(rows, '2026-01-31T23:59:59.999Z')).toBe(1)
    expect(inputAt(rows, '2026-02-01T00:00:00.000Z')).toBe(2)
  })

  test('lets peak hours interrupt the row before them, on working days only where it says so', () => {
    const rows = rowsOf([[null, null, 0, flat(1), null], [null, '2026-08-23', 0, flat(2), null, [], [60, 240, false]], ['2026-08-23', null, 0, flat(3), null, [], [60, 240, true]]])
    expect(inputAt(rows, '2026-08-22T00:59:59.999Z')).toBe(1)
    expect(inputAt(rows, '2026-08-22T01:00:00.000Z')).toBe(2) // a Saturday before the weekend rule
    expect(inputAt(rows, '2026-08-22T03:59:59.999Z')).toBe(2)
    expect(inputAt(rows, '2026-08-22T04:00:00.000Z')).toBe(1)
    expect(inputAt(rows, '2026-08-23T02:00:00.000Z')).toBe(1) // a Sunday after it
    expect(inputAt(rows, '2026-08-24T02:00:00.000Z')).toBe(3)
    expect(inputAt(rows, '2026-08-28T02:00:00.000Z')).toBe(3)
    expect(inputAt(rows, '2026-08-29T02:00:00.000Z')).toBe(1)
  })
})

describe('chargesFor', () => {
  test('takes the highest tier whose threshold the prompt passes', () => {
    const [row] = rowsOf([[null, null, 0, flat(1), null, [[10, flat(2)], [20, flat(3)]]]])
    if (!row) throw new Error('the card has one row')
    expect([10, 11, 20, 21].map(prompt => chargesFor(row, prompt).input)).toEqual([1, 2, 2, 3])
  })
})

describe('the bundled card', () => {
  const card = bundledRateCard()

  test('is stamped with its month and a digest, and built once', () => {
    expect(card.version).toMatch(/^20\d\d\.[01]\d-[0-9a-f]{8}$/)
    expect(card.asOf.slice(0, 7).replace('-', '.')).toBe(card.version.slice(0, 7))
    expect(bundledRateCard()).toBe(card)
  })

  test('credits the data set it was made from', () => {
    expect(card.notice).toContain('Copyright (c) Pydantic Services Inc.')
  })

  test('has a source for every row and every modifier', () => {
    for (const model of card.models.values()) {
      for (const { source } of [...model.rows, ...model.modifiers]) expect([model.id, source.length > 10]).toEqual([model.id, true])
    }
  })

  test('has no gap, no overlap and no free token in any model', () => {
    const from = day('2024-01-01')
    for (const model of card.models.values()) {
      // Every row boundary and every hour of two weeks: a gap would make old entries unpriced for no reason.
      const instants = model.rows.flatMap(row => [row.from, row.to]).filter(at => at !== null)
      for (let hour = 0; hour < 14 * 24; hour += 7) instants.push(instant(from + hour * HOUR_MS), instant(day('2026-11-01') + hour * HOUR_MS))
      for (const at of instants) expect([model.id, rowAt(model.rows, at) !== null]).toEqual([model.id, true])
      const plain = model.rows.filter(row => row.hours === null)
      for (const at of instants) expect([model.id, plain.filter(row => (row.from ?? -Infinity) <= at && at < (row.to ?? Infinity)).length]).toEqual([model.id, 1])
      for (const row of model.rows) expect(row.charges.input > 0 && row.charges.output > 0).toBe(true)
    }
  })

  test('gives a name to one model only', () => {
    const names = RATE_CARD_DATA.models.flatMap(([id, , aliases]) => [id, ...aliases])
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toBe(name.toLowerCase())
  })

  test('keeps what the list prices did on their dates', () => {
    const rowOf = (model: string, at: string): RateRow | null => rowAt(card.models.get(model)?.rows ?? [], day(at))
    expect(rowOf('claude-sonnet-5-5', '2026-10-06T23:59:59Z')?.charges.cacheRead).toBe(200_000)
    expect(rowOf('claude-sonnet-5-5', '2026-10-07T00:00:00Z')?.charges.cacheRead).toBe(100_000)
    expect(rowOf('claude-sonnet-4-5', '2026-04-29T12:00:00Z')?.tiers.map(tier => [tier.above, tier.charges.output])).toEqual([[200_000, 22_500_000]])
    expect(rowOf('claude-sonnet-4-5', '2026-04-30T12:00:00Z')?.tiers).toEqual([])
    expect(rowOf('claude-opus-4-6', '2026-03-12T12:00:00Z')?.tiers.length).toBe(1)
    expect(rowOf('claude-opus-4-6', '2026-03-13T12:00:00Z')?.tiers.length).toBe(0)
    expect(rowOf('gpt-5.6-sol', '2026-08-20T12:00:00Z')?.charges.output).toBe(30_000_000)
    expect(rowOf('gpt-5.6-sol', '2026-08-21T12:00:00Z')?.charges.output).toBe(20_000_000)
  })

  test('reads dates as UTC midnights', () => {
    // A local-time parse would shift every change of price by the machine's zone.
    for (const model of card.models.values()) for (const row of model.rows) if (row.from !== null) expect(row.from % DAY_MS).toBe(0)
  })
})
