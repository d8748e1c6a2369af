// What a report is asked and what it answers: the JSON contract of `purser report`.
import type { ReportKey, ReportKind } from '../core/reports/keys.ts'
import type { UsageCore } from './control-plane.ts'

export interface ReportQuery {
  readonly kind: ReportKind
  /** ISO date (inclusive, in the zone) or instant; absent = everything. */
  readonly since?: string
  readonly until?: string
  readonly zone?: string
  /** Further keys of the rows, within the kind's own. Blocks: whose blocks are told apart, agents' and accounts' unless said. */
  readonly by?: readonly string[]
  /** A row's figures by model as well. */
  readonly breakdown?: boolean
  /** Blocks: only the one that is going on, or those of the last three days beside it. */
  readonly only?: 'active' | 'recent'
  /** Where no daemon follows the logs, read what was logged since first. */
  readonly fresh?: boolean
  /** Globs. */
  readonly project?: string
  readonly branch?: string
  readonly agent?: string
  readonly model?: string
  readonly account?: string
  readonly session?: string
}

export interface ReportAnswer {
  readonly kind: ReportKind
  /** What the rows are told apart by, in the order they are grouped. */
  readonly by: readonly ReportKey[]
  readonly since: string | null
  readonly until: string | null
  readonly zone: string
  /** Until when the logs are read; null: never. */
  readonly asOf: string | null
  readonly rows?: readonly ReportRow[]
  readonly total: UsageCore
}

export interface ModelRow extends UsageCore { readonly model: string; readonly speed: string; readonly firstAt: string }

/** The fields of its keys, and those its kind brings. */
export interface ReportRow extends UsageCore {
  readonly date?: string
  readonly week?: string
  /** Monday of `week`. */
  readonly monday?: string
  readonly month?: string
  readonly session?: string
  readonly project?: string
  /** Last folder of `project`. */
  readonly name?: string
  readonly branch?: string
  /** Sessions that worked on several: all of them. */
  readonly branches?: readonly string[]
  readonly model?: string
  readonly agent?: string
  readonly account?: string
  readonly speed?: string
  readonly start?: string
  readonly end?: string
  readonly active?: boolean
  readonly gap?: boolean
  readonly firstAt?: string | null
  readonly lastAt?: string | null
  readonly models?: readonly string[]
  readonly burnRate?: { readonly tokensPerMinute: number; readonly costPerHour: string } | null
  readonly projection?: { readonly tokens: number; readonly cost: string; readonly minutesLeft: number } | null
  readonly breakdown?: readonly ModelRow[]
}
