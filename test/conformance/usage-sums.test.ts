// Sums of the ledger: whatever they are grouped by, however much of them was summed before, they are the sum of the entries.
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { Claimed, Price } from '../../src/core/ledger/entry.ts'
import type { SumGroup, SumKey, SumQuery } from '../../src/core/ledger/usage-sums.ts'
import { nanoUsd } from '../../src/core/money.ts'
import { dayPieces } from '../../src/core/reports/day-pieces.ts'
import { HOUR_MS, instant, MINUTE_MS } from '../../src/core/time.ts'
import { claim } from '../support/claims.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'

const NOON = Date.UTC(2026, 2, 28, 12)
const EVERYTHING: SumQuery = { since: null, until: null, by: [], days: [] }
const price = (response: { tokens: Claimed['tokens']; model: string }): Price =>
  response.model === 'unknown' ? { price: 'unknown', why: 'unknown_model' } : { price: 'known', cost: nanoUsd(BigInt(response.tokens.output) * 1_000n), card: 'test' }

interface Figures { responses: number; output: number; cost: bigint; unpriced: number; partial: number; estimated: number }
const total = (groups: readonly SumGroup[]): Figures => groups.reduce((sum, { sum: each }) => ({
  responses: sum.responses + each.responses, output: sum.output + each.tokens.output, cost: sum.cost + each.cost, unpriced: sum.unpriced + each.unpriced,
  partial: sum.partial + each.partial, estimated: sum.estimated + each.estimated,
}), { responses: 0, output: 0, cost: 0n, unpriced: 0, partial: 0, estimated: 0 })

const responses = fc.array(fc.record({
  key: fc.integer({ min: 0, max: 12 }).map(n => `k${n}`), at: fc.integer({ min: 0, max: 30 * 60 }).map(minute => instant(NOON + minute * MINUTE_MS)), output: fc.integer({ min: 0, max: 9 }),
  session: fc.constantFrom('a', 'b', 'c'), project: fc.constantFrom('/w/web', '/w/api', ''), model: fc.constantFrom('one', 'two', 'unknown'), final: fc.boolean(), estimated: fc.boolean(),
}), { minLength: 1, maxLength: 25 })
const GROUPINGS: readonly (readonly SumKey[])[] = [[], ['project'], ['session', 'branch'], ['agent', 'account'], ['billing'], ['hour'], ['day'], ['day', 'project', 'session'], ['hour', 'agent']]

describe.each(ENGINES)('sums on $name', engine => {
  let open: OpenStores | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const stores = async (): Promise<OpenStores['stores']> => (open = await engine.open()).stores
  const post = (own: OpenStores['stores'], ...claims: readonly Claimed[]) => own.transaction(() => own.ledger.post(claims, price))
  const sum = (own: OpenStores['stores'], query: Partial<SumQuery> = {}) => own.read(() => own.sums.sum({ ...EVERYTHING, ...query }))

  it('come to the same total by every grouping, in every part of the range, folded or not', async () => {
    const own = await stores()
    let round = 0
    await fc.assert(fc.asyncProperty(responses, fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 3 }), fc.integer({ min: 0, max: 30 * 60 * MINUTE_MS }), async (list, folds, cut) => {
      // A ledger only grows, so that every round goes on from the one before.
      round++
      for (const [index, each] of list.entries()) {
        await post(own, claim({ ...each, key: `${round}-${each.key}` }))
        if (index % 5 === 0) await own.transaction(() => own.sums.fold(folds[index % folds.length] ?? 1))
      }
      const expected = total((await own.read(() => own.ledger.sum({ since: null, until: null, by: [], slotMs: 0 }))).map(group => ({ ...group, model: '', firstAt: instant(0), lastAt: instant(0), by: {} })))
      const days = dayPieces('Europe/Paris', instant(NOON), instant(NOON + 40 * HOUR_MS))
      const at = instant(NOON + cut)
      for (const by of GROUPINGS) {
        expect(total(await sum(own, { by, days }))).toEqual(expected)
        const [before, after] = [await sum(own, { by, days, until: at }), await sum(own, { by, days, since: at })]
        expect(total([...before, ...after])).toEqual(expected)
        for (const group of before) if (group.sum.responses > 0) expect(group.lastAt).toBeLessThan(at)
      }
    }), { numRuns: engine.name === 'sqlite' ? 12 : 3 })
  })

  it('take a range to the millisecond, within one quarter hour and across several', async () => {
    const own = await stores()
    const minutes = [1, 7, 14, 16, 29, 31, 44]
    await post(own, ...minutes.map(minute => claim({ key: `m${minute}`, at: instant(NOON + minute * MINUTE_MS), output: 1 })))
    const within = async (from: number, to: number) => total(await sum(own, { since: instant(NOON + from * MINUTE_MS), until: instant(NOON + to * MINUTE_MS) })).responses
    for (const folded of [false, true]) {
      if (folded) await own.transaction(() => own.sums.fold(100))
      for (const [from, to] of [[2, 13], [2, 14.001], [1, 44], [8, 31], [0, 15], [15, 30], [16, 16], [7, 30.5], [-60, 31], [17, 600]] as const) {
        expect([folded, from, to, await within(from, to)]).toEqual([folded, from, to, minutes.filter(minute => minute >= from && minute < to).length])
      }
    }
  })

  it('by day are by the day of the zone', async () => {
    const own = await stores()
    const midnight = Date.UTC(2026, 2, 28, 23)
    await post(own, claim({ key: 'a', at: instant(midnight - 1), output: 1 }), claim({ key: 'b', at: instant(midnight), output: 2 }), claim({ key: 'c', at: instant(midnight + 23 * HOUR_MS - 1), output: 4 }), claim({ key: 'd', at: instant(midnight + 23 * HOUR_MS), output: 8 }))
    const days = dayPieces('Europe/Paris', instant(midnight), instant(midnight + 24 * HOUR_MS))
    const byDay = async () => (await sum(own, { by: ['day'], days })).map(group => [Number(group.by.day) - Date.UTC(2026, 2, 28) / 86_400_000, group.sum.tokens.output]).sort()
    const expected = [[0, 1], [1, 6], [2, 8]]
    expect(await byDay()).toEqual(expected)
    await own.transaction(() => own.sums.fold(100))
    expect(await byDay()).toEqual(expected)
  })

  it('leave out an owner from whom everything moved away', async () => {
    const own = await stores()
    await post(own, claim({ output: 3, session: 'fork' }), claim({ key: 'own', output: 5, session: 'fork', at: instant(NOON + HOUR_MS) }))
    await own.transaction(() => own.sums.fold(100))
    await post(own, claim({ output: 3, session: 'a' }))
    await own.transaction(() => own.sums.fold(100))
    const groups = (await sum(own, { by: ['session'] })).map(({ by, sum: { responses: count } }) => `${by.session} ${count}`)
    expect(groups.sort()).toEqual(['a 1', 'fork 1'])
  })

  it('span everything that was ever spent', async () => {
    const own = await stores()
    expect(await own.read(() => own.sums.range())).toBeNull()
    await post(own, claim({ key: 'b', at: instant(NOON + 5), output: 1 }), claim({ key: 'a', at: instant(NOON), output: 1 }))
    expect(await own.read(() => own.sums.range())).toEqual({ first: NOON, last: NOON + 5 })
  })
})

describe('folding', () => {
  let open: OpenStores | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const [sqlite, postgres] = ENGINES

  it('takes a bounded bite, says whether more is left, and adds nothing twice', async () => {
    open = await sqlite?.open()
    const { stores } = open as OpenStores
    await stores.transaction(() => stores.ledger.post(Array.from({ length: 7 }, (_, n) => claim({ key: `k${n}`, output: 1 })), price))
    const fold = () => stores.transaction(() => stores.sums.fold(3))
    expect([await fold(), await fold(), await fold(), await fold()]).toEqual([{ entries: 3, more: true }, { entries: 3, more: true }, { entries: 1, more: false }, { entries: 0, more: false }])
    expect((await stores.read(() => stores.sums.sum(EVERYTHING)))[0]?.sum.responses).toBe(7)
  })

  it('dates a session by its own responses, however long another one\'s were taken for its own', async () => {
    open = await sqlite?.open()
    const { stores } = open as OpenStores
    // A fork repeats its parent's responses; read first, they are its own until the parent's log is read.
    const inherited = claim({ key: 'p', output: 1, session: 'fork', at: instant(NOON) })
    const own = claim({ key: 'f', output: 1, session: 'fork', at: instant(NOON + 4 * MINUTE_MS) })
    await stores.transaction(() => stores.ledger.post([inherited, own], price))
    await stores.transaction(() => stores.sums.fold(100))
    await stores.transaction(() => stores.ledger.post([{ ...inherited, scope: { ...inherited.scope, session: 'a' } }], price))
    await stores.transaction(() => stores.sums.fold(100))
    const groups = await stores.read(() => stores.sums.sum({ ...EVERYTHING, by: ['session'] }))
    expect(Object.fromEntries(groups.map(({ by, firstAt }) => [by.session, (firstAt - NOON) / MINUTE_MS]))).toEqual({ a: 0, fork: 4 })
  })

  it.skipIf(postgres === undefined)('is left alone where ids are given out before they are committed', async () => {
    open = await postgres?.open()
    const { stores } = open as OpenStores
    await stores.transaction(() => stores.ledger.post([claim({ output: 1 })], price))
    expect(await stores.transaction(() => stores.sums.fold(100))).toEqual({ entries: 0, more: false })
  })
})
