import { afterEach, describe, expect, it } from 'vitest'
import { faultsOf } from '../../../src/core/ledger/history.ts'
import { parseUsd } from '../../../src/core/money.ts'
import { instant } from '../../../src/core/time.ts'
import { ENGINES, openTestSqlite, type OpenStores } from '../../support/databases.ts'
import { chainSource, usd } from '../../support/external-sources.ts'
import { OutsideWorld } from '../../support/external-world.ts'
import { nodeDown, type Spending } from '../../support/fake-chain.ts'
import { driftOf } from '../../support/ledger-check.ts'

const NOW = Date.UTC(2026, 10, 21, 12)
const EVER = { id: 'ever', window: 'lifetime', limit: parseUsd('1000'), per: 'session' } as const
/** So many dollars in one transaction. */
const spend = (transaction: string, dollars: number, session = 's1'): Spending => ({ transaction, session, amount: BigInt(dollars) * 1_000_000n })

describe.each(ENGINES)('a chain on $name', engine => {
  let open: OpenStores | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const opened = async (): Promise<OutsideWorld> => {
    open = await engine.open()
    return new OutsideWorld(open.stores, NOW, [EVER])
  }
  const checked = async (world: OutsideWorld): Promise<void> => {
    expect(await driftOf(world.stores, world.rules, instant(NOW))).toEqual([])
    for (const key of Object.keys(await world.held())) expect(faultsOf((await world.stores.read(() => world.stores.history.of(key))) ?? []), key).toEqual([])
  }

  it('counts what is settled, by session, and nothing that is not', async () => {
    const world = await opened()
    world.node1.mine(spend('0xa', 5), spend('0xb', 7, 's2')).mine(spend('0xa2', 1)).mine(spend('0xlate', 90))
    expect(await world.sync(world.chain)).toMatchObject({ entries: 2, cost: parseUsd('12'), failure: null, more: false })
    expect((await world.stores.read(() => world.stores.external.sums('s1'))).map(({ cost }) => cost)).toEqual([parseUsd('5')])
    world.node1.empty(2)
    expect(await world.sync(world.chain)).toMatchObject({ entries: 2, cost: parseUsd('91') })
    expect(await world.sync(world.chain)).toMatchObject({ entries: 0, cost: 0n })
    await checked(world)
  })

  it('of a reorganisation below what was settled keeps what is still there and takes off what is gone', async () => {
    const world = await opened()
    world.node1.empty(3).mine(spend('0xkept', 5)).mine(spend('0xgone', 7)).mine(spend('0xsmaller', 9)).empty(3)
    await world.sync(world.chain)
    expect(await world.spentOutside()).toBe('21.00')
    world.node1.cut(6).empty(2).mine(spend('0xkept', 5)).mine(spend('0xsmaller', 2), spend('0xnew', 1)).empty(4)
    expect(await world.sync(world.chain)).toMatchObject({ withdrawn: 1, cost: parseUsd('1') - parseUsd('7') - parseUsd('7') })
    expect(Object.values(await world.held())).toEqual(['0.00', '5.00', '1.00', '2.00'])
    expect((await world.events('external.reorg')).map(({ fields }) => fields)).toEqual([{ source: 'chain', block: '0', depth: '7', events: '3' }])
    await checked(world)
  })
})

describe('a chain', () => {
  let open: OpenStores
  afterEach(async () => { await open.close() })
  const opened = async (change: Parameters<typeof chainSource>[0] = {}): Promise<OutsideWorld> => {
    open = await openTestSqlite()
    const world = new OutsideWorld(open.stores, NOW, [EVER])
    world.chain = chainSource(change)
    return world
  }
  const asked = (world: OutsideWorld): readonly string[] => world.node1.asked.filter(each => each.startsWith('events'))

  it('is read in ranges, on from where it was read to', async () => {
    const world = await opened({ blocksAtOnce: 10, confirmations: 0 })
    world.node1.empty(24).mine(spend('0xa', 5))
    await world.sync(world.chain)
    world.node1.empty(1)
    await world.sync(world.chain)
    expect(asked(world)).toEqual(['events 1 to 10', 'events 11 to 20', 'events 21 to 25', 'events 26 to 26'])
    expect(await world.stores.read(() => world.stores.external.state('chain'))).toMatchObject({ chain: `31337/${world.chain.contract}`, nextBlock: 27 })
  })

  it('is asked for less where its node says that it was too much, and more again later', async () => {
    const world = await opened({ blocksAtOnce: 100, confirmations: 0 })
    world.node1.empty(60).mine(spend('0xa', 5))
    world.node1.spanMax = 30
    expect(await world.sync(world.chain)).toMatchObject({ entries: 1, failure: null })
    expect(asked(world).slice(0, 3)).toEqual(['events 1 to 61', 'events 1 to 30', 'events 31 to 61'])
    world.node1.spanMax = 0
    world.node1.empty(1)
    expect((await world.sync(world.chain)).failure).toMatch(/block 62 alone is too much for its node: more than 0 blocks/)
  })

  it('goes on after a crash between any two ranges, and counts nothing twice', async () => {
    const world = await opened({ blocksAtOnce: 2, confirmations: 0 })
    for (let at = 0; at < 30; at++) world.node1.mine(spend(`0x${at}`, 1))
    for (const point of ['external.before-transaction', 'external.after-entries', 'external.before-commit', 'external.after-commit']) {
      let left = 2
      world.crashPoint = name => { if (name === point && left-- === 0) throw new Error('power cut') }
      await expect(world.sync(world.chain)).rejects.toThrow('power cut')
    }
    world.crashPoint = () => undefined
    await world.sync(world.chain)
    expect(await world.spentOutside()).toBe('30.00')
    expect(Object.values(await world.held())).toEqual(Array(30).fill('1.00'))
  })

  it('that is told twice counts once', async () => {
    const world = await opened({ confirmations: 0 })
    world.node1.mine(spend('0xa', 5), spend('0xa', 5), spend('0xb', 1)).echoes = true
    await world.sync(world.chain)
    // One transaction may well spend the same twice: two events, not an echo.
    expect(await world.spentOutside()).toBe('11.00')
  })

  it('whose node is down, behind or on another chain changes nothing', async () => {
    const world = await opened({ confirmations: 0 })
    world.node1.mine(spend('0xa', 5)).empty(9)
    await world.sync(world.chain)
    world.node1.before = nodeDown
    expect((await world.sync(world.chain)).failure).toMatch(/is not listening/)
    world.node1.before = () => undefined
    const whole = { ...await world.held() }
    // A node that is some blocks behind has not seen them yet: that is no reorganisation.
    world.node1.cut(4)
    expect(await world.sync(world.chain)).toMatchObject({ failure: null, withdrawn: 0, entries: 0 })
    world.node1.id = 1
    expect((await world.sync(world.chain)).failure).toBe('external source "chain": rpc_url answers for chain 1, and chain 31337 was read before; give another chain an id of its own')
    expect((await world.sync({ ...world.chain, chainId: 5 })).failure).toBe('external source "chain": rpc_url answers for chain 1, and chain_id is 5')
    expect(await world.held()).toEqual(whole)
    expect(await world.events('external.reorg')).toEqual([])
  })

  it('without the contract says so before anything is read', async () => {
    const world = await opened()
    world.node1.contract = false
    expect((await world.sync(world.chain)).failure).toBe(`external source "chain": there is no contract at ${world.chain.contract} on chain 31337`)
  })

  it('that changes while it is read is read again', async () => {
    const world = await opened({ confirmations: 0 })
    world.node1.empty(3)
    await world.sync(world.chain)
    world.node1.mine(spend('0xa', 5)).mine(spend('0xb', 5))
    world.node1.before = question => { if (question === 'block 5') { world.node1.before = () => undefined; world.node1.cut(2).mine(spend('0xb', 5)).empty(1) } }
    expect((await world.sync(world.chain)).failure).toMatch(/changed while it was read/)
    expect(await world.spentOutside()).toBe('0.00')
    await world.sync(world.chain)
    expect(await world.spentOutside()).toBe('5.00')
  })

  it('keeps what is gone counted until all of the new chain was read, a crash in between included', async () => {
    const world = await opened({ confirmations: 0, blocksAtOnce: 3 })
    world.node1.mine(spend('0xmoved', 5)).mine(spend('0xgone', 7)).empty(2)
    await world.sync(world.chain)
    world.node1.cut(4).empty(7).mine(spend('0xmoved', 5)).empty(1)
    let reads = 0
    world.node1.before = question => { if (question.startsWith('events') && ++reads === 2) nodeDown() }
    expect((await world.sync(world.chain)).failure).toMatch(/not listening/)
    expect(await world.spentOutside()).toBe('12.00')
    world.node1.before = () => undefined
    expect(await world.sync(world.chain)).toMatchObject({ withdrawn: 1, entries: 1, cost: -parseUsd('7') })
    expect(await world.spentOutside()).toBe('5.00')
    world.node1.mine(spend('0xgone', 7))
    await world.sync(world.chain)
    expect(await world.spentOutside()).toBe('12.00')
  })

  it('keeps what an event cost when the price of its token changes', async () => {
    const world = await opened({ confirmations: 0 })
    world.node1.empty(2).mine(spend('0xa', 5)).empty(1)
    await world.sync(world.chain)
    world.chain = chainSource({ confirmations: 0, usdPerUnit: usd('3') })
    world.node1.cut(2).mine(spend('0xa', 5)).mine(spend('0xb', 5))
    await world.sync(world.chain)
    expect(Object.values(await world.held()).toSorted()).toEqual(['15.00', '5.00'])
  })

  it('of a million blocks is read over several looks', async () => {
    const world = await opened({ confirmations: 0, blocksAtOnce: 1 })
    world.node1.empty(120).mine(spend('0xa', 5))
    expect(await world.sync(world.chain)).toMatchObject({ more: true, entries: 0 })
    expect(await world.sync(world.chain)).toMatchObject({ more: true })
    expect(await world.sync(world.chain)).toMatchObject({ more: false, entries: 1 })
  })
})
