// What every engine must do alike: the same work, the same rows, the same refusals.
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { Claimed, Price } from '../../src/core/ledger/entry.ts'
import { nanoUsd, parseUsd } from '../../src/core/money.ts'
import { instant } from '../../src/core/time.ts'
import { totalTokens } from '../../src/core/usage/tokens.ts'
import { claim } from '../support/claims.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'

const perToken = (response: { tokens: Claimed['tokens']; model: string }): Price =>
  response.model === 'unknown' ? { price: 'unknown', why: 'unknown_model' } : { price: 'known', cost: nanoUsd(BigInt(totalTokens(response.tokens)) * 1000n), card: 'test' }
const EVERYTHING = { since: null, until: null, by: [], slotMs: 0 } as const
const AT = instant(Date.UTC(2026, 10, 20, 12))

describe.each(ENGINES)('stores on $name', engine => {
  let open: OpenStores | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const world = async (): Promise<OpenStores['stores']> => (open = await engine.open()).stores
  const total = async (stores: OpenStores['stores']) => (await stores.read(() => stores.ledger.sum(EVERYTHING))).reduce(
    (sum, { sum: each }) => ({ cost: sum.cost + each.cost, responses: sum.responses + each.responses, output: sum.output + each.tokens.output, unpriced: sum.unpriced + each.unpriced, partial: sum.partial + each.partial }),
    { cost: 0n, responses: 0, output: 0, unpriced: 0, partial: 0 })

  it('counts a response once however often and however full it comes', async () => {
    const stores = await world()
    for (const output of [1, 9, 9, 4]) await stores.transaction(() => stores.ledger.post([claim({ output, final: output > 4 })], perToken))
    expect(await total(stores)).toEqual({ cost: 9_000n, responses: 1, output: 9, unpriced: 0, partial: 0 })
  })

  it('ends with the same ledger whatever the order, the split and the repetition', async () => {
    const stores = await world()
    const copies = [claim({ key: 'a', output: 1, final: false }), claim({ key: 'a', output: 7 }), claim({ key: 'b', output: 3, session: 'fork' }), claim({ key: 'b', output: 3 }), claim({ key: 'c', output: 2, sidechain: true, session: 'z' }), claim({ key: 'c', output: 2 })]
    let round = 0
    await fc.assert(fc.asyncProperty(fc.shuffledSubarray([...copies, ...copies], { minLength: copies.length * 2 }), async order => {
      round++
      for (const copy of order) await stores.transaction(() => stores.ledger.post([{ ...copy, key: `${copy.key}${round}`, scope: { ...copy.scope, project: `/p/${round}` } }], perToken))
      const groups = await stores.read(() => stores.ledger.sum({ ...EVERYTHING, by: ['project', 'session'] }))
      const own = groups.filter(group => group.by.project === `/p/${round}`)
      const bySession = new Map<string, bigint>()
      for (const group of own) bySession.set(group.by.session ?? '', (bySession.get(group.by.session ?? '') ?? 0n) + group.sum.cost)
      expect(bySession.get('fork')).toBe(3_000n)
      expect(bySession.get('s1')).toBe(9_000n)
      expect(bySession.get('z') ?? 0n).toBe(0n)
      expect(own.reduce((sum, group) => sum + group.sum.responses, 0)).toBe(3)
    }), { numRuns: 15 })
  })

  it('tells which response is a copy of another session', async () => {
    const stores = await world()
    await stores.transaction(() => stores.ledger.post([claim({ output: 3, session: 'a' })], perToken))
    const { copies } = await stores.transaction(() => stores.ledger.post([claim({ output: 3, session: 'b' })], perToken))
    expect(copies).toEqual([{ key: 'claude-code:msg_1', session: 'b' }])
  })

  it('names every project that ever spent, once and in order', async () => {
    const stores = await world()
    const spent = ['/p/web', '/p/api', '/p/web', ''].map((project, n) => claim({ key: `k${n}`, session: `s${n}`, output: 1, project }))
    await stores.transaction(() => stores.ledger.post(spent, perToken))
    expect(await stores.read(() => stores.ledger.projects())).toEqual(['/p/api', '/p/web'])
  })

  it('keeps unpriced tokens and prices them exactly once', async () => {
    const stores = await world()
    await stores.transaction(() => stores.ledger.post([claim({ key: 'a', output: 5, model: 'unknown' }), claim({ key: 'b', output: 1 })], perToken))
    expect(await total(stores)).toMatchObject({ cost: 1_000n, unpriced: 1, output: 6 })
    expect(await stores.read(() => stores.ledger.unpricedModels())).toEqual([{ model: 'unknown', responses: 1, tokens: 5 }])
    const learned = (): Price => ({ price: 'known', cost: nanoUsd(50n), card: 'new' })
    for (const _ of [1, 2]) await stores.transaction(() => stores.ledger.reprice(learned, '', 100))
    expect(await total(stores)).toMatchObject({ cost: 1_050n, unpriced: 0 })
  })

  it('undoes everything when the work throws, and forgets the scopes it made', async () => {
    const stores = await world()
    await expect(stores.transaction(function* () {
      yield* stores.ledger.post([claim({ output: 5, session: 'lost' })], perToken)
      throw new Error('crash')
    })).rejects.toThrow('crash')
    await stores.transaction(() => stores.ledger.post([claim({ output: 2, session: 'lost' })], perToken))
    expect(await total(stores)).toMatchObject({ cost: 2_000n, responses: 1 })
  })

  it('returns a balance as the database holds it after concurrent additions', async () => {
    const stores = await world()
    const key = { measure: 'm', perValue: '', windowStart: AT }
    const delta = { spent: parseUsd('0.10'), estimated: 0n, unpriced: 0, partial: 0, responses: 1 }
    const balances = await Promise.all(Array.from({ length: 20 }, () => stores.transaction(() => stores.balances.add(key, { end: null, through: AT }, delta))))
    expect(balances.map(balance => balance.spent).sort((a, b) => (a < b ? -1 : 1))).toEqual(Array.from({ length: 20 }, (_, index) => BigInt(index + 1) * 100_000_000n))
  })

  it('knows which balances are kept, until one is forgotten', async () => {
    const stores = await world()
    const kept = async () => [...await stores.read(() => stores.balances.measures())].sort()
    for (const measure of ['a', 'b', 'b']) await stores.transaction(() => stores.balances.setMeasured(measure, AT))
    expect(await kept()).toEqual(['a', 'b'])
    await stores.transaction(() => stores.balances.forget('a'))
    expect(await kept()).toEqual(['b'])
  })

  it('alerts once per threshold and window', async () => {
    const stores = await world()
    const alert = { rule: 'r', version: 'v', perValue: '', windowStart: AT, threshold: 80 }
    const once = () => stores.transaction(() => stores.breaches.alertOnce(alert, AT))
    expect([await once(), await once()]).toEqual([true, false])
    expect(await stores.transaction(() => stores.breaches.alertOnce({ ...alert, version: 'edited' }, AT))).toBe(true)
  })

  it('chains its events so that a changed row shows', async () => {
    const stores = await world()
    for (const code of ['a', 'b', 'c']) await stores.transaction(() => stores.events.add({ code, level: 'info', fields: { n: 1 } }, AT))
    expect(await stores.read(() => stores.events.firstBroken())).toBeNull()
    await open?.database.script("update event set code = 'forged' where code = 'b'")
    expect(await stores.read(() => stores.events.firstBroken())).toBe(2)
  })

  it('keeps integers beyond 2^53 exact', async () => {
    const stores = await world()
    const huge = nanoUsd(9_007_199_254_740_993n)
    await stores.transaction(() => stores.ledger.post([{ ...claim({ output: 1 }), kind: 'unlogged', givenCost: huge }], perToken))
    expect((await total(stores)).cost).toBe(huge)
  })
})
