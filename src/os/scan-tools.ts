// What reading logs needs from outside os/: handed in by whoever starts a scan, so that os/ depends on no library.
import type { Row, RowValue } from '../core/sessions/log-source.ts'

/** A SQLite database of another program, open for reading. Every member throws what the library throws. */
export interface ForeignDatabase {
  /** Columns of a table or view; empty when there is none of this name. */
  columns(table: string): readonly string[]
  rows(sql: string, values: Readonly<Record<string, RowValue>>): readonly Row[]
  close(): void
}

/** `quiet`: nobody else has it open; it is read without locks and without side files. */
export type OpenForeign = (path: string, mode: { readonly quiet: boolean }) => ForeignDatabase

/** Takes compressed bytes piece by piece and hands out what they hold, before it returns. Throws on damaged bytes. */
export type Decompress = (onBytes: (bytes: Uint8Array) => void) => (piece: Uint8Array, last: boolean) => void

export interface ScanTools {
  /** Epoch milliseconds, to tell a document that is being written from one that stays torn. */
  readonly now: () => number
  readonly openForeign: OpenForeign | null
  readonly decompress: Decompress | null
}

export const BARE_TOOLS: ScanTools = { now: Date.now, openForeign: null, decompress: null }
