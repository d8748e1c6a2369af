// Databases of other programs, through the same SQLite library as our own. Read-only, and never with our settings.
import { pathToFileURL } from 'node:url'
import { AppError } from '../../core/errors.ts'
import type { OpenForeign } from '../../core/sessions/foreign-database.ts'
import type { Row, RowValue } from '../../core/sessions/log-source.ts'
import { isBusy } from './sqlite-errors.ts'
import { loadSqliteDriver, type SqliteConnection, type SqliteDriver, type SqliteStatement } from './sqlite-driver.ts'

// A checkpoint of the agent's own takes milliseconds; whoever holds it longer is asked again at the next look.
const BUSY_WAIT_MS = 100

let driver: SqliteDriver | undefined

export const openForeignSqlite: OpenForeign = (path, { quiet }) => {
  driver ??= loadSqliteDriver()
  // Opened the plain way, a database in WAL mode gets its side files back, which stay when a reader closes it.
  const name = quiet ? `${pathToFileURL(path).href}?mode=ro&immutable=1` : path
  const connection = answered(() => (driver as SqliteDriver).open(name, { readOnly: true }))
  const statements = new Map<string, SqliteStatement>()
  answered(() => connection.exec(`pragma busy_timeout = ${BUSY_WAIT_MS}`))
  return {
    columns: table => answered(() => (connection.prepare('select name from pragma_table_info(?)').all(table) as { name: string }[]).map(column => column.name)),
    rows: (sql, { mark, limit }) => answered(() => (prepared(connection, statements, sql).all(mark, limit) as Record<string, unknown>[]).map(rowFrom)),
    close: () => connection.close(),
  }
}

function prepared(connection: SqliteConnection, statements: Map<string, SqliteStatement>, sql: string): SqliteStatement {
  const known = statements.get(sql)
  if (known) return known
  const statement = connection.prepare(sql.replaceAll(/:mark\b/g, '?1').replaceAll(/:limit\b/g, '?2'))
  statement.setReadBigInts(true)
  statements.set(sql, statement)
  return statement
}

const rowFrom = (row: Record<string, unknown>): Row => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, valueFrom(value)]))

function valueFrom(value: unknown): RowValue {
  if (typeof value === 'bigint') return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value
  if (value instanceof Uint8Array) return new TextDecoder().decode(value)
  return typeof value === 'string' || typeof value === 'number' ? value : null
}

function answered<T>(ask: () => T): T {
  try {
    return ask()
  } catch (error) {
    if (isBusy(error)) throw new AppError('store_busy', 'its owner has it locked', { cause: error })
    throw error
  }
}
