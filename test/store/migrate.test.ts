// From an empty file, from an older schema, from a newer one: what migrating does, and that both engines end up alike.
import { afterEach, describe, expect, it } from 'vitest'
import { int, maybeInt, rows, sql, text } from '../../src/core/ledger/work.ts'
import { nanoUsd } from '../../src/core/money.ts'
import { instant } from '../../src/core/time.ts'
import { forEngine, migrate, type Migration } from '../../src/store/migrate.ts'
import { openSqlite } from '../../src/store/engines/sqlite.ts'
import { storesOn } from '../../src/store/stores.ts'
import { claim } from '../support/claims.ts'
import { ENGINES, migrations, openTestSqlite, type OpenStores } from '../support/databases.ts'

const SECOND: Migration = { number: 2, name: 'second', text: '-- A later idea.\ncreate table later (id {identity}, amount {int} not null) {strict};\nalter table meter add column note text;\n' }
const BROKEN: Migration = { number: 2, name: 'broken', text: 'create table half (id {identity}) {strict};\ninsert into no_such_table values (1);\n' }
const versions = sql('select number, name from schema_version order by number')
const AT = instant(2)

describe.each(ENGINES)('migrating $name', engine => {
  let open: OpenStores | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const world = async (): Promise<OpenStores> => (open = await engine.open())
  const applied = async ({ database }: OpenStores): Promise<string[]> => (await database.read(function* () { return yield* rows(versions) })).map(each => `${int(each.number)} ${text(each.name)}`)

  it('applies nothing twice, and backs up nothing when there is nothing to do', async () => {
    const it = await world()
    let backups = 0
    expect(await migrate(it.database, migrations(), { now: AT, backup: async () => { backups++ } })).toEqual([])
    expect([await applied(it), backups]).toEqual([['1 ledger'], 0])
  })

  it('backs up before the second change, while nothing has changed yet, and keeps every row', async () => {
    const it = await world()
    await it.stores.transaction(() => it.stores.ledger.post([claim({ output: 5 })], () => ({ price: 'known', cost: nanoUsd(5n), card: 'x' })))
    const seen: string[][] = []
    expect(await migrate(it.database, [...migrations(), SECOND], { now: AT, backup: async () => { seen.push(await applied(it)) } })).toEqual([2])
    expect(seen).toEqual([['1 ledger']])
    expect(await applied(it)).toEqual(['1 ledger', '2 second'])
    expect((await it.stores.read(() => it.stores.ledger.count())).entries).toBe(1)
  })

  it('changes nothing when the backup fails', async () => {
    const it = await world()
    await expect(migrate(it.database, [...migrations(), SECOND], { now: AT, backup: async () => { throw new Error('disk full') } })).rejects.toThrow('disk full')
    expect(await applied(it)).toEqual(['1 ledger'])
  })

  it('leaves no half of a migration that fails', async () => {
    const it = await world()
    await expect(migrate(it.database, [...migrations(), BROKEN], { now: AT, backup: async () => undefined })).rejects.toThrow('no_such_table')
    expect(await applied(it)).toEqual(['1 ledger'])
    await expect(it.database.script('select * from half')).rejects.toThrow('half')
  })

  it('refuses a newer schema, names both numbers and both cures, and touches nothing', async () => {
    const it = await world()
    await migrate(it.database, [...migrations(), SECOND], { now: AT, backup: async () => undefined })
    await expect(migrate(it.database, migrations(), { now: AT, backup: async () => { throw new Error('no backup is needed') } }))
      .rejects.toMatchObject({ code: 'schema_newer', message: expect.stringMatching(/schema 2, this one knows 1.*update purser.*PURSER_STATE/) as string })
    expect(await applied(it)).toEqual(['1 ledger', '2 second'])
  })

  it('holds the audit chain: a changed, a removed and an inserted row show', async () => {
    const { stores, database } = await world()
    const add = async (...codes: string[]): Promise<void> => { for (const code of codes) await stores.transaction(() => stores.events.add({ code, level: 'info', fields: { code } }, AT)) }
    const broken = () => stores.read(() => stores.events.firstBroken())
    await add('a', 'b', 'c', 'd', 'e')
    const fields = sql("select fields from event where code = 'c'")
    const [before] = await database.read(function* () { return yield* rows(fields) })
    expect(await broken()).toBeNull()
    await database.script("update event set fields = '{}' where code = 'c'")
    expect(await broken()).toBe(3)
    await database.script(`update event set fields = '${text(before?.fields)}' where code = 'c'`)
    expect(await broken()).toBeNull()
    await database.script("delete from event where code = 'd'")
    expect(await broken()).toBe(5)
    // What is pruned from the beginning is no break.
    await database.script("delete from event where code = 'e'; delete from event where code = 'a'")
    expect(await broken()).toBeNull()
  })
})

describe('two that migrate at once', () => {
  it('end with one schema', async () => {
    const first = await openTestSqlite()
    const other = openSqlite({ path: first.path, random: () => 0.5 })
    const both = await Promise.all([first.database, other].map(database => migrate(database, [...migrations(), SECOND], { now: AT, backup: async () => undefined })))
    expect(both.flat()).toEqual([2])
    expect((await storesOn(other).read(function* () { return yield* rows(versions) })).length).toBe(2)
    await other.close()
    await first.close()
  })
})

describe('the schema', () => {
  const sqliteColumns = sql(`select m.name as name, c.name as column_name, lower(c.type) as type, c."notnull" as required, c.pk as pk from sqlite_master m join pragma_table_info(m.name) c
    where m.type = 'table' and m.name not like 'sqlite_%' order by m.name, c.cid`)
  const postgresColumns = sql(`select c.table_name as name, c.column_name, c.data_type as type, case when c.is_nullable = 'NO' then 1 else 0 end as required,
    coalesce((select k.ordinal_position from information_schema.table_constraints t join information_schema.key_column_usage k on k.constraint_name = t.constraint_name and k.table_name = t.table_name
      where t.constraint_type = 'PRIMARY KEY' and t.table_name = c.table_name and k.column_name = c.column_name), 0) as pk
    from information_schema.columns c where c.table_schema = 'public' order by c.table_name, c.ordinal_position`)
  const sqliteIndexes = sql("select name from sqlite_master where type = 'index' and sql is not null order by name")
  const postgresIndexes = sql("select indexname as name from pg_indexes where schemaname = 'public' and indexname not like '%_pkey' and indexname not like '%_key' order by indexname")

  it.skipIf(ENGINES.length < 2)('has the same tables, columns, types, keys and indexes on both engines', async () => {
    const found: Record<string, { columns: string[]; indexes: string[] }> = {}
    for (const engine of ENGINES) {
      const { database, close } = await engine.open()
      const own = engine.name === 'sqlite' ? { columns: sqliteColumns, indexes: sqliteIndexes } : { columns: postgresColumns, indexes: postgresIndexes }
      const columns = (await database.read(function* () { return yield* rows(own.columns) })).map(each => {
        const type = text(each.type) === 'integer' ? 'bigint' : text(each.type)
        // SQLite calls its row id nullable; it is not.
        const required = int(each.required) === 1 || (text(each.column_name) === 'id' && type === 'bigint')
        return `${text(each.name)}.${text(each.column_name)} ${type}${required ? ' not null' : ''}${(maybeInt(each.pk) ?? 0) > 0 ? ` key ${int(each.pk)}` : ''}`
      })
      found[engine.name] = { columns: columns.sort(), indexes: (await database.read(function* () { return yield* rows(own.indexes) })).map(each => text(each.name)).sort() }
      await close()
    }
    expect(found.sqlite?.columns.length).toBeGreaterThan(100)
    expect(found.postgres).toEqual(found.sqlite)
  })

  it('knows no token that an engine has no word for', () => {
    for (const { text: migration } of migrations()) for (const engine of ['sqlite', 'postgres'] as const) expect(forEngine(migration, engine)).not.toMatch(/\{[a-z]+\}/)
  })
})
