// SQLite when the world is against it: a full disk, a read-only or damaged file, another writer. Every fault is an
// AppError that says what to do, nothing half-done stays, and what failed works again once the cause is gone.
import { closeSync, mkdirSync, openSync, readFileSync, readdirSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rows, sql } from '../../../src/core/ledger/work.ts'
import { instant } from '../../../src/core/time.ts'
import { openSqlite } from '../../../src/store/engines/sqlite.ts'
import type { Database } from '../../../src/store/database.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { storesOn } from '../../../src/store/stores.ts'
import { migrations } from '../../support/databases.ts'
import { tempHome, type TempHome } from '../../support/home.ts'
import { LedgerWorld } from '../../support/ledger-world.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
let home: TempHome
let opened: Database[]
beforeEach(() => { home = tempHome('sqlite'); opened = [] })
afterEach(async () => { for (const database of opened) await database.close(); home.remove() })

const file = (): string => join(home.path, 'purser.db')
async function open(over: { readOnly?: boolean; lockWaitMs?: number; random?: () => number } = {}): Promise<Database> {
  const database = openSqlite({ path: file(), random: () => 0.5, ...over })
  opened.push(database)
  if (!over.readOnly) await migrate(database, migrations(), { now: instant(1), backup: async () => undefined })
  return database
}
const worldOn = (database: Database): LedgerWorld => new LedgerWorld(storesOn(database), NOON, [{ id: 'ever', window: 'lifetime', limit: 1_000_000_000_000_000n as LedgerWorld['rules'][number]['limit'] }])
const many = (from: number, count = 400) => Array.from({ length: count }, (_, n) => ({ key: `k${from + n}`, usd: '0.01', at: instant(NOON - n), session: `session-${from + n}-${'x'.repeat(200)}` }))
const counted = (world: LedgerWorld) => world.stores.read(() => world.stores.ledger.count()).then(({ entries }) => entries)

describe('a full disk', () => {
  it('refuses the batch whole, keeps what was there, and takes the batch once there is room', async () => {
    const database = await open()
    const world = worldOn(database)
    await world.ingest(many(0, 10))
    await database.script('pragma wal_checkpoint(truncate)')
    const pages = Math.ceil(statSync(file()).size / 4096)
    await database.script(`pragma max_page_count = ${pages + 3}`)
    for (let round = 0; round < 3; round++) {
      await expect(world.ingest(many(100))).rejects.toMatchObject({ code: 'store_unusable', message: expect.stringMatching(/disk is full.*nothing was lost/) as string })
      expect([await counted(world), await world.spent('ever')]).toEqual([10, 100_000_000n])
    }
    await database.script('pragma max_page_count = 1000000')
    await world.ingest(many(100))
    expect([await counted(world), await world.spent('ever')]).toEqual([410, 4_100_000_000n])
  })
})

describe('work of many transactions', () => {
  it('lets whoever waits for an answer in between, although it awaits nothing else', async () => {
    const database = await open()
    let turns = 0, over = false
    const count = (): void => { turns++; if (!over) setImmediate(count) }
    setImmediate(count)
    // Each holds the loop for longer than a turn may last.
    for (let n = 0; n < 20; n++) await database.read(function* () { const since = performance.now(); while (performance.now() - since < 12); return yield* rows(sql('select 1 as one')) })
    over = true
    expect(turns).toBeGreaterThan(15)
  })
})

describe('references', () => {
  const stray = sql("insert into action (id, lock, kind, target, attempt, state, not_before, outcome, created_at) values ('a', 'no such lock', 'deny', '', 1, 'pending', 0, '', 0)")
  const actions = sql('select count(*) as n from action')

  it('are checked again once history was read', async () => {
    const database = await open()
    await worldOn(database).ingest(many(0, 40), 'catch-up')
    await expect(database.transaction(() => rows(stray))).rejects.toThrow(/FOREIGN KEY/)
    expect(await database.read(() => rows(actions))).toEqual([{ n: 0n }])
  })
  it('of entries to whoever spent hold while history is read, when SQLite checks none', async () => {
    const database = await open(), world = worldOn(database)
    await world.ingest(many(0, 40), 'catch-up')
    // Remembered by the process, and gone from the database behind its back.
    await database.script('pragma foreign_keys = off; delete from scope')
    const again = many(0, 40).map(response => ({ ...response, key: `again-${response.key}` }))
    await expect(world.ingest(again, 'catch-up')).rejects.toThrow(/NOT NULL constraint failed: entry.scope/)
    expect(await counted(world)).toBe(40)
  })
})

describe('a database that may only be read', () => {
  it('is read, and refuses writes with the place to look at', async () => {
    const world = worldOn(await open())
    await world.ingest(many(0, 3))
    const reading = worldOn(await open({ readOnly: true }))
    expect(await counted(reading)).toBe(3)
    await expect(reading.ingest(many(10, 1))).rejects.toMatchObject({ code: 'store_unusable', message: expect.stringMatching(/purser\.db may only be read by you/) as string })
    expect(await counted(world)).toBe(3)
  })
})

describe('a database in a folder that may only be read', () => {
  it('is read without a file beside it, before and after a writer was there', async () => {
    const database = await open()
    await worldOn(database).ingest(many(0, 3))
    await database.close()
    opened.pop()
    const files = readdirSync(home.path)
    const reading = await open({ readOnly: true })
    expect([await counted(worldOn(reading)), readdirSync(home.path)]).toEqual([3, files])
    await reading.close()
    opened.pop()
    await worldOn(await open()).ingest(many(10, 2))
    expect(await counted(worldOn(await open({ readOnly: true })))).toBe(5)
  })
})

describe('another writer', () => {
  it('is waited for, and its end is enough', async () => {
    const holder = await open()
    let waits = 0
    let heard: () => void = () => undefined
    const waiting = new Promise<void>(resolve => { heard = resolve })
    const world = worldOn(await open({ random: () => { if (++waits === 3) heard(); return 0 } }))
    await holder.script('begin immediate')
    const batch = world.ingest(many(0, 5))
    await waiting
    await holder.script('commit')
    await batch
    expect(await counted(world)).toBe(5)
  })

  it('that does not end is an error with its name, after the wait that was allowed, and nothing changed', async () => {
    const holder = await open()
    const world = worldOn(await open({ lockWaitMs: 50 }))
    await holder.script('begin immediate')
    await expect(world.ingest(many(0, 5))).rejects.toMatchObject({ code: 'store_busy', message: expect.stringMatching(/locked by another process for 0\.05 s.*purser doctor/) as string })
    // Readers are never kept waiting.
    expect(await counted(world)).toBe(0)
    await holder.script('rollback')
    await world.ingest(many(0, 5))
    expect(await counted(world)).toBe(5)
  })

  it('loses nothing against seven others', async () => {
    const worlds = await Promise.all(Array.from({ length: 8 }, async () => worldOn(await open({ random: Math.random }))))
    await Promise.all(worlds.map(async (world, n) => { for (let batch = 0; batch < 5; batch++) await world.ingest(many(n * 100 + batch * 10, 10)) }))
    const [world] = worlds
    expect([await counted(world as LedgerWorld), await world?.spent('ever')]).toEqual([400, 4_000_000_000n])
  })
})

describe('a file that is no database', () => {
  it('is refused by its path, and left as it is', async () => {
    writeFileSync(file(), 'these are somebody\'s notes, and they are long enough to be taken for a header of something'.repeat(20))
    const before = readFileSync(file())
    await expect(open()).rejects.toMatchObject({ code: 'store_unusable', message: expect.stringMatching(/not a purser database/) as string })
    expect(readFileSync(file()).equals(before)).toBe(true)
  })

  it('or a folder, or in a folder that does not exist, is an error that says so', async () => {
    mkdirSync(file())
    await expect(open()).rejects.toMatchObject({ code: 'store_unusable', message: expect.stringContaining('cannot be opened') as string })
    expect(() => openSqlite({ path: join(home.path, 'none', 'purser.db'), random: () => 0 })).toThrow(/cannot open the database .*none/)
  })

  it('any more, because its pages are damaged, says how to start over', async () => {
    const database = await open()
    await worldOn(database).ingest(many(0))
    await database.script('pragma wal_checkpoint(truncate)')
    await database.close()
    opened.pop()
    const size = statSync(file()).size
    const handle = openSync(file(), 'r+')
    for (let at = 4096; at < size; at += 4096) writeSync(handle, Buffer.alloc(2048, 0x5a), 0, 2048, at)
    closeSync(handle)
    const use = async (): Promise<unknown> => {
      const stores = storesOn(openSqlite({ path: file(), random: () => 0 }))
      return stores.read(() => stores.ledger.sum({ since: null, until: null, by: ['session'], slotMs: 0 }))
    }
    await expect(use()).rejects.toMatchObject({ code: 'store_unusable', message: expect.stringMatching(/purser\.db: the file is damaged\nstart anew from the logs: \(cd .* && mv purser\.db\* damaged\/ && purser index\)$/) as string })
  })
})
