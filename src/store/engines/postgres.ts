// PostgreSQL as an engine, for the fleet: the same units of work, driven with awaits on one pooled connection.
// Serialization failures and deadlocks are retried whole; ids are made by the client, so a retry is harmless.
import type { Pool, PoolClient } from 'pg'
import { AppError } from '../../core/errors.ts'
import type { BulkCall, Row, SqlValue, Statement, StatementCall, Work } from '../../core/ledger/work.ts'
import { answersRows, numbered, type Database } from '../database.ts'

// Past this many collisions something other than luck is wrong.
const RETRIES_MAX = 10
// A unique violation is a race for the same correction: the second try sees the winner's row.
const RETRIED = new Set(['40001', '40P01', '23505'])
const INTEGER_OIDS = new Set([20, 21, 23, 1700])

interface Prepared { readonly text: string; readonly names: readonly string[] }

/** `pool` is made by the caller (`new pg.Pool(...)`), so that this file decides nothing about hosts and secrets. */
export function openPostgres(pool: Pool): Database {
  const prepared = new Map<Statement, Prepared>()

  const drive = async <T>(client: PoolClient, begin: string, body: () => Work<T>): Promise<T> => {
    await client.query(begin)
    try {
      const work = body()
      let step = work.next()
      while (!step.done) step = work.next(await answer(client, prepared, step.value))
      await client.query('commit')
      return step.value
    } catch (error) {
      await client.query('rollback')
      throw error
    }
  }

  const withRetries = async <T>(begin: string, body: () => Work<T>): Promise<T> => {
    const client = await pool.connect()
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          return await drive(client, begin, body)
        } catch (error) {
          const { code } = error as { code?: string }
          if (!RETRIED.has(code ?? '')) throw error
          if (attempt >= RETRIES_MAX) throw new AppError('store_busy', `the database kept colliding with other writers (${attempt} tries); try again`, { cause: error })
        }
      }
    } finally {
      client.release()
    }
  }

  return {
    engine: 'postgres',
    description: 'PostgreSQL',
    transaction: body => withRetries('begin', body),
    read: body => withRetries('begin isolation level repeatable read read only', body),
    async script(text) { await pool.query(text) },
    async close() { await pool.end() },
  }
}

type Known = Map<Statement, Prepared>

/** Rows of a bulk insert go one by one: the fleet sends what is new on a machine, not its history at once. */
async function answer(client: PoolClient, prepared: Known, call: StatementCall | BulkCall): Promise<readonly Row[]> {
  if (!('bulk' in call)) return execute(client, prepared, call.statement, call.values)
  const { statement: { names }, flat } = call
  const answers: Row[] = []
  for (let at = 0; at < flat.length; at += names.length) {
    const values = Object.fromEntries(names.map((name, place) => [name, flat[at + place] ?? null]))
    answers.push(...await execute(client, prepared, call.statement, values))
  }
  return answers
}

async function execute(client: PoolClient, prepared: Known, statement: Statement, values: Readonly<Record<string, SqlValue>>): Promise<readonly Row[]> {
  let found = prepared.get(statement)
  if (!found) {
    const numbers = new Map(statement.names.map((name, index) => [name, index + 1]))
    found = { text: numbered(statement, name => `$${numbers.get(name)}`).text, names: statement.names }
    prepared.set(statement, found)
  }
  const inputs = found.names.map(name => {
    const value = values[name]
    if (value === undefined) throw new Error(`statement parameter :${name} was not given: ${statement.text}`)
    return typeof value === 'bigint' ? value.toString() : value
  })
  const result = await client.query({
    text: found.text, values: inputs,
    types: { getTypeParser: (oid: number) => (INTEGER_OIDS.has(oid) ? (text: string) => BigInt(text) : (text: string) => text) },
  })
  return answersRows(found.text) ? (result.rows as Row[]) : [{ changes: BigInt(result.rowCount ?? 0) }]
}
