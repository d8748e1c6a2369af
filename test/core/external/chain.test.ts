import { describe, expect, it } from 'vitest'
import { blocksToKeep, correction, keyed, sessionText, settledTo, type ChainEvent } from '../../../src/core/external/chain.ts'
import { nanoUsd } from '../../../src/core/money.ts'
import { instant } from '../../../src/core/time.ts'
import { chainSource, NOBODY } from '../../support/external-sources.ts'

const AT = instant(Date.UTC(2026, 10, 21))
const event = (change: Partial<ChainEvent> = {}): ChainEvent => ({ transaction: '0xaa', logIndex: 0, block: { number: 7, hash: '0x7' }, at: AT, session: 's1', account: '', amount: { digits: 5n, scale: 0 }, ...change })
const keysOf = (...events: readonly ChainEvent[]): string[] => [...keyed(events, { chainId: 1, contract: '0xc', topic: '0x1234567890' }).keys()]

describe('keys of events', () => {
  it('are the transaction and the place in it, wherever it is mined', () => {
    const first = [event({ logIndex: 4 }), event({ logIndex: 5 }), event({ transaction: '0xbb', logIndex: 9 })]
    const again = first.map(each => ({ ...each, logIndex: each.logIndex + 30, block: { number: 99, hash: '0x99' } }))
    expect(keysOf(...first)).toEqual(['external:eip155:1:0xc:0x12345678:0xaa:0', 'external:eip155:1:0xc:0x12345678:0xaa:1', 'external:eip155:1:0xc:0x12345678:0xbb:0'])
    expect(keysOf(...again.toReversed())).toEqual(keysOf(...first))
  })

  it('count once what a node says twice', () => {
    expect(keysOf(event(), event(), event({ logIndex: 1 }))).toHaveLength(2)
  })
})

describe('a correction', () => {
  const held = (cost: bigint, seq = 0) => ({ seq, cost: nanoUsd(cost) })
  const source = chainSource({ owner: { ...NOBODY, account: 'treasury', project: '/src/web' } })
  const due = (cost: bigint, was: ReturnType<typeof held>) => correction({ key: 'external:x', at: AT, session: 's1', account: '' }, { cost, held: was, source, node: 'n1' })

  it('brings the ledger to what the chain says, and is nothing when it is there', () => {
    expect(due(5n, { seq: -1, cost: nanoUsd(0n) })).toMatchObject({ seq: 0, kind: 'counter', cost: 5n, scope: { agent: 'external', account: 'treasury', project: '/src/web', session: 's1' } })
    expect(due(5n, held(5n))).toBeNull()
    expect(due(0n, held(5n, 2))).toMatchObject({ seq: 3, kind: 'difference', cost: -5n })
  })
})

it('a block is settled once as many follow it as were asked for', () => {
  expect([settledTo(100, { confirmations: 12 }), settledTo(100, { confirmations: 0 }), settledTo(3, { confirmations: 12 })]).toEqual([88, 100, -1])
})

it('blocks are kept densely near the end and ever thinner behind it, for as long as one looks', () => {
  let known = [{ number: 0, hash: '0' }]
  for (let number = 1; number <= 20_000; number++) known = [...blocksToKeep([{ number, hash: String(number) }, ...known])]
  const distances = known.map(({ number }) => 20_000 - number)
  expect(distances.slice(0, 32)).toEqual([...Array(32).keys()])
  expect(known.length).toBeLessThan(64)
  for (const depth of [50, 200, 1_000, 5_000]) expect(distances.some(each => each >= depth && each <= 4 * depth), `something near ${depth}`).toBe(true)
})

it.each([
  ['0x8a1fb2c3d4e5f60718293a4b5c6d7e8f00000000000000000000000000000000', '8a1fb2c3-d4e5-f607-1829-3a4b5c6d7e8f'],
  ['0x000000000000000000000000000000008a1fb2c3d4e5f60718293a4b5c6d7e8f', '8a1fb2c3-d4e5-f607-1829-3a4b5c6d7e8f'],
  ['0x73657373696f6e2d3100000000000000000000000000000000000000000000AA'.toLowerCase(), '0x73657373696f6e2d3100000000000000000000000000000000000000000000aa'],
  ['0x73657373696f6e2d31000000000000000000000000000000000000000000000000'.slice(0, 66), 'session-1'],
  [`0x${'0'.repeat(64)}`, ''],
  ['0xAbCdef0000000000000000000000000000000001', '0xabcdef0000000000000000000000000000000001'],
  ['plain\u0000 text', 'plain text'],
])('the session %s is %j', (bytes, session) => {
  expect(sessionText(bytes)).toBe(session)
})
