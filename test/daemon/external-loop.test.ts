import { afterEach, describe, expect, it } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import { MINUTE_MS } from '../../src/core/time.ts'
import { externalLoop, type ExternalLoop } from '../../src/daemon/external-loop.ts'
import { openTestSqlite, type OpenStores } from '../support/databases.ts'
import { chainSource, tableSource } from '../support/external-sources.ts'
import { OutsideWorld } from '../support/external-world.ts'

const NOW = Date.UTC(2026, 10, 21, 12)

describe('sources in a daemon', () => {
  let open: OpenStores, loop: ExternalLoop
  afterEach(async () => { await loop.stop(); await open.close() })
  const seen = { synced: [] as string[], faults: [] as string[], again: 0 }
  const following = async (sources = [tableSource()] as Parameters<typeof externalLoop>[0]['sources'] extends () => infer S ? S : never): Promise<OutsideWorld> => {
    open = await openTestSqlite()
    const world = new OutsideWorld(open.stores, NOW)
    Object.assign(seen, { synced: [], faults: [], again: 0 })
    loop = externalLoop({ outside: world, sources: () => sources, onSynced: ({ source, entries }) => seen.synced.push(`${source} ${entries}`), onFault: (source, why) => seen.faults.push(`${source} ${why}`), again: () => { seen.again++ } })
    return world
  }

  it('are read when they are due, and not before', async () => {
    const world = await following()
    world.text = '[{"amount":"5"}]'
    await loop.pass()
    await loop.settled()
    expect(seen.synced).toEqual(['bill 1'])
    world.text = '[{"amount":"9"}]'
    expect((await loop.pass()).nextAt).toBe(NOW + 5 * MINUTE_MS)
    await loop.settled()
    expect(seen.synced).toHaveLength(1)
    world.clock.advance(5 * MINUTE_MS)
    await loop.pass()
    await loop.settled()
    expect(seen.synced).toHaveLength(2)
  })

  it('keep none waiting for a slow one, and ask none twice at a time', async () => {
    const world = await following([tableSource({ id: 'slow' }), tableSource({ id: 'quick' })])
    let asked = 0, finish = (): void => undefined
    Object.assign(world.readers, { text: async ({ id }: { id: string }, signal: AbortSignal) => { if (id === 'slow') { asked++; await new Promise<void>(resolve => { finish = resolve; signal.addEventListener('abort', () => resolve()) }) } return '[{"amount":"5"}]' } })
    await loop.pass()
    await loop.pass()
    await expect.poll(() => seen.synced).toEqual(['quick 1'])
    expect(asked).toBe(1)
    finish()
    await loop.settled()
    expect(seen.synced).toEqual(['quick 1', 'slow 1'])
  })

  it('go on at once with a chain that was cut off', async () => {
    const chain = chainSource({ confirmations: 0, blocksAtOnce: 1 })
    const world = await following([chain])
    world.node1.empty(60).mine({ transaction: '0xa', amount: 5_000_000n })
    await loop.pass()
    await loop.settled()
    expect([seen.again, seen.synced]).toEqual([1, []])
    await loop.pass()
    await loop.settled()
    expect([seen.again, seen.synced]).toEqual([1, ['chain 1']])
  })

  it('tell a fault of our own and are tried again, and are cut off by a stop', async () => {
    const world = await following()
    Object.assign(world.readers, { text: () => Promise.reject(new AppError('store_busy', 'busy')) })
    await loop.pass()
    await loop.settled()
    expect(seen.faults).toEqual(['bill busy'])
    let heard = false
    Object.assign(world.readers, { text: (_: unknown, signal: AbortSignal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => { heard = true; reject(new AppError('unavailable', 'stopped')) })) })
    await loop.pass()
    await loop.stop()
    expect(heard).toBe(true)
    await loop.pass()
    expect(seen.synced).toEqual([])
  })
})
