// SQLite as an engine: WAL, one write transaction at a time, driven synchronously. Write locks are taken with our own
// jittered retry, because SQLite's busy handler starves (measured with 8 processes: p99.9 930 ms against 51 ms).
import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { AppError } from '../../core/errors.ts'
import type { Durability, Row, Statement, Work } from '../../core/ledger/work.ts'
import { answersRows, numbered, type Database } from '../database.ts'
import { SqliteBulk } from './sqlite-bulk.ts'
import { loadSqliteDriver, type SqliteConnection, type SqliteDriver, type SqliteInput, type SqliteStatement } from './sqlite-driver.ts'
import { isBusy, translated, type Where } from './sqlite-errors.ts'

export interface SqliteOptions extends Where {
  /** Nothing is written, not even beside the file. */
  readonly readOnly?: boolean
  /** 0..1, for the jitter. */
  readonly random: () => number
  readonly driver?: SqliteDriver
  /** How long a write lock is waited for; LOCK_WAIT_MS unless a test is in a hurry. */
  readonly lockWaitMs?: number
}

// A reserve that waits longer than this is better refused than left hanging: hooks have a deadline of 2 s.
const LOCK_WAIT_MS = 10_000
// After so long in one turn of the event loop whoever waits for an answer comes first.
const TURN_MS = 10
const RETRY_WAIT_MS_MAX = 20
// Only while opening; afterwards our own loop waits.
const BUSY_TIMEOUT_MS = 250
// Four times as much bought a first index of 72,000 responses nothing (0.6 s either way) and was peak memory, as was a third more.
const CACHE_KIB = 6_144
// 32 MiB of log before it is folded into the database, which takes 40 ms. While history is read nobody waits for them, and
// pages that are written again need folding once: at the default 4 MiB a first import spent a fifth of its time there.
const CHECKPOINT_PAGES = { durable: 8_192, rereadable: 16_384 } as const

interface Prepared { readonly statement: SqliteStatement; readonly occurrences: readonly string[]; readonly answers: boolean }

export function openSqlite(options: SqliteOptions): Database {
  const driver = options.driver ?? loadSqliteDriver()
  const connection = connect(driver, options)
  const prepared = new Map<Statement, Prepared>()
  const bulk = new SqliteBulk(connection)
  const lockWaitMs = options.lockWaitMs ?? LOCK_WAIT_MS

  const run = <T>(body: () => Work<T>): T => {
    const work = body()
    let step = work.next()
    while (!step.done) {
      const call = step.value
      step = work.next('bulk' in call ? bulk.insert(call) : execute(connection, prepared, call.statement, call.values))
    }
    return step.value
  }

  const finish = <T>(body: () => Work<T>): T => {
    try {
      const result = run(body)
      connection.exec('commit')
      return result
    } catch (error) {
      try { connection.exec('rollback') } catch { /* the failed statement may have rolled back already */ }
      throw translated(error, options)
    }
  }

  let durable: Durability = 'durable'
  const setDurability = (wanted: Durability): void => {
    if (wanted === durable) return
    // A reference that is checked costs every statement of several rows a journal of its own (see sqlite-bulk).
    connection.exec(`${wanted === 'durable' ? 'pragma synchronous = full; pragma foreign_keys = on' : 'pragma synchronous = normal; pragma foreign_keys = off'}; pragma wal_autocheckpoint = ${CHECKPOINT_PAGES[wanted]}`)
    durable = wanted
  }

  // Work of many transactions one after the other awaits nothing but them, and no socket is looked at meanwhile.
  let turnSince: number | null = null
  const isLongTurn = (): boolean => {
    if (turnSince !== null) return performance.now() - turnSince >= TURN_MS
    turnSince = performance.now()
    setImmediate(() => { turnSince = null }).unref()
    return false
  }

  const transact = async <T>(begin: string, body: () => Work<T>, durability: Durability | null): Promise<T> => {
    while (isLongTurn()) await new Promise(resolve => setImmediate(resolve))
    // Begun and run in one turn of the event loop: an await between them would let another caller's work begin inside ours.
    for (let attempt = 1, deadline = performance.now() + lockWaitMs; ; attempt++) {
      if (durability !== null) setDurability(durability)
      if (begun(connection, begin, { where: options, deadline, lockWaitMs })) return finish(body)
      await new Promise(resolve => setTimeout(resolve, 1 + options.random() * Math.min(attempt, RETRY_WAIT_MS_MAX)))
    }
  }

  return {
    engine: 'sqlite',
    description: `${driver.name} ${driver.version}`,
    async transaction(body, durability = 'durable') {
      if (options.readOnly) throw new AppError('store_unusable', `the database ${options.path} may only be read by you: nothing can be recorded or decided`)
      return transact('begin immediate', body, durability)
    },
    read: body => transact('begin', body, null),
    async script(text) {
      try { connection.exec(text) } catch (error) { throw translated(error, options) }
    },
    async close() {
      // Folded in, so that the one file is the whole ledger for whoever copies it. Another process may be reading: then it stays.
      if (!options.readOnly) try { connection.exec('pragma wal_checkpoint(truncate)') } catch { /* the log is as durable as the database */ }
      connection.close()
    },
  }
}

function connect(driver: SqliteDriver, options: SqliteOptions): SqliteConnection {
  try {
    const connection = driver.open(locationOf(options), { readOnly: options.readOnly ?? false })
    connection.exec(`pragma busy_timeout = ${BUSY_TIMEOUT_MS}; pragma foreign_keys = on; pragma cache_size = -${CACHE_KIB}`)
    if (!options.readOnly) connection.exec(`pragma journal_mode = wal; pragma synchronous = full; pragma temp_store = memory; pragma wal_autocheckpoint = ${CHECKPOINT_PAGES.durable}`)
    // From here on a busy database answers at once and our own loop waits, without blocking the event loop.
    connection.exec('pragma busy_timeout = 0')
    return connection
  } catch (error) {
    throw translated(error, options, 'cannot open the database')
  }
}

/**
 * In a folder that may not be written SQLite cannot make the index through which it reads a log. Where there is no log
 * nobody writes either, and the file is read as it lies.
 */
function locationOf({ path, readOnly }: SqliteOptions): string {
  return readOnly && existsSync(path) && !existsSync(`${path}-wal`) ? `${pathToFileURL(path).href}?immutable=1` : path
}

/** False when another process holds the write lock; throws `store_busy` once the deadline has passed. */
function begun(connection: SqliteConnection, begin: string, { where, deadline, lockWaitMs }: { where: Where; deadline: number; lockWaitMs: number }): boolean {
  try {
    connection.exec(begin)
    return true
  } catch (error) {
    if (!isBusy(error)) throw translated(error, where)
    if (performance.now() <= deadline) return false
    throw new AppError('store_busy', `the database was locked by another process for ${lockWaitMs / 1000} s; see what holds it with: purser doctor`, { cause: error })
  }
}

function execute(connection: SqliteConnection, prepared: Map<Statement, Prepared>, statement: Statement, values: Readonly<Record<string, SqliteInput>>): readonly Row[] {
  let found = prepared.get(statement)
  if (!found) {
    const { text, occurrences } = numbered(statement, () => '?')
    found = { statement: connection.prepare(text), occurrences, answers: answersRows(text) }
    found.statement.setReadBigInts(true)
    prepared.set(statement, found)
  }
  const inputs: SqliteInput[] = []
  for (const name of found.occurrences) {
    const value = values[name]
    if (value === undefined) throw new Error(`statement parameter :${name} was not given: ${statement.text}`)
    inputs.push(value)
  }
  // `run` costs a fifth less than `all` for an insert (12 against 16 us), and a first import is all inserts.
  return found.answers ? (found.statement.all(...inputs) as Row[]) : [{ changes: BigInt((found.statement.run(...inputs) as { changes: number | bigint }).changes) }]
}
