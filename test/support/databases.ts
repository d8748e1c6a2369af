// Every engine a store suite runs on, through the real migrations: SQLite in a temporary folder, PostgreSQL in a
// schema of its own on the test server.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { instant } from '../../src/core/time.ts'
import type { Stores } from '../../src/core/stores.ts'
import type { Database } from '../../src/store/database.ts'
import { openPostgres } from '../../src/store/engines/postgres.ts'
import { openSqlite } from '../../src/store/engines/sqlite.ts'
import { migrate, type Migration } from '../../src/store/migrate.ts'
import { storesOn } from '../../src/store/stores.ts'
import { noteNotRun } from './not-run.ts'

export const FOLDER = join(import.meta.dirname ?? '', '..', '..', 'migrations')

export const migrations = (folder = FOLDER): Migration[] => readdirSync(folder).filter(name => name.endsWith('.sql')).sort().map(name => ({
  number: Number(name.slice(0, 4)), name: name.slice(5, -4), text: readFileSync(join(folder, name), 'utf8'),
}))

export interface OpenStores { readonly database: Database; readonly stores: Stores; readonly path: string; close(): Promise<void> }
/** `upTo`: a database as the program of that schema left it. */
export interface Engine { readonly name: 'sqlite' | 'postgres'; open(upTo?: number): Promise<OpenStores> }

// A linear congruential jitter: tests need no randomness, only different waits.
let jitter = 1
const random = (): number => (jitter = (jitter * 48_271) % 2_147_483_647) / 2_147_483_647

/** `migrationsIn` for a bundled child, which lies elsewhere than this file. */
export async function openTestSqlite(path?: string, migrationsIn?: string, upTo = Infinity): Promise<OpenStores> {
  const folder = path ? null : mkdtempSync(join(tmpdir(), 'purser-db-'))
  const file = path ?? join(folder as string, 'purser.db')
  const database = openSqlite({ path: file, random })
  await migrate(database, migrations(migrationsIn).filter(each => each.number <= upTo), { now: instant(1), backup: async () => undefined })
  return { database, stores: storesOn(database), path: file, close: async () => { await database.close(); if (folder) rmSync(folder, { recursive: true, force: true }) } }
}

async function openTestPostgres(upTo = Infinity): Promise<OpenStores> {
  const { withPostgres } = await import('./postgres.ts')
  const server = await withPostgres()
  const open = await openTestPostgresAt(server.connectionString, undefined, upTo)
  return { ...open, close: async () => { await open.close(); await server.close() } }
}

/** A database that is there already: of a process beside the one that made it. */
export async function openTestPostgresAt(connectionString: string, migrationsIn?: string, upTo = Infinity): Promise<OpenStores> {
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({ connectionString, max: 8 })
  // The database is dropped with force; a connection that was still saying goodbye is told so, to nobody's harm.
  pool.on('error', () => undefined)
  pool.on('connect', client => client.on('error', () => undefined))
  const database = openPostgres(pool)
  await migrate(database, migrations(migrationsIn).filter(each => each.number <= upTo), { now: instant(1), backup: async () => undefined })
  return { database, stores: storesOn(database), path: '', close: () => database.close() }
}

// Where no server can be had its suites are left out and named in the last line of the run. One that is there and does
// not start fails them.
const missing = process.env['PURSER_TEST_POSTGRES_MISSING'] ?? ''
if (missing !== '') noteNotRun(`PostgreSQL suites: ${missing}`)

export const ENGINES: readonly Engine[] = [
  { name: 'sqlite', open: upTo => openTestSqlite(undefined, undefined, upTo) },
  ...(missing === '' ? [{ name: 'postgres', open: openTestPostgres } as const] : []),
]
