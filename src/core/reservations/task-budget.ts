// A budget made while running, for one task: it lives in the ledger, not in the configuration, and counts what is recorded
// or settled on it and what the logs of its sessions show. It may be part of another; then whatever it holds or spends,
// the other does too. Judged like any budget, as a lifetime total.
import type { Budget, OnBreach, Selector } from '../budgets/budget.ts'
import { defineBudget } from '../budgets/define.ts'
import type { NanoUsd } from '../money.ts'
import type { Instant } from '../time.ts'
import type { SaidScope } from './request.ts'

export interface TaskBudget {
  readonly id: string
  readonly limit: NanoUsd
  /** '' for none. */
  readonly parent: string
  readonly scope: SaidScope
  readonly hard: boolean
  readonly onBreach: OnBreach
  readonly thresholds: readonly number[]
  /** Millionths of the whole; null while nobody said. */
  readonly progressPpm: number | null
  readonly createdAt: Instant
  readonly updatedAt: Instant
  readonly closedAt: Instant | null
  /** Digest of what was allocated first: the same id with another body is another budget. */
  readonly body: string
}

/** The balance a task budget is kept in. No rule's measure begins like this: those are hex digits. */
export const taskMeasure = (id: string): string => `task:${id}`

/** Its balance is kept by who spends on it, not by what its scope matches. */
export const isTask = ({ measure }: Pick<Budget, 'measure'>): boolean => measure.startsWith('task:')

/** The task budget as the judge, alerts and locks know budgets. */
export function asBudget({ id, limit, scope, hard, onBreach, thresholds }: TaskBudget): Budget {
  const selector: Selector = Object.fromEntries(Object.entries(scope).filter(([, value]) => value !== undefined && value !== ''))
  return { ...defineBudget({ id, limit, selector, hard, onBreach, thresholds, window: 'lifetime', unpriced: 'warn' }, 'UTC'), measure: taskMeasure(id) }
}

// A chain this deep is a mistake, and following it must end.
export const DEPTH_MAX = 16
