import { afterEach, describe, expect, it } from 'vitest'
import { AppError } from '../../../src/core/errors.ts'
import { MINUTE_MS } from '../../../src/core/time.ts'
import { dueSources, syncSource } from '../../../src/flows/external/sync.ts'
import { openTestSqlite, type OpenStores } from '../../support/databases.ts'
import { tableSource } from '../../support/external-sources.ts'
import { OutsideWorld } from '../../support/external-world.ts'

const NOW = Date.UTC(2026, 10, 21, 12)

describe('a look at a source', () => {
  let open: OpenStores
  afterEach(async () => { await open.close() })
  const opened = async (): Promise<OutsideWorld> => {
    open = await openTestSqlite()
    return new OutsideWorld(open.stores, NOW)
  }
  const failing = (world: OutsideWorld, error: unknown): Promise<unknown> =>
    syncSource({ ...world, readers: { ...world.readers, text: () => Promise.reject(error as Error) } }, world.bill, new AbortController().signal)

  it('that fails is told once until it works again, and keeps what was read', async () => {
    const world = await opened()
    await world.shows('5')
    for (const why of ['is not there', 'ended with 1']) {
      world.clock.advance(MINUTE_MS)
      expect(await failing(world, new AppError('unavailable', why))).toMatchObject({ failure: why, entries: 0 })
    }
    expect(await world.stores.read(() => world.stores.external.state('bill'))).toMatchObject({ failure: 'ended with 1', failingSince: NOW + MINUTE_MS, triedAt: NOW + 2 * MINUTE_MS, syncedAt: NOW })
    expect(await world.events('external.failed')).toHaveLength(1)
    await world.shows('6')
    expect(await world.stores.read(() => world.stores.external.state('bill'))).toMatchObject({ failure: '', failingSince: null })
    expect(await world.spentOutside()).toBe('6.00')
    await failing(world, new AppError('unavailable', 'is not there'))
    expect(await world.events('external.failed')).toHaveLength(2)
  })

  it('never swallows a fault of our own', async () => {
    const world = await opened()
    await expect(failing(world, new TypeError('a bug'))).rejects.toThrow('a bug')
    await expect(failing(world, new AppError('store_busy', 'busy'))).rejects.toMatchObject({ code: 'store_busy' })
  })

  it('is due by its own rhythm, at once when it never was read, and soon when the clock went back', async () => {
    const world = await opened()
    const often = tableSource({ everyMs: MINUTE_MS }), seldom = tableSource({ id: 'seldom', everyMs: 60 * MINUTE_MS })
    const due = async () => { const { due: found, nextAt } = await dueSources(world, [often, seldom]); return [found.map(({ id }) => id), nextAt === null ? null : (nextAt - NOW) / MINUTE_MS] }
    expect(await due()).toEqual([['bill', 'seldom'], 1])
    world.bill = seldom
    await world.shows('1')
    world.bill = often
    await world.shows('1')
    expect(await due()).toEqual([[], 1])
    world.clock.advance(MINUTE_MS)
    expect(await due()).toEqual([['bill'], 2])
    world.clock.advance(-600 * MINUTE_MS)
    expect((await due())[0]).toEqual(['bill', 'seldom'])
    expect(await dueSources(world, [])).toEqual({ due: [], nextAt: null })
  })
})
