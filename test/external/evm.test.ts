// viem against a real node, and the whole of a source over it: events, ranges, reorganisations and a node that is down.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { parseUsd, usdText } from '../../src/core/money.ts'
import type { ChainSource } from '../../src/core/external/source.ts'
import { openChain } from '../../src/external/evm.ts'
import { ChainNode, hasChainNode, SPENT } from '../support/chain-node.ts'
import { openTestSqlite, type OpenStores } from '../support/databases.ts'
import { chainSource } from '../support/external-sources.ts'
import { OutsideWorld } from '../support/external-world.ts'
import { answer, closedPort, hang, loopbackServer } from '../support/loopback-server.ts'

const FIRST = '8a1fb2c3-d4e5-4607-9829-3a4b5c6d7e8f', SECOND = '00000000-0000-4000-8000-000000000002'
const USDC = 1_000_000n
const SIGNAL = new AbortController().signal

describe.skipIf(!hasChainNode())('a contract on a real chain', () => {
  let node: ChainNode, open: OpenStores
  beforeAll(async () => { node = await ChainNode.start() })
  afterAll(async () => { await node.stop() })
  afterEach(async () => { await open.close() })

  const opened = async (change: Partial<ChainSource> = {}): Promise<OutsideWorld> => {
    open = await openTestSqlite()
    const world = new OutsideWorld(open.stores, Date.UTC(2026, 10, 21, 12))
    world.chain = chainSource({ rpcUrl: node.url, contract: node.contract, event: SPENT, from: { session: 'session', account: 'account' }, confirmations: 2, fromBlock: (await node.height()) + 1, ...change })
    Object.assign(world.readers, { chain: async (source: ChainSource) => openChain(source) })
    return world
  }
  const sums = async (world: OutsideWorld, session: string): Promise<string> => usdText((await world.stores.read(() => world.stores.external.sums(session))).reduce((sum, { cost }) => sum + cost, 0n))

  it('gives a thousand events exactly, by session and login, and each once', async () => {
    const world = await opened({ confirmations: 0, blocksAtOnce: 3 })
    for (let block = 0; block < 5; block++) await node.mine(() => node.many(FIRST, USDC / 100n, 150), () => node.many(SECOND, 1n, 50))
    expect(await world.sync(world.chain)).toMatchObject({ entries: 1_000, cost: parseUsd('7.50025'), failure: null })
    expect([await sums(world, FIRST), await sums(world, SECOND)]).toEqual(['7.50', '0.00025'])
    expect(await world.sync(world.chain)).toMatchObject({ entries: 0 })
    const rows = await world.stores.read(() => world.stores.ledger.spend(0 as never, null))
    expect(new Set(rows.map(({ scope }) => scope.account))).toEqual(new Set([node.account.toLowerCase()]))
  })

  it('posts a block once enough follow it, and goes on from the stored one', async () => {
    const world = await opened()
    await node.mine(() => node.spend(FIRST, 5n * USDC))
    expect(await world.sync(world.chain)).toMatchObject({ entries: 0, failure: null })
    await node.empty(2)
    expect(await world.sync(world.chain)).toMatchObject({ entries: 1 })
    await node.mine(() => node.spend(FIRST, 1n * USDC))
    await node.empty(2)
    await world.sync(world.chain)
    expect(await sums(world, FIRST)).toBe('6.00')
  })

  it('is not disturbed by a reorganisation above what is settled', async () => {
    const world = await opened()
    await node.mine(() => node.spend(FIRST, 5n * USDC))
    const back = await node.mark()
    await node.mine(() => node.spend(FIRST, 9n * USDC))
    await node.empty(1)
    await world.sync(world.chain)
    await back()
    await node.mine(() => node.spend(SECOND, 3n * USDC))
    await node.empty(3)
    expect(await world.sync(world.chain)).toMatchObject({ failure: null, withdrawn: 0 })
    expect([await sums(world, FIRST), await sums(world, SECOND), await world.events('external.reorg')]).toEqual(['5.00', '3.00', []])
  })

  it('that is reorganised below it is told, and the ledger follows by entries', async () => {
    const world = await opened({ confirmations: 1 })
    await node.mine(() => node.spend(FIRST, 5n * USDC))
    await node.empty(1)
    await world.sync(world.chain)
    const back = await node.mark()
    await node.mine(() => node.spend(FIRST, 7n * USDC), () => node.spend(SECOND, 11n * USDC))
    await node.empty(2)
    await world.sync(world.chain)
    expect([await sums(world, FIRST), await sums(world, SECOND)]).toEqual(['12.00', '11.00'])
    await back()
    await node.empty(2)
    await node.mine(() => node.spend(SECOND, 2n * USDC))
    await node.empty(3)
    expect(await world.sync(world.chain)).toMatchObject({ failure: null, withdrawn: expect.any(Number) as number })
    expect([await sums(world, FIRST), await sums(world, SECOND)]).toEqual(['5.00', '2.00'])
    expect((await world.events('external.reorg')).length).toBe(1)
  })

  it.each([[0, 2n, '2.00'], [18, 10n ** 18n, '1.00'], [18, 1n, '0.00']])('with %i decimals takes %d for %s dollars', async (decimals, amount, dollars) => {
    const world = await opened({ decimals, confirmations: 0 })
    await node.mine(() => node.spend(FIRST, amount))
    await world.sync(world.chain)
    expect(await sums(world, FIRST)).toBe(dollars)
  })

  it('with an amount that no money can hold is refused by name, and nothing is posted', async () => {
    const world = await opened({ confirmations: 0 })
    await node.mine(() => node.spend(FIRST, USDC), () => node.spend(FIRST, 2n ** 256n - 1n))
    expect((await world.sync(world.chain)).failure).toMatch(/^external source "chain" says \$\d+.* at once, which is out of range/)
    expect(await world.spentOutside()).toBe('0.00')
  })

  it('says which chain it is, and that nothing is where no contract is', async () => {
    const world = await opened({ chainId: 1 })
    expect((await world.sync(world.chain)).failure).toBe('external source "chain": rpc_url answers for chain 31337, and chain_id is 1')
    expect((await world.sync({ ...world.chain, chainId: 0, contract: node.account.toLowerCase() })).failure).toMatch(/there is no contract at 0x[0-9a-f]{40} on chain 31337/)
  })
})

describe('a node', () => {
  const reading = (url: string, timeoutMs = 5_000) => openChain(chainSource({ rpcUrl: url, timeoutMs }))
  const why = (work: Promise<unknown>): Promise<string> => work.then(() => '', (error: Error) => error.message)

  it('that is down, refuses or hangs is named by its host alone', async () => {
    const port = await closedPort()
    expect(await why(reading(`http://127.0.0.1:${port}/v3/s3cret`).head(SIGNAL))).toBe(`external source "chain": 127.0.0.1:${port} is not listening`)
    await using refusing = await loopbackServer(answer(401, 'no such key: s3cret'))
    expect(await why(reading(`${refusing.url}/v3/s3cret`).head(SIGNAL))).toBe(`external source "chain": ${refusing.host} answered 401`)
    await using hanging = await loopbackServer(hang)
    expect(await why(reading(`${hanging.url}/v3/s3cret`, 200).chainId(SIGNAL))).toBe(`external source "chain": ${hanging.host} did not answer within 0.2 s`)
  })

  it('that was asked for too much at once says so, and is not taken for one that fails', async () => {
    const refusal = (code: number, message: string) => answer(200, JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code, message } }), { 'content-type': 'application/json' })
    await using limited = await loopbackServer(refusal(-32005, 'query returned more than 10000 results'))
    expect(await reading(limited.url).events({ from: 1, to: 9 }, SIGNAL)).toEqual({ smaller: 'query returned more than 10000 results' })
    await using broken = await loopbackServer(refusal(-32601, 'the method eth_getLogs does not exist'))
    expect(await why(reading(broken.url).events({ from: 1, to: 9 }, SIGNAL))).toMatch(/^external source "chain": 127\.0\.0\.1:\d+ refused: the method eth_getLogs does not exist/)
  })

  it('is not asked once purser is stopping', async () => {
    await using server = await loopbackServer(hang)
    expect(await why(reading(server.url).head(AbortSignal.abort()))).toMatch(/was not read: purser is stopping/)
    expect(server.requests).toEqual([])
  })
})
