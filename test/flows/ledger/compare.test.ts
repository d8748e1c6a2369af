import { afterEach, describe, expect, it } from 'vitest'
import { usdText } from '../../../src/core/money.ts'
import { instant } from '../../../src/core/time.ts'
import { compareLedgers, compareText, historiesOf, itemsIn, type Compared } from '../../../src/flows/ledger/compare.ts'
import { openTestSqlite, type OpenStores } from '../../support/databases.ts'
import { LedgerWorld } from '../../support/ledger-world.ts'

const NOON = Date.UTC(2026, 10, 21, 12), DAY = 86_400_000
const at = (days: number) => instant(NOON + days * DAY)

describe('comparing two ledgers of the same logs', () => {
  const opened: OpenStores[] = []
  afterEach(async () => { for (const open of opened.splice(0)) await open.close() })
  async function ledger(): Promise<LedgerWorld> {
    const open = await openTestSqlite()
    opened.push(open)
    return new LedgerWorld(open.stores, NOON)
  }
  const compared = ({ stores: old }: LedgerWorld, { stores: fresh }: LedgerWorld): Promise<Compared> => compareLedgers({ old, fresh }, () => undefined)
  const told = async (old: LedgerWorld, fresh: LedgerWorld) => {
    const { lost, ...rest } = await compared(old, fresh)
    return { ...rest, lost: lost.responses, cost: usdText(lost.cost), months: [...lost.months].map(([month, { responses, cost }]) => `${month} ${responses} ${usdText(cost)}`) }
  }

  it('tells what both have, what only one has, and of which months', async () => {
    const [old, fresh] = [await ledger(), await ledger()]
    await old.ingest([{ key: 'both', at: at(0), usd: '1' }, { key: 'gone', at: at(-40), usd: '2' }, { key: 'gone2', at: at(0), usd: '3' }])
    await fresh.ingest([{ key: 'both', at: at(0), usd: '1' }, { key: 'new', at: at(0), usd: '9' }])
    expect(await told(old, fresh)).toEqual({ same: 1, gained: 1, keptPrice: 0, lost: 2, cost: '5.00', months: ['2026-10 1 2.00', '2026-11 1 3.00'] })
  })

  it('counts what is less than before as lost, and what is more as gained', async () => {
    const [old, fresh] = [await ledger(), await ledger()]
    await old.ingest([{ key: 'fuller', at: at(0), usd: '5' }, { key: 'less', at: at(0), usd: '1', final: false }, { key: 'later', at: at(-1), usd: '1' }])
    await fresh.ingest([{ key: 'fuller', at: at(0), usd: '2', final: false }, { key: 'less', at: at(0), usd: '3' }, { key: 'later', at: at(0), usd: '1' }])
    expect(await told(old, fresh)).toMatchObject({ same: 0, gained: 1, lost: 2, cost: '3.00' })
  })

  it('does not mind in how many steps a response became known', async () => {
    const [old, fresh] = [await ledger(), await ledger()]
    await old.ingest([{ key: 'a', at: at(0), usd: '1', final: false }])
    await old.ingest([{ key: 'a', at: at(0), usd: '3' }])
    await fresh.ingest([{ key: 'a', at: at(0), usd: '3' }])
    expect(await told(old, fresh)).toMatchObject({ same: 1, gained: 0, lost: 0 })
  })

  it('tells another price apart from another use', async () => {
    const [old, fresh] = [await ledger(), await ledger()]
    await old.ingest([{ key: 'a', at: at(0), usd: '3' }])
    await fresh.ingest([{ key: 'a', at: at(0), usd: '3' }])
    await opened[1]?.database.script('update entry set cost = cost + 1')
    expect(await told(old, fresh)).toMatchObject({ same: 0, keptPrice: 1, lost: 0 })
  })

  it('lets a smaller gap be when the meter is known as far, and counts it as lost when it is not', async () => {
    const [old, fresh] = [await ledger(), await ledger()]
    await old.ingest([{ key: 'a', at: at(0), usd: '1' }], 'live', [{ session: 's1', at: at(0), usd: '9' }])
    await fresh.ingest([{ key: 'a', at: at(0), usd: '1' }, { key: 'b', at: at(0), usd: '2' }], 'live', [{ session: 's1', at: at(0), usd: '9' }])
    expect(await told(old, fresh)).toMatchObject({ same: 2, gained: 1, lost: 0 })
    const behind = await ledger()
    await behind.ingest([{ key: 'a', at: at(0), usd: '1' }], 'live', [{ session: 's1', at: at(0), usd: '4' }])
    expect(await told(old, behind)).toMatchObject({ same: 1, lost: 1, cost: '5.00' })
  })

  it('walks whole responses over pages, in the order of the database', async () => {
    const old = await ledger()
    const keys = ['z', 'é', '\u{1F680}', '\uFF5E', 'a', 'A', ...Array.from({ length: 2_100 }, (_, n) => `k${n}`)]
    for (const final of [false, true]) await old.ingest(keys.map(key => ({ key, at: at(0), usd: final ? '0.002' : '0.001', final })))
    const found: string[] = []
    for await (const history of historiesOf(old.stores, null)) {
      expect(history).toHaveLength(2)
      found.push(history[0]?.key ?? '')
    }
    expect(found).toHaveLength(keys.length)
    expect(found.toSorted(compareText)).toEqual(found)
    expect(await told(old, old)).toMatchObject({ same: keys.length, gained: 0, lost: 0 })
    const items: string[] = []
    for await (const item of itemsIn(old.stores, 0n)) items.push(item.what)
    expect(items).toEqual([])
  })
})
