// A budget as configured: our limit on a scope over a window. Spend lives in the ledger, never here.
import type { NanoUsd } from '../money.ts'
import type { Dimension } from '../scope.ts'

export type WindowKind = 'day' | 'week' | 'month' | '5h' | '24h' | '7d' | 'lifetime'
export type OnBreach = 'warn' | 'deny' | 'terminate'

/** Globs per dimension; an absent dimension matches everything. Project globs match the root path or its display name. */
export type Selector = { readonly [D in Exclude<Dimension, 'subagent'>]?: string }

export interface Budget {
  readonly id: string
  readonly selector: Selector
  /** '' = one total over everything the selector matches; else one balance per value of this dimension. */
  readonly per: '' | Exclude<Dimension, 'subagent'>
  readonly window: WindowKind
  readonly zone: string
  readonly limit: NanoUsd
  readonly onBreach: OnBreach
  readonly failMode: 'open' | 'closed'
  readonly unpriced: 'warn' | 'deny'
  readonly hard: boolean
  /** hooks: a hook asks before each request, and what it may cost is held until its log shows what it did. */
  readonly reserve: '' | 'hooks'
  /** How much is held for a request: the most it may cost, or what 95 of 100 of the session's own did. */
  readonly estimate: '' | 'p95'
  /** Milliseconds between the visible deadline and the interrupt; 0 interrupts at once. */
  readonly graceMs: number
  /** Ascending percentages, each alerting once per window. */
  readonly thresholds: readonly number[]
  /** Changes when selector, per, window or zone change: the balance then starts from the entries of the new window. */
  readonly measure: string
  /** Changes with any field: alerts re-arm and breaches are judged anew when a rule is edited. */
  readonly version: string
}
