import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { SchemaObject } from '../../../src/core/ledger/audit-store.ts'
import { ledgerFindings } from '../../../src/core/ledger/ledger-findings.ts'
import { parseUsd } from '../../../src/core/money.ts'
import { instant } from '../../../src/core/time.ts'
import { verifyLedger } from '../../../src/flows/ledger/verify.ts'
import { SqlAudit } from '../../../src/store/ledger-audit.ts'
import { ENGINES, openTestSqlite, type OpenStores } from '../../support/databases.ts'
import { LedgerWorld } from '../../support/ledger-world.ts'

const NOON = Date.UTC(2026, 10, 21, 12), HOUR = 3_600_000
const at = (hours: number) => instant(NOON + hours * HOUR)

/** A ledger with everything in it: corrections, moves, meters, copies, budgets of every kind, a lock. */
async function busy(open: OpenStores): Promise<LedgerWorld> {
  const world = new LedgerWorld(open.stores, NOON, [
    { id: 'day', window: 'day', limit: parseUsd('3'), onBreach: 'deny' }, { id: 'five', window: '5h', limit: parseUsd('90'), per: 'session' }, { id: 'ever', window: 'lifetime', limit: parseUsd('90') },
  ])
  for (const rule of world.rules) await world.stores.transaction(() => world.stores.balances.setMeasured(rule.measure, instant(0)))
  await world.ingest([{ key: 'a', at: at(-30), usd: '1' }, { key: 'b', at: at(-2), usd: '1', final: false }, { key: 'c', at: at(-1), usd: '2', session: 'side', sidechain: true }])
  world.clock.advance(HOUR)
  await world.ingest([{ key: 'b', at: at(-2), usd: '3' }, { key: 'c', at: at(-1), usd: '2', session: 'main' }, { key: 'd', at: at(20), usd: '1' }], 'live', [{ session: 's1', at: at(0), usd: '9' }])
  world.clock.advance(HOUR)
  await world.ingest([{ key: 'e', at: at(1), usd: '0.5' }])
  return world
}

let emptySchema: Promise<readonly SchemaObject[]> | undefined
async function schemaOfEmpty(): Promise<readonly SchemaObject[]> {
  const clean = await openTestSqlite()
  try {
    return await clean.stores.read(() => new SqlAudit('sqlite').schema())
  } finally {
    await clean.close()
  }
}

async function found(open: OpenStores, world: LedgerWorld): Promise<{ id: string; level: string; detail: string; remedy: string; title: string }[]> {
  const audit = new SqlAudit(open.database.engine)
  const schema = open.database.engine === 'sqlite' ? await (emptySchema ??= schemaOfEmpty()) : []
  const facts = await verifyLedger({ stores: open.stores, audit, node: 'n1', database: '/x/purser.db', card: '2026.11-4a142e44', now: world.clock.now(), budgets: world.rules, schema }, () => undefined)
  // The tests' own card has a name of its own.
  return ledgerFindings({ ...facts, cards: facts.cards.filter(({ card }) => card !== 'test') }).filter(({ level }) => level !== 'ok')
}

describe.each(ENGINES)('verifying on $name', engine => {
  it('finds nothing wrong with a ledger that purser wrote, and changes nothing', async () => {
    const open = await engine.open()
    const world = await busy(open)
    expect(await found(open, world)).toEqual([])
    await open.close()
  })
})

describe('verifying', () => {
  let open: OpenStores | undefined
  afterEach(async () => { await open?.close(); open = undefined })

  it.each<[string, string, string, RegExp, RegExp]>([
    ['an entry that was deleted', "delete from entry where key like '%:b' and seq = 0", 'ledger.sequence', /1 response has entries missing/, /rebuild --from-logs/],
    ['tokens below zero', "update entry set output = -1 where key like '%:a'", 'ledger.entries', /1 response is such as purser never posts/, /rebuild --from-logs/],
    ['a response that counts twice', "update entry set responses = 2 where key like '%:a'", 'ledger.entries', /never posts/, /rebuild --from-logs/],
    ['a cost without a card', "update entry set card = '' where key like '%:a'", 'ledger.entries', /never posts/, /rebuild --from-logs/],
    ['a correction that takes too much', "update entry set cost = -99000000000 where key like '%:b' and seq = 1", 'ledger.histories', /1 corrected response does not add up/, /rebuild --from-logs/],
    ['half a move', "delete from entry where key like '%:c' and seq = 2", 'ledger.histories', /does not add up/, /rebuild --from-logs/],
    ['a scope that was renamed', "update scope set project = '/elsewhere' where session = 's1'", 'ledger.scopes', /scope/, /rebuild --from-logs/],
    ['a card with a strange name', "update entry set card = 'my-own-prices' where key like '%:a'", 'ledger.cards', /rate card/, /rebuild --from-logs/],
    ['a balance that was edited', 'update balance set spent = spent - 1', 'ledger.balances', /balances are not the sum of their entries/, /purser ledger rebuild`/],
    ['a balance that is gone', 'delete from balance where window_end is not null', 'ledger.balances', /not the sum/, /purser ledger rebuild`/],
    ['a balance of nothing', "insert into balance select measure, 'nobody', 5, 6, 5, 1000000000, 0, 0, 0, 0 from balance where window_end is not null limit 1", 'ledger.balances', /1 balance is not the sum of its entries/, /purser ledger rebuild`/],
    ['a cursor behind the end of its log', 'update cursor set read_to = 10, size = 5', 'ledger.cursors', /impossible place/, /index --rebuild/],
    ['a cursor with a strange fingerprint', "update cursor set tail = 'oops'", 'ledger.cursors', /impossible place/, /index --rebuild/],
    ['a meter that was raised', 'update meter set cost = cost * 2, output = output * 2', 'ledger.meters', /1 session total is not the client's own/, /index --rebuild/],
    ['an event that was edited', "update event set fields = '{}' where id = (select max(id) from event)", 'ledger.audit', /audit trail was changed before event/, /purser events/],
    ['a trigger that somebody added', 'create trigger cheap after insert on entry begin update entry set cost = 0; end', 'ledger.schema', /added 1 thing/, /name = 'cheap'/],
    ['an index that somebody removed', 'drop index entry_by_time', 'ledger.schema', /1 part of the database is missing/, /ledger export saved/],
  ])('finds %s and says what to type', async (_, damage, id, title, remedy) => {
    open = await openTestSqlite()
    const world = await busy(open)
    await open.database.script(damage)
    const all = await found(open, world)
    const finding = all.find(each => each.id === id)
    expect(all.map(each => each.id)).toContain(id)
    expect(finding?.title).toMatch(title)
    expect(finding?.remedy).toMatch(remedy)
  })

  it('finds an entry that belongs to nobody, and sums of reports that drifted', async () => {
    open = await openTestSqlite()
    const world = await busy(open)
    await open.stores.transaction(() => world.stores.sums.fold(1_000))
    expect(await found(open, world)).toEqual([])
    await open.database.script('update usage_slot set cost = cost + 1')
    expect((await found(open, world)).map(({ id }) => id)).toEqual(['ledger.sums'])
    await open.database.script('update usage_slot set cost = cost - 1; update usage_slot set slot = slot + 900000 where slot = (select max(slot) from usage_slot)')
    expect((await found(open, world)).find(({ id }) => id === 'ledger.sums')?.title).toMatch(/^2 sums that reports add up are not/)
    await open.database.script("pragma foreign_keys = off; delete from usage_slot; delete from meta where name = 'usage_slot_through'; delete from scope where session = 'main'")
    const all = await found(open, world)
    expect(all.find(({ id }) => id === 'ledger.scopes')?.title).toBe('1 entry belongs to nobody')
    expect(all.find(({ id }) => id === 'ledger.file')?.detail).toMatch(/refers to a row of scope that does not exist/)
  })

  it('holds a rolling balance against its own left edge, not against the edge of now', async () => {
    open = await openTestSqlite()
    const world = await busy(open)
    world.clock.advance(4 * HOUR)
    expect(await found(open, world)).toEqual([])
  })

  it('finds nothing wrong with any history of forks, meters, late lines and fuller copies', async () => {
    const spent = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), at: fc.integer({ min: -30, max: 1 }).map(at), usd: fc.constantFrom('0.001', '0.002', '0.004'), session: fc.constantFrom('s1', 's2', 's3'), final: fc.boolean(), sidechain: fc.boolean() })
    const metered = fc.record({ session: fc.constantFrom('s1', 's2', 's3'), at: fc.integer({ min: -2, max: 1 }).map(at), usd: fc.constantFrom('0.003', '0.008', '0.02') })
    const steps = fc.array(fc.record({ batch: fc.uniqueArray(spent, { selector: each => each.key, maxLength: 4 }), meters: fc.uniqueArray(metered, { selector: each => each.session, maxLength: 2 }) }), { minLength: 1, maxLength: 5 })
    await fc.assert(fc.asyncProperty(steps, async history => {
      open = await openTestSqlite()
      const world = new LedgerWorld(open.stores, NOON, [{ id: 'day', window: 'day', limit: parseUsd('9') }])
      for (const rule of world.rules) await world.stores.transaction(() => world.stores.balances.setMeasured(rule.measure, instant(0)))
      for (const { batch, meters } of history) {
        await world.ingest(batch, 'live', meters)
        world.clock.advance(HOUR)
      }
      expect(await found(open, world)).toEqual([])
      await open.close()
      open = undefined
    }), { numRuns: 25 })
  })

  it('counts what is wrong past what it names', async () => {
    open = await openTestSqlite()
    const world = new LedgerWorld(open.stores, NOON)
    await world.ingest(Array.from({ length: 60 }, (_, n) => ({ key: `k${n}`, at: at(0), usd: '0.01' })))
    await open.database.script('update entry set output = -1')
    expect((await found(open, world)).find(({ id }) => id === 'ledger.entries')?.title).toBe('60 responses are such as purser never posts')
  })

  it('tells each step it takes', async () => {
    open = await openTestSqlite()
    const world = await busy(open)
    const told: string[] = []
    await verifyLedger({ stores: open.stores, audit: new SqlAudit('sqlite'), node: 'n1', database: '', card: '', now: world.clock.now(), budgets: [], schema: [] }, ({ step, steps, what }) => told.push(`${step}/${steps} ${what}`))
    expect(told).toEqual(['1/8 the file', '2/8 entries', '3/8 corrections', '4/8 scopes', '5/8 balances', '6/8 logs', '7/8 meters', '8/8 the audit trail'])
  })
})
