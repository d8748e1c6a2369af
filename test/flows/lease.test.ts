import { afterEach, describe, expect, it } from 'vitest'
import { leaseHolder, releaseLease, takeLease, type LeaseHolder } from '../../src/flows/lease.ts'
import { openTestSqlite, type OpenStores } from '../support/databases.ts'

const first: LeaseHolder = { pid: 100, startTime: '1', boot: 'b', version: '0.1.0' }
const second: LeaseHolder = { pid: 200, startTime: '2', boot: 'b', version: '0.1.0' }
const alive = async (): Promise<boolean> => true, dead = async (): Promise<boolean> => false

describe('the instance lease', () => {
  let open: OpenStores | undefined
  afterEach(async () => { await open?.close() })
  const world = async () => (open = await openTestSqlite()).stores

  it('lets one of two in and names the holder to the other', async () => {
    const stores = await world()
    await takeLease(stores, first, alive)
    await expect(takeLease(stores, second, alive)).rejects.toMatchObject({ code: 'already_running', message: expect.stringContaining('pid 100') })
    expect(await leaseHolder(stores)).toEqual(first)
  })

  it('passes from a dead holder, and never to two at once', async () => {
    const stores = await world()
    await takeLease(stores, first, alive)
    const starters = Array.from({ length: 20 }, (_, index): LeaseHolder => ({ ...second, pid: 300 + index }))
    const results = await Promise.allSettled(starters.map(starter => takeLease(stores, starter, async holder => holder.pid !== first.pid)))
    expect(results.filter(result => result.status === 'fulfilled')).toHaveLength(1)
  })

  it('is released by its holder only', async () => {
    const stores = await world()
    await takeLease(stores, first, dead)
    await releaseLease(stores, second)
    expect(await leaseHolder(stores)).toEqual(first)
    await releaseLease(stores, first)
    expect(await leaseHolder(stores)).toBeNull()
  })
})
