// What reading logs needs from outside os/: handed in by whoever starts a scan, so that os/ depends on no library.
import type { OpenForeign } from '../../core/sessions/foreign-database.ts'

/** Takes compressed bytes piece by piece and hands out what they hold, before it returns. Throws on damaged bytes. */
export type Decompress = (onBytes: (bytes: Uint8Array) => void) => (piece: Uint8Array, last: boolean) => void

export interface ScanTools {
  /** Epoch milliseconds, to tell a document that is being written from one that stays torn. */
  readonly now: () => number
  readonly openForeign: OpenForeign | null
  readonly decompress: Decompress | null
}

export const BARE_TOOLS: ScanTools = { now: Date.now, openForeign: null, decompress: null }
