// From an empty file, from an older schema, from a newer one: what migrating does, and that both engines end up alike.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { int, maybeInt, rows, sql, text } from '../../src/core/ledger/work.ts'
import { nanoUsd } from '../../src/core/money.ts'
import { instant } from '../../src/core/time.ts'
import { forEngine, migrate, type Migration } from '../../src/store/migrate.ts'
import { openSqlite } from '../../src/store/engines/sqlite.ts'
import { storesOn } from '../../src/store/stores.ts'
import { claim } from '../support/claims.ts'
import { ENGINES, FOLDER, migrations, openTestSqlite, type OpenStores } from '../support/databases.ts'

const KNOWN = migrations().map(({ number, name }) => `${number} ${name}`), NEXT = (migrations().at(-1)?.number ?? 0) + 1
const LATER: Migration = { number: NEXT, name: 'later', text: '-- A later idea.\ncreate table later (id {identity}, amount {int} not null) {strict};\nalter table meter add column note text;\n' }
const BROKEN: Migration = { number: NEXT, name: 'broken', text: 'create table half (id {identity}) {strict};\ninsert into no_such_table values (1);\n' }
const versions = sql('select number, name from schema_version order by number')
const AT = instant(2)
// What the program of schema 1 wrote, as it wrote it.
const FIRST_SCHEMA_ROWS = `
insert into scope (key, node, agent, account, project, branch, session, subagent) values ('k', 'n', 'claude-code', '~/.claude', '/w', 'main', 's', '');
insert into entry (key, seq, kind, at, scope, model, billing, input, output, cache_read, cache_write_5m, cache_write_1h, web_searches, cost, card, responses, unpriced, partial, estimated, sidechain)
  values ('claude-code:msg_1', 0, 'usage', 1000, 1, 'm', '', 1, 2, 3, 4, 5, 0, 7, 'card', 1, 0, 0, 0, 0), ('claude-code:msg_2', 0, 'usage', 2000, 1, 'm', '', 1, 0, 0, 0, 0, 0, 2, 'card', 1, 0, 0, 0, 0);
insert into balance (measure, per_value, window_start, window_end, through, spent, estimated, unpriced, responses) values ('m', '', 0, null, 0, 9, 0, 0, 2);
insert into meta (name, value) values ('measure:m', '0');
insert into cursor (path, root, agent, account, device, inode, generation, read_to, head_length, head, tail, size, modified_at) values ('/logs/a.jsonl', '/logs', 'claude-code', '~/.claude', '1', '2', 0, 10, 0, '', '', 10, 5);
insert into flaw (path, kind, generation, first_offset, occurrences, bytes, why, at) values ('/logs/a.jsonl', 'malformed', 0, 3, 1, 4, 'no object', 5)`

describe.each(ENGINES)('migrating $name', engine => {
  let open: OpenStores | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const world = async (): Promise<OpenStores> => (open = await engine.open())
  const applied = async ({ database }: OpenStores): Promise<string[]> => (await database.read(function* () { return yield* rows(versions) })).map(each => `${int(each.number)} ${text(each.name)}`)

  it('applies nothing twice, and backs up nothing when there is nothing to do', async () => {
    const it = await world()
    let backups = 0
    expect(await migrate(it.database, migrations(), { now: AT, backup: async () => { backups++ } })).toEqual([])
    expect([await applied(it), backups]).toEqual([KNOWN, 0])
  })

  it('backs up before the second change, while nothing has changed yet, and keeps every row', async () => {
    const it = await world()
    await it.stores.transaction(() => it.stores.ledger.post([claim({ output: 5 })], () => ({ price: 'known', cost: nanoUsd(5n), card: 'x' })))
    const seen: string[][] = []
    expect(await migrate(it.database, [...migrations(), LATER], { now: AT, backup: async () => { seen.push(await applied(it)) } })).toEqual([NEXT])
    expect(seen).toEqual([KNOWN])
    expect(await applied(it)).toEqual([...KNOWN, `${NEXT} later`])
    expect((await it.stores.read(() => it.stores.ledger.count())).entries).toBe(1)
  })

  it('changes nothing when the backup fails', async () => {
    const it = await world()
    await expect(migrate(it.database, [...migrations(), LATER], { now: AT, backup: async () => { throw new Error('disk full') } })).rejects.toThrow('disk full')
    expect(await applied(it)).toEqual(KNOWN)
  })

  it('leaves no half of a migration that fails', async () => {
    const it = await world()
    await expect(migrate(it.database, [...migrations(), BROKEN], { now: AT, backup: async () => undefined })).rejects.toThrow('no_such_table')
    expect(await applied(it)).toEqual(KNOWN)
    await expect(it.database.script('select * from half')).rejects.toThrow('half')
  })

  it('refuses a newer schema, names both numbers and both cures, and touches nothing', async () => {
    const it = await world()
    await migrate(it.database, [...migrations(), LATER], { now: AT, backup: async () => undefined })
    await expect(migrate(it.database, migrations(), { now: AT, backup: async () => { throw new Error('no backup is needed') } }))
      .rejects.toMatchObject({ code: 'schema_newer', message: expect.stringMatching(new RegExp(`schema ${NEXT}, this one knows ${NEXT - 1}.*update purser.*PURSER_STATE`)) as string })
    expect(await applied(it)).toEqual([...KNOWN, `${NEXT} later`])
  })

  it('brings a ledger of the first schema here whole, and lets its balances be computed anew', async () => {
    const it = (open = await engine.open(1))
    await it.database.script(FIRST_SCHEMA_ROWS)
    expect(await migrate(it.database, migrations(), { now: AT, backup: async () => undefined })).toEqual(migrations().slice(1).map(each => each.number))
    const { stores } = it
    expect(await stores.read(() => stores.ledger.spend(instant(0), null))).toMatchObject([{ at: 1_000, cost: 7n }, { at: 2_000, cost: 2n }])
    expect(await stores.read(() => stores.cursors.all())).toMatchObject([{ path: '/logs/a.jsonl', offset: 10, memory: '' }])
    expect((await stores.read(() => stores.cursors.flaws())).map(({ why }) => why)).toEqual(['no object'])
    expect([[...await stores.read(() => stores.balances.measures())], await stores.read(() => stores.balances.ofMeasure('m'))]).toEqual([[], []])
    // The next entry's id is free, and the new kinds are taken.
    const posted = await stores.transaction(() => stores.ledger.post([claim({ output: 5 })], () => ({ price: 'known', cost: nanoUsd(5n), card: 'x' })))
    expect(posted.posted).toHaveLength(1)
    await it.database.script("insert into entry (key, seq, kind, at, scope, model, billing, input, output, cache_read, cache_write_5m, cache_write_1h, web_searches, cost, card, responses, unpriced, partial, estimated, sidechain) values ('droid:s', 0, 'counter', 3000, 1, 'm', '', 1, 1, 0, 0, 0, 0, 1, 'x', 0, 0, 0, 0, 0)")
    expect((await stores.read(() => stores.ledger.count())).entries).toBe(4)
    // What no row of that time says reads as owned at the entry's own time; from now on it is kept.
    const again = claim({ key: 'claude-code:msg_1', output: 2, input: 1, at: instant(2_000), session: 'a' })
    expect((await stores.transaction(() => stores.ledger.post([again, claim({ key: 'n', at: instant(500), ownedAt: instant(900) })], () => ({ price: 'known', cost: nanoUsd(7n), card: 'card' })))).posted.map(({ key }) => key)).toEqual(['n'])
    expect((await stores.read(() => stores.history.of('n')))?.map(({ ownedAt }) => ownedAt)).toEqual([900])
    expect((await stores.read(() => stores.history.of('claude-code:msg_1')))?.some(entry => 'ownedAt' in entry)).toBe(false)
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
    const both = await Promise.all([first.database, other].map(database => migrate(database, [...migrations(), LATER], { now: AT, backup: async () => undefined })))
    expect(both.flat()).toEqual([NEXT])
    expect((await storesOn(other).read(function* () { return yield* rows(versions) })).length).toBe(KNOWN.length + 1)
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
        const required = int(each.required) === 1 || (['id', 'seq'].includes(text(each.column_name)) && type === 'bigint')
        return `${text(each.name)}.${text(each.column_name)} ${type}${required ? ' not null' : ''}${(maybeInt(each.pk) ?? 0) > 0 ? ` key ${int(each.pk)}` : ''}`
      })
      found[engine.name] = { columns: columns.sort(), indexes: (await database.read(function* () { return yield* rows(own.indexes) })).map(each => text(each.name)).sort() }
      await close()
    }
    expect(found.sqlite?.columns.length).toBeGreaterThan(100)
    expect(found.postgres).toEqual(found.sqlite)
  })

  it('of databases in use is never edited: what changes comes with the next number', () => {
    const landed = {
      '0001-ledger.sql': 'a75fa8d9aaca87e6',
      '0002-every-agent.sql': '3f5fd7d385f2d22c',
      '0003-owner-time.sql': 'd50e8377f11338dc',
      '0004-reservations.sql': '5b89cfc954bc0162',
      '0005-claims.sql': '369567e17b189159',
      '0006-external.sql': 'b2777a79b25b1d9b',
      '0007-accounts.sql': 'ea93ffa95a58e3d2',
      '0008-runs.sql': '5b6d538982c949da',
      '0009-sessions.sql': 'b28ffa3fcb66faf9',
      '0010-hook-calls.sql': 'fdd334df65777635',
    }
    for (const [name, digest] of Object.entries(landed)) expect(createHash('sha256').update(readFileSync(join(FOLDER, name))).digest('hex').slice(0, 16), name).toBe(digest)
  })

  it('knows no token that an engine has no word for', () => {
    for (const { text: migration } of migrations()) for (const engine of ['sqlite', 'postgres'] as const) expect(forEngine(migration, engine)).not.toMatch(/\{[a-z]+\}/)
  })
})
