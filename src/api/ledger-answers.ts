// What `purser ledger` asks and answers. Checking and exporting read the database beside whoever uses it, so they are doors;
// importing and rebuilding write, so they are operations of whoever holds it.
import type { AbortLike } from '../core/machine/clock.ts'
import type { Environment } from '../core/sessions/agent-adapter.ts'
import type { FindingAnswer } from './control-plane.ts'

/** How far a long job on the ledger is. */
export interface LedgerProgress { readonly step: string; readonly done: number; readonly total: number; readonly unit: 'entries' | 'bytes' | 'steps' }

export interface LedgerVerifyRequest {
  readonly environment: Environment
  readonly onProgress: (progress: LedgerProgress) => void
}
export interface LedgerVerifyAnswer {
  readonly database: string
  readonly entries: number
  readonly findings: readonly FindingAnswer[]
}

export interface LedgerExportRequest {
  readonly environment: Environment
  /** A file, absolute, with whether it may be replaced; or a function that takes text of whole lines. */
  readonly to: { readonly file: string; readonly replace: boolean } | { readonly write: (lines: string) => void }
  /** ISO dates or instants, as in a report; null = everything. */
  readonly since: string | null
  readonly until: string | null
  readonly zone: string | null
  readonly audit: boolean
  readonly signal: AbortLike
  readonly onProgress: (progress: LedgerProgress) => void
}
export interface LedgerExportAnswer {
  /** null: it went to stdout. */
  readonly file: string | null
  readonly bytes: number | null
  readonly format: number
  readonly node: string
  readonly since: string | null
  readonly until: string | null
  readonly entries: number
  readonly responses: number
  readonly digest: string
}

export interface LedgerImportAnswer {
  readonly file: string
  /** True: this is what would have been added; nothing was. */
  readonly dryRun: boolean
  readonly from: { readonly node: string; readonly purser: string; readonly exportedAt: string; readonly own: boolean }
  readonly responses: number
  readonly added: number
  readonly completed: number
  readonly known: number
  readonly entriesPosted: number
  /** Decimal USD by which the ledger's total grew. */
  readonly cost: string
}

/** How two ledgers of the same logs differ, in responses. */
export interface LedgerComparison {
  readonly same: number
  /** Only in the fresh one, or fuller there. */
  readonly gained: number
  /** The same use at another price; what was posted keeps its price. */
  readonly keptPrice: number
  /** Only in the old one, or fuller there: no log holds them any more. */
  readonly lost: number
  readonly lostCost: string
  readonly months: readonly { readonly month: string; readonly responses: number; readonly cost: string }[]
}
export interface LedgerRebuildAnswer {
  readonly fromLogs: boolean
  /** Balances computed anew, and how many of them had drifted. */
  readonly balances: { readonly budgets: number; readonly corrected: number }
  /** Only with `fromLogs`. */
  readonly backup: string | null
  readonly logs: { readonly files: number; readonly bytes: number } | null
  readonly compared: LedgerComparison | null
}
