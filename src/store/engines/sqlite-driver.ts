// Chooses the SQLite library by its version, not by Node's: before 3.51.3 a WAL with several writers can be corrupted
// (the WAL-reset bug), and hooks, daemon and command line are several writers.
import { createRequire } from 'node:module'
import { AppError } from '../../core/errors.ts'

export interface SqliteStatement {
  all(...values: readonly SqliteInput[]): unknown[]
  run(...values: readonly SqliteInput[]): unknown
  setReadBigInts(enabled: boolean): void
}
export type SqliteInput = string | number | bigint | null
export interface SqliteConnection {
  exec(text: string): void
  prepare(text: string): SqliteStatement
  close(): void
}
export interface SqliteDriver {
  readonly name: string
  readonly version: string
  open(path: string, options: { readOnly: boolean }): SqliteConnection
}

const VERSION_MIN = [3, 51, 3] as const

type Opener = new (path: string, options?: { readOnly?: boolean }) => SqliteConnection
const load = createRequire(import.meta.url)

/** The built-in driver when its SQLite is new enough, else the optional dependency, else `store_unusable` naming both cures. */
export function loadSqliteDriver(): SqliteDriver {
  const found: string[] = []
  for (const name of ['node:sqlite', '@photostructure/sqlite']) {
    const driver = tryDriver(name)
    if (!driver) continue
    if (isEnough(driver.version)) return driver
    found.push(`${name} has SQLite ${driver.version}`)
  }
  throw new AppError('store_unusable',
    `no usable SQLite: ${found.length ? found.join(', ') : 'no driver is installed'}, and versions before ${VERSION_MIN.join('.')} can corrupt a database with several writers. ` +
    'Use Node 22.23, 24.21 or 26 and newer, or install the optional dependency: npm install @photostructure/sqlite@1.2.1')
}

function tryDriver(name: string): SqliteDriver | null {
  const Connection = connectionClass(name)
  if (!Connection) return null
  const probe = new Connection(':memory:')
  const version = String((probe.prepare('select sqlite_version() as version').all()[0] as { version: unknown }).version)
  probe.close()
  return { name, version, open: (path, { readOnly }) => new Connection(path, { readOnly }) }
}

function connectionClass(name: string): Opener | null {
  try {
    return (load(name) as { DatabaseSync: Opener }).DatabaseSync
  } catch {
    return null
  }
}

export function isEnough(version: string): boolean {
  const parts = version.split('.').map(Number)
  for (const [index, least] of VERSION_MIN.entries()) {
    const part = parts[index] ?? 0
    if (part !== least) return part > least
  }
  return true
}
