// The clients' own meters, alike on every engine.
import { afterEach, describe, expect, it } from 'vitest'
import type { Price } from '../../src/core/ledger/entry.ts'
import type { MeterRow } from '../../src/core/ledger/meter-store.ts'
import { nanoUsd } from '../../src/core/money.ts'
import { instant } from '../../src/core/time.ts'
import { NO_TOKENS } from '../../src/core/usage/tokens.ts'
import { claim } from '../support/claims.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'

const AT = instant(Date.UTC(2026, 10, 21, 12))
const MODEL = 'claude-opus-5-5'
const aMeter = (change: Partial<MeterRow> = {}): MeterRow => ({ agent: 'claude-code', session: 's1', model: MODEL, path: '/m', at: AT, tokens: { ...NO_TOKENS, output: 10 }, cost: nanoUsd(1_000n), ...change })
const perToken = ({ tokens }: { tokens: { output: number } }): Price => ({ price: 'known', cost: nanoUsd(BigInt(tokens.output) * 100n), card: 'test' })

describe.each(ENGINES)('meters on $name', engine => {
  let open: OpenStores
  afterEach(async () => { await open.close() })
  const opened = async (...meters: readonly MeterRow[]): Promise<OpenStores['stores']> => {
    open = await engine.open()
    for (const meter of meters) await open.stores.transaction(() => open.stores.meters.save(meter))
    return open.stores
  }
  const post = (...claims: readonly ReturnType<typeof claim>[]) => open.stores.transaction(() => open.stores.ledger.post(claims, perToken))

  it('only grow: an older reading of the same session does not take one back', async () => {
    const stores = await opened(aMeter({ cost: nanoUsd(9_007_199_254_740_993n) }), aMeter({ cost: nanoUsd(5n), at: instant(AT + 1) }), aMeter({ model: 'claude-haiku-4-5' }))
    expect(await stores.read(() => stores.meters.ofSession('claude-code', 's1'))).toEqual([aMeter({ model: 'claude-haiku-4-5' }), aMeter({ cost: nanoUsd(9_007_199_254_740_993n) })])
    expect([...await stores.read(() => stores.meters.metered())]).toEqual(['claude-code/s1'])
  })

  it('know what a fork repeats, from whom, and whether all of it', async () => {
    const stores = await opened()
    await post(claim({ key: 'claude-code:a', output: 3 }), claim({ key: 'claude-code:b', output: 5 }), { ...claim({ key: 'unlogged:claude-code:s1', output: 2 }), kind: 'unlogged', givenCost: nanoUsd(77n) })
    for (const _ of [1, 2]) await stores.transaction(() => stores.meters.addCopy('claude-code', 'fork', 'claude-code:a'))
    const repeats = (whole: string, part: string) => stores.read(() => stores.meters.repeats('claude-code', { whole, part }))
    expect(await stores.read(() => stores.meters.copied('claude-code', 'fork'))).toMatchObject([{ model: MODEL, cost: 300n, tokens: { output: 3 } }])
    expect(await stores.read(() => stores.meters.copied('claude-code', 's1'))).toEqual([])
    expect([await stores.read(() => stores.meters.relatives('claude-code', 'fork')), await stores.read(() => stores.meters.relatives('claude-code', 's1'))]).toEqual([['s1'], ['fork']])
    expect([await repeats('fork', 's1'), await repeats('s1', 'fork')]).toEqual([false, true])
    await stores.transaction(() => stores.meters.addCopy('claude-code', 'fork', 'claude-code:b'))
    expect(await repeats('fork', 's1')).toBe(true)
  })

  it('take no correction of an unlogged gap for something the log showed', async () => {
    const stores = await opened()
    const gap = (output: number, cost: bigint) => ({ ...claim({ key: 'unlogged:claude-code:s1', output }), kind: 'unlogged' as const, givenCost: nanoUsd(cost) })
    await post(claim({ key: 'claude-code:a', output: 3 }), gap(9, 900n))
    await post(gap(4, 400n))
    expect(await stores.read(() => stores.ledger.loggedBySession('claude-code', 's1'))).toMatchObject([{ cost: 300n, tokens: { output: 3 } }])
  })

  it('are compared with our prices only where the tokens agree', async () => {
    const stores = await opened(aMeter({ cost: nanoUsd(1_500n) }), aMeter({ session: 's2', cost: nanoUsd(9_999n) }))
    await post(claim({ key: 'claude-code:a', output: 10 }), claim({ key: 'claude-code:b', output: 11, session: 's2' }))
    expect(await stores.read(() => stores.meters.disagreements())).toEqual([{ model: MODEL, clientCost: 1_500n, ourCost: 1_000n }])
  })
})
