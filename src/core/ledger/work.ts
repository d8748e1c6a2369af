// A unit of work on durable state, written as a generator that yields statements. The engine drives it: SQLite in one
// synchronous `begin immediate`, PostgreSQL with awaits. A generator cannot await, so nothing slow (a file, a signal,
// another caller's statement) can ever slip in while the write lock is held. One text serves both engines.
import { assert } from '../errors.ts'

/** What SQLite and PostgreSQL both store: 64-bit integers come back as bigint, text as string. */
export type SqlValue = string | bigint | number | null
export type Row = Readonly<Record<string, SqlValue>>

/** A statement written once with `:name` parameters. Make it with `sql`; identity is the prepared-statement key. */
export interface Statement { readonly text: string; readonly names: readonly string[] }
export interface StatementCall { readonly statement: Statement; readonly values: Readonly<Record<string, SqlValue>> }

/**
 * An insert that is worth doing for many rows at once: a first index is little else. `statement` is the same insert of
 * one row, `into` its table and columns, `row` its values in brackets; a row whose key is taken is left out. Make it with `bulkInsert`.
 */
export interface BulkInsert { readonly statement: Statement; readonly into: string; readonly row: string }
/** One row after the other in one flat list, each in the order of the statement's names. Answers `{ changes }` per row. */
export interface BulkCall { readonly statement: Statement; readonly bulk: BulkInsert; readonly flat: readonly SqlValue[] }

/** The body of one transaction, or a composable part of one (`yield* part()`). */
export type Work<T> = Generator<StatementCall | BulkCall, T, readonly Row[]>

/**
 * durable: survives a power cut once it resolves; for money granted, locks, decisions. rereadable: all or nothing too, but
 * a power cut may take back the last ones, which is harmless for facts whose source is still read from the same cursor.
 */
export type Durability = 'durable' | 'rereadable'

/** Runs work atomically; rejects with `store_busy` when the write lock is not had before the deadline. */
export interface Transactor {
  /** All or nothing. */
  transaction<T>(body: () => Work<T>, durability?: Durability): Promise<T>
  /** A consistent read; may not write. */
  read<T>(body: () => Work<T>): Promise<T>
}

const NAME = /(?<!:):([a-z][a-zA-Z0-9_]*)/g

/** Declares a statement. Parameters are `:name`; each engine numbers them while preparing, never by rewriting values. */
export function sql(text: string): Statement {
  const names = [...new Set([...text.matchAll(NAME)].map(match => match[1] as string))]
  return { text, names }
}

/** Declares an insert of many rows. Each parameter may stand once: engines that repeat the row number them by place. */
export function bulkInsert(text: { readonly into: string; readonly row: string; readonly unless: string }): BulkInsert {
  const statement = sql(`insert into ${text.into} values ${text.row} on conflict ${text.unless} do nothing`)
  assert([...text.row.matchAll(NAME)].length === statement.names.length, `every parameter stands once in ${text.row}`)
  return { statement, into: text.into, row: text.row }
}

/** Inserts rows and tells of each, in order, whether it was new. */
export function* inserted(bulk: BulkInsert, flat: readonly SqlValue[]): Work<readonly boolean[]> {
  return (yield { statement: bulk.statement, bulk, flat }).map(each => Number(each.changes) > 0)
}

/** Runs one statement and returns its rows. */
export function* rows(statement: Statement, values: Readonly<Record<string, SqlValue>> = {}): Work<readonly Row[]> {
  return yield { statement, values }
}

/** Runs one statement and returns its first row, or undefined. */
export function* row(statement: Statement, values: Readonly<Record<string, SqlValue>> = {}): Work<Row | undefined> {
  return (yield { statement, values })[0]
}

/** Runs a statement that returns no rows and tells how many it touched. */
export function* changes(statement: Statement, values: Readonly<Record<string, SqlValue>> = {}): Work<number> {
  return Number((yield { statement, values })[0]?.changes ?? 0)
}

export const big = (value: SqlValue | undefined): bigint => BigInt(value ?? 0)
export const int = (value: SqlValue | undefined): number => Number(value ?? 0)
export const text = (value: SqlValue | undefined): string => (value === null || value === undefined ? '' : String(value))
export const maybeInt = (value: SqlValue | undefined): number | null => (value === null || value === undefined ? null : Number(value))
export const maybeText = (value: SqlValue | undefined): string | null => (value === null || value === undefined ? null : String(value))
