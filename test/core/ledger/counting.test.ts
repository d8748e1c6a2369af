import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countings } from '../../../src/core/ledger/counting.ts'
import type { Claimed, Price } from '../../../src/core/ledger/entry.ts'
import { faultsOf } from '../../../src/core/ledger/history.ts'
import { repricing, type EntryDraft, type Pricer } from '../../../src/core/ledger/posting.ts'
import { nanoUsd } from '../../../src/core/money.ts'
import { instant } from '../../../src/core/time.ts'
import { NO_TOKENS } from '../../../src/core/usage/tokens.ts'
import { claim } from '../../support/claims.ts'
import { summed } from '../../../src/core/ledger/history.ts'

const DAY = 86_400_000, T0 = Date.UTC(2026, 5, 1)
/** Seven nano-USD for three tokens, so that rounding shows; a price for long requests that a sum must never meet. */
const price: Pricer = ({ tokens, model, ofSum }): Price => (model === 'unknown' ? { price: 'unknown', why: 'unknown_model' }
  : { price: 'known', cost: nanoUsd((BigInt(tokens.output) * 7n + 1n) / 3n * (ofSum === true ? 1n : 1_000n)), card: 'test' })

interface Sketch { readonly day: number; readonly output: number; readonly input?: number; readonly cost?: bigint; readonly project?: string; readonly model?: string }
const reading = ({ day, output, input = 0, cost, project = '/p', model = 'm' }: Sketch): Claimed => ({
  ...claim({ key: 'toy:counter', project, model, at: instant(T0 + day * DAY) }), kind: 'counter', tokens: { ...NO_TOKENS, output, input }, givenCost: cost === undefined ? null : nanoUsd(cost),
})
const booked = (readings: readonly Sketch[], history: EntryDraft[] = []): EntryDraft[] => {
  for (const each of readings) history.push(...countings(history, reading(each), price))
  return history
}
/** Output and cost by day: what a report shows. */
function byDay(history: readonly EntryDraft[]): Record<number, readonly [output: number, cost: bigint]> {
  const days: Record<number, readonly [number, bigint]> = {}
  for (const { at, tokens, cost } of history) {
    const day = (at - T0) / DAY, [output, sum] = days[day] ?? [0, 0n]
    days[day] = [output + tokens.output, sum + (cost ?? 0n)]
  }
  return Object.fromEntries(Object.entries(days).filter(([, [output, cost]]) => output !== 0 || cost !== 0n))
}

describe('a growing counter', () => {
  it('books what each reading gained, at the reading\'s time, and counts no responses', () => {
    const history = booked([{ day: 1, output: 30 }, { day: 4, output: 90 }])
    expect(byDay(history)).toEqual({ 1: [30, 70n], 4: [60, 140n] })
    expect(history.map(({ kind, responses, seq }) => [kind, responses, seq])).toEqual([['counter', 0, 0], ['difference', 0, 1]])
  })

  it('books nothing for a reading that was met before or says less', () => {
    const history = booked([{ day: 1, output: 30 }])
    expect(countings(history, reading({ day: 1, output: 30 }), price)).toEqual([])
    expect(countings(history, reading({ day: 2, output: 30 }), price)).toEqual([])
    expect(countings(history, reading({ day: 2, output: 10 }), price)).toEqual([])
  })

  it('moves to its own day what an earlier reading shows to have been gained by then', () => {
    expect(byDay(booked([{ day: 4, output: 90 }, { day: 1, output: 30 }]))).toEqual({ 1: [30, 70n], 4: [60, 140n] })
  })

  it('takes the agent\'s own cost where it says one, gain by gain', () => {
    expect(byDay(booked([{ day: 4, output: 90, cost: 1_000n }, { day: 1, output: 30, cost: 250n }]))).toEqual({ 1: [30, 250n], 4: [60, 750n] })
  })

  it('charges no whole request\'s price for a sum of requests', () => {
    expect(booked([{ day: 1, output: 300 }])[0]?.cost).toBe(700n)
    const [first] = booked([{ day: 1, output: 300, model: 'unknown' }])
    const learned = first && repricing(summed([first]), 'toy:counter', response => price({ ...response, model: 'm' }))
    expect(learned).toMatchObject({ cost: 700n, unpriced: -1 })
  })

  it('is unpriced once, however often an unknown model\'s counter is read', () => {
    expect(booked([{ day: 1, output: 3, model: 'unknown' }, { day: 2, output: 9, model: 'unknown' }, { day: 0, output: 1, model: 'unknown' }]).reduce((sum, { unpriced }) => sum + unpriced, 0)).toBe(1)
  })

  const readings = fc.array(fc.record({ day: fc.nat(9), output: fc.nat(50), input: fc.nat(5), project: fc.constantFrom('/p') }), { minLength: 1, maxLength: 10 })

  it('comes to the same days, counts and costs in any order and any repetition, and to a history without fault', () => {
    fc.assert(fc.property(readings, fc.array(fc.nat(9)), fc.infiniteStream(fc.nat(1_000)), (said, again, ranks) => {
      const expected = byDay(booked(said.toSorted((a, b) => a.day - b.day)))
      const shuffled = [...said, ...again.map(index => said[index % said.length] as Sketch)].map(each => ({ each, rank: ranks.next().value as number })).toSorted((a, b) => a.rank - b.rank).map(({ each }) => each)
      const history = booked(shuffled)
      expect(byDay(history)).toEqual(expected)
      expect(history.length === 0 ? [] : faultsOf(history)).toEqual([])
      expect(Object.values(byDay(history)).every(([output, cost]) => output >= 0 && cost >= 0n)).toBe(true)
      expect(history.reduce((sum, { tokens }) => sum + tokens.output, 0)).toBe(Math.max(...said.map(({ output }) => output)))
    }), { numRuns: 500 })
  })
})
