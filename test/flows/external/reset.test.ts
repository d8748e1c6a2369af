import { afterEach, describe, expect, it } from 'vitest'
import { resetSource } from '../../../src/flows/external/reset.ts'
import { openTestSqlite, type OpenStores } from '../../support/databases.ts'
import { chainSource, tableSource } from '../../support/external-sources.ts'
import { OutsideWorld } from '../../support/external-world.ts'

const BY = { reason: 'a new month', by: 'ada', subject: null } as const

describe('a reset', () => {
  let open: OpenStores
  afterEach(async () => { await open.close() })
  const opened = async (): Promise<OutsideWorld> => {
    open = await openTestSqlite()
    return new OutsideWorld(open.stores, Date.UTC(2026, 10, 21, 12))
  }

  it('of a bill goes on from its newest reading and keeps what was counted', async () => {
    const world = await opened()
    await world.shows('500')
    await world.shows('20')
    expect(await resetSource(world, world.bill, BY)).toEqual({ subjects: [{ subject: '', from: '500', to: '20' }], fromBlock: null })
    await world.shows('25')
    expect(await world.held()).toEqual({ 'external:bill:': '505.00' })
    expect((await world.events('external.reset')).map(({ fields }) => fields)).toEqual([{ source: 'bill', reason: 'a new month', by: 'ada', subjects: 1 }])
  })

  it('of one amount leaves the others', async () => {
    const world = await opened()
    world.bill = tableSource({ subject: ['id'], decimals: 2 })
    for (const amounts of [['500', '700'], ['100', '100']]) {
      world.text = JSON.stringify(amounts.map((amount, id) => ({ id, amount })))
      await world.sync()
    }
    expect((await resetSource(world, world.bill, { ...BY, subject: '1' })).subjects).toEqual([{ subject: '1', from: '7', to: '1' }])
    await expect(resetSource(world, world.bill, { ...BY, subject: 'none' })).rejects.toMatchObject({ code: 'not_found', message: 'external source "bill" has no amount of "none"; see them: purser external show bill' })
    await expect(resetSource(world, world.bill, { ...BY, reason: ' ' })).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('of a chain reads it anew, on another node too, and posts nothing twice', async () => {
    const world = await opened()
    world.chain = chainSource({ confirmations: 0, fromBlock: 1 })
    world.node1.mine({ transaction: '0xa', amount: 5_000_000n }).empty(3)
    await world.sync(world.chain)
    expect(await resetSource(world, world.chain, BY)).toEqual({ subjects: [], fromBlock: 1 })
    expect(await world.sync(world.chain)).toMatchObject({ entries: 0, failure: null })
    expect([world.node1.asked.filter(each => each === 'events 1 to 4').length, await world.spentOutside()]).toEqual([2, '5.00'])
  })
})
