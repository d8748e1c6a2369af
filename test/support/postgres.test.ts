import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { postgresMissing, withPostgres } from './postgres.ts'

describe.skipIf((await postgresMissing()) !== '')('PostgreSQL for tests', () => {
  it('gives every caller an empty database of its own and drops it at the end', async () => {
    const [one, two] = await Promise.all([withPostgres(), withPostgres()])
    const first = new pg.Client(one), second = new pg.Client(two)
    await Promise.all([first.connect(), second.connect()])
    await first.query('create table t (n int)')
    await expect(second.query('select * from t')).rejects.toMatchObject({ code: '42P01' })
    // Dropped although a connection is still open: a leaking suite cannot block the next one.
    first.on('error', () => undefined)
    await one.close()
    const name = new URL(one.connectionString).pathname.slice(1)
    const { rows } = await second.query('select 1 from pg_database where datname = $1', [name])
    expect(rows).toEqual([])
    await first.end().catch(() => undefined)
    await second.end()
    await two.close()
  })

  it('listens on no network address', async () => {
    const database = await withPostgres()
    const client = new pg.Client(database)
    await client.connect()
    const { rows } = await client.query('show listen_addresses')
    expect(rows).toEqual([{ listen_addresses: '' }])
    await client.end()
    await database.close()
  })
})
