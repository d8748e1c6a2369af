// What is known of spend outside of the logs, alike on every engine.
import { afterEach, describe, expect, it } from 'vitest'
import type { StoredEvent } from '../../src/core/external/chain.ts'
import { draft, type Mark } from '../../src/core/external/cumulative.ts'
import { decimalText, parseDecimal } from '../../src/core/external/decimal.ts'
import type { SourceState } from '../../src/core/external/external-store.ts'
import { nanoUsd, ZERO_USD } from '../../src/core/money.ts'
import { instant } from '../../src/core/time.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'
import { NOBODY } from '../support/external-sources.ts'

const AT = instant(Date.UTC(2026, 10, 21, 12))
const HUGE = '115792089237316195423570985008687907853269984665640564039457584007913129639935'
const amount = (text: string) => parseDecimal(text) ?? { digits: 0n, scale: 0 }
const aMark = (change: Partial<Mark> = {}): Mark => ({
  source: 'bill', subject: 'a', amount: amount(HUGE), latest: amount('0.000000000000000001'), began: amount('0'), cost: nanoUsd(9_007_199_254_740_993n),
  owner: { ...NOBODY, account: 'work' }, firstAt: AT, readAt: AT, ...change,
})
const anEvent = (change: Partial<StoredEvent> = {}): StoredEvent => ({
  source: 'chain', key: 'external:1', block: { number: 10, hash: '0xa' }, at: AT, session: 's1', account: '', amount: amount('5'), cost: nanoUsd(5n), state: 'posted', ...change,
})

describe.each(ENGINES)('external spend on $name', engine => {
  let open: OpenStores
  afterEach(async () => { await open.close() })

  it('keeps how far a source was read and why it cannot be', async () => {
    open = await engine.open()
    const { stores } = open
    const state: SourceState = { id: 'bill', syncedAt: null, triedAt: AT, failure: 'bill is not there', failingSince: AT, chain: '1/0xc', nextBlock: 9_007_199_254 }
    expect(await stores.read(() => stores.external.state('bill'))).toBeNull()
    await stores.transaction(() => stores.external.save(state))
    await stores.transaction(() => stores.external.save({ ...state, syncedAt: AT, failure: '', failingSince: null }))
    expect(await stores.read(() => stores.external.state('bill'))).toEqual({ ...state, syncedAt: AT, failure: '', failingSince: null })
  })

  it('keeps amounts of any size to the last digit, one mark for each subject', async () => {
    open = await engine.open()
    const { stores } = open
    await stores.transaction(function* () {
      yield* stores.external.saveMark(aMark({ amount: amount('1') }))
      yield* stores.external.saveMark(aMark({ firstAt: instant(AT + 5) }))
      yield* stores.external.saveMark(aMark({ subject: 'b' }))
      yield* stores.external.saveMark(aMark({ source: 'other' }))
    })
    expect(await stores.read(() => stores.external.marks('bill'))).toEqual([aMark(), aMark({ subject: 'b' })])
    expect(await stores.read(() => stores.external.mark('bill', 'c'))).toBeNull()
  })

  it('knows what the ledger holds of a key, and of a session', async () => {
    open = await engine.open()
    const { stores } = open
    const scope = (session: string, agent = 'external') => ({ node: 'n1', agent, account: '', project: '', branch: '', session, subagent: '' })
    const post = (key: string, seq: number, cost: bigint, session = 's1', agent = 'external') => draft({ key, seq, at: instant(AT + seq), scope: scope(session, agent), model: 'bill', cost: nanoUsd(cost) })
    await stores.transaction(() => stores.history.append([post('external:bill:', 0, 500n), post('external:bill:', 1, -200n), post('external:bill:b', 0, 7n, 's2'), post('claude-code:x', 0, 99n, 's1', 'claude-code')]))
    expect(await stores.read(() => stores.external.held('external:bill:'))).toEqual({ seq: 1, cost: 300n })
    expect(await stores.read(() => stores.external.held('external:none'))).toEqual({ seq: -1, cost: ZERO_USD })
    expect(await stores.read(() => stores.external.sums('s1'))).toEqual([{ source: 'bill', cost: 300n, entries: 2, firstAt: AT, lastAt: instant(AT + 1) }])
    expect((await stores.read(() => stores.external.bySession('bill', 1))).map(({ session, cost }) => [session, cost])).toEqual([['s1', 300n]])
    expect(await stores.read(() => stores.external.countSessions('bill'))).toBe(2)
    expect(await stores.read(() => stores.external.sums(null))).toEqual([{ source: 'bill', cost: 307n, entries: 3, firstAt: AT, lastAt: instant(AT + 1) }])
  })

  it('orphans what stands above a block, and counts only what was not withdrawn', async () => {
    open = await engine.open()
    const { stores } = open
    await stores.transaction(function* () {
      for (const [key, block, state] of [['external:1', 10, 'posted'], ['external:2', 11, 'posted'], ['external:3', 12, 'withdrawn']] as const) yield* stores.external.saveEvent(anEvent({ key, block: { number: block, hash: '0x' }, state }))
    })
    expect(await stores.transaction(() => stores.external.orphanAbove('chain', 10))).toBe(1)
    expect(await stores.transaction(() => stores.external.orphanAbove('chain', 10))).toBe(0)
    expect((await stores.read(() => stores.external.inState('chain', 'orphaned', 9))).map(({ key }) => key)).toEqual(['external:2'])
    expect((await stores.read(() => stores.external.amounts('chain', 's1'))).map(decimalText)).toEqual(['5', '5'])
    expect(await stores.read(() => stores.external.amounts('chain', 's2'))).toEqual([])
    expect(await stores.read(() => stores.external.countInState('chain', 'withdrawn'))).toBe(1)
    await stores.transaction(() => stores.external.saveEvent(anEvent({ key: 'external:2', block: { number: 20, hash: '0xb' } })))
    expect(await stores.read(() => stores.external.event('chain', 'external:2'))).toEqual(anEvent({ key: 'external:2', block: { number: 20, hash: '0xb' } }))
  })

  it('keeps blocks newest first, one hash for each, until they are dropped', async () => {
    open = await engine.open()
    const { stores } = open
    await stores.transaction(function* () {
      for (const [number, hash] of [[9, 'a'], [10, 'b'], [10, 'c'], [2_000_000_000, 'd']] as const) yield* stores.external.addBlock('chain', { number, hash })
      yield* stores.external.dropBlocks('chain', [9])
    })
    expect(await stores.read(() => stores.external.blocks('chain'))).toEqual([{ number: 2_000_000_000, hash: 'd' }, { number: 10, hash: 'c' }])
  })
})
