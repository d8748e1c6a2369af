import { afterEach, describe, expect, it } from 'vitest'
import { parseUsd } from '../../../src/core/money.ts'
import { DAY_MS, instant } from '../../../src/core/time.ts'
import { ENGINES, type OpenStores } from '../../support/databases.ts'
import { NOBODY, tableSource } from '../../support/external-sources.ts'
import { OutsideWorld } from '../../support/external-world.ts'
import { driftOf } from '../../support/ledger-check.ts'

const NOW = Date.UTC(2026, 10, 21, 12)
const DAILY = { id: 'daily', window: 'day', limit: parseUsd('10'), onBreach: 'deny' } as const

describe.each(ENGINES)('a bill on $name', engine => {
  let open: OpenStores | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const opened = async (...rules: ConstructorParameters<typeof OutsideWorld>[2] & unknown[]): Promise<OutsideWorld> => {
    open = await engine.open()
    return new OutsideWorld(open.stores, NOW, rules)
  }

  it('posts what it grew by, once, with its balances', async () => {
    const world = await opened(DAILY)
    expect(await world.shows('5')).toMatchObject({ entries: 1, cost: parseUsd('5'), failure: null })
    world.clock.advance(1_000)
    expect(await world.shows('8')).toMatchObject({ entries: 1, cost: parseUsd('3') })
    expect(await world.shows('8')).toMatchObject({ entries: 0, cost: 0n })
    expect([await world.held(), await world.spent('daily')]).toEqual([{ 'external:bill:': '8.00' }, parseUsd('8')])
    expect(await driftOf(world.stores, world.rules, instant(NOW))).toEqual([])
    expect((await world.events('external.synced')).map(({ fields }) => fields['cost'])).toEqual(['5.00', '3.00'])
    expect((await world.notices()).filter(text => text.includes('external.synced'))).toHaveLength(2)
  })

  it('breaks a budget as any other spend does, unless only a command without a daemon read it', async () => {
    const world = await opened(DAILY)
    world.live = false
    expect((await world.shows('11')).locked).toEqual([])
    world.live = true
    expect((await world.shows('12')).locked.map(({ rule, spent }) => [rule, spent])).toEqual([['daily', parseUsd('12')]])
    expect((await world.activeLocks()).map(({ rule }) => rule)).toEqual(['daily'])
  })

  it('corrects the day it names, and locks nothing for a day that is over', async () => {
    const world = await opened(DAILY)
    world.bill = tableSource({ subject: ['day'], at: 'day', owner: { ...NOBODY, account: 'work' } })
    world.text = '[{"day":"2026-11-20","amount":"50"},{"day":"2026-11-21","amount":"4"}]'
    expect((await world.sync()).locked).toEqual([])
    expect(await world.spent('daily')).toBe(parseUsd('4'))
    expect((await world.stores.read(() => world.stores.ledger.spend(instant(NOW - 2 * DAY_MS), instant(NOW - DAY_MS / 2 - 1)))).map(({ cost, scope }) => [cost, scope.account])).toEqual([[parseUsd('50'), 'work']])
  })

  it('tells once that it fell, takes nothing off, and tells again when it falls further', async () => {
    const world = await opened()
    const told = async (): Promise<number> => (await world.events('external.lower')).length
    await world.shows('500')
    expect(await world.shows('300')).toMatchObject({ entries: 0, lower: 1 })
    await world.shows('300')
    await world.shows('310')
    expect([await told(), await world.spentOutside()]).toEqual([1, '500.00'])
    await world.shows('100')
    expect(await told()).toBe(2)
    await world.shows('501.25')
    expect(await world.spentOutside()).toBe('501.25')
  })

  it('changes nothing at all when one row is wrong', async () => {
    const world = await opened()
    await world.shows('5')
    world.text = '[{"amount":"9"},{"amount":"-1"}]'
    expect(await world.sync()).toMatchObject({ entries: 0, failure: 'external source "bill": row 2: amount is "-1", and an amount is digits such as 1200 or 12.50, without a sign' })
    world.text = '[{"amount":"99999999999"}]'
    expect((await world.sync()).failure).toMatch(/out of range; check its decimals/)
    expect(await world.spentOutside()).toBe('5.00')
  })

  it('posts nothing where logs count the same', async () => {
    const world = await opened(DAILY)
    world.bill = tableSource({ mode: 'compare' })
    await world.shows('5')
    await world.shows('50')
    expect([await world.spentOutside(), await world.spent('daily')]).toEqual(['0.00', null])
  })

  it('comes to the same when it is read by two at once', async () => {
    const world = await opened()
    world.text = '[{"amount":"7"}]'
    await Promise.all([world.sync(), world.sync(), world.sync()])
    expect(await world.held()).toEqual({ 'external:bill:': '7.00' })
  })
})
