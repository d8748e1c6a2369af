// The port to a SQLite database of another program: opened for reading, asked, closed. Nothing of it is ever written.
import type { Row, RowValue } from './log-source.ts'

/** Throws `store_busy` while its owner keeps it locked; anything else thrown means that it cannot be read. */
export interface ForeignDatabase {
  /** Columns of a table or view; empty when there is none of this name. */
  columns(table: string): readonly string[]
  /** Rows of a query with `:mark` and `:limit` in it. Integers beyond 2^53 stay bigint, blobs become text. */
  rows(sql: string, at: { readonly mark: RowValue; readonly limit: number }): readonly Row[]
  close(): void
}

/** `quiet`: nobody else has unsaved rows in it; it is read as a plain file, without locks and without side files. */
export type OpenForeign = (path: string, mode: { readonly quiet: boolean }) => ForeignDatabase
