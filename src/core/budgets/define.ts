// Makes a whole budget out of what a person wrote: defaults filled in, digests computed. The one place where a default
// of a budget is decided; docs/config.md is generated from here.
import { partsDigest } from '../digest.ts'
import type { NanoUsd } from '../money.ts'
import { SECOND_MS } from '../time.ts'
import type { Budget, OnBreach, Selector, WindowKind } from './budget.ts'
import { SELECTOR_DIMENSIONS } from './selector.ts'
import { isRolling } from './window.ts'

/** What a person has to say (`id`, `limit`) and may say. `unpriced` '' leaves the choice to `onBreach`. */
export interface BudgetFields {
  readonly id: string
  readonly selector?: Selector
  readonly per?: Budget['per']
  readonly window?: WindowKind
  /** '' = the zone of the whole config. */
  readonly zone?: string
  readonly limit: NanoUsd
  readonly onBreach?: OnBreach
  readonly failMode?: Budget['failMode']
  readonly unpriced?: '' | Budget['unpriced']
  readonly hard?: boolean
  readonly reserve?: Budget['reserve']
  readonly estimate?: Budget['estimate']
  readonly graceMs?: number
  readonly thresholds?: readonly number[]
}

export const BUDGET_DEFAULTS = {
  selector: {}, per: '', window: 'day', zone: '', onBreach: 'warn', failMode: 'open', unpriced: '', hard: true, reserve: '', estimate: '',
  // Long enough to read the warning and type Ctrl-C, short enough that a loop buys a handful of requests at most.
  graceMs: 30 * SECOND_MS, thresholds: [50, 80, 95, 100],
} as const satisfies Omit<BudgetFields, 'id' | 'limit'>

/** The budget as every room sees it. `zone` is the config's own zone, used where the budget names none. */
export function defineBudget(fields: BudgetFields, zone: string): Budget {
  const given = { ...BUDGET_DEFAULTS, ...fields }
  const plain = {
    id: given.id, selector: given.selector, per: given.per, window: given.window, zone: given.zone === '' ? zone : given.zone,
    limit: given.limit, onBreach: given.onBreach, failMode: given.failMode,
    unpriced: given.unpriced === '' ? (given.onBreach === 'warn' ? 'warn' : 'deny') : given.unpriced,
    hard: given.hard, reserve: given.reserve, estimate: given.estimate, graceMs: given.graceMs, thresholds: [...new Set(given.thresholds)].sort((a, b) => a - b),
  } as const
  const measure = measureOf(plain)
  return { ...plain, measure, version: versionOf(plain, measure) }
}

type Plain = Omit<Budget, 'measure' | 'version'>

/** Same measure, same balance: two budgets that differ only in limit or actions share what was counted. */
function measureOf({ selector, per, window, zone }: Plain): string {
  // Only calendar windows look at a wall clock; moving house must not empty a rolling balance.
  const wall = isRolling(window) || window === 'lifetime' ? '' : zone
  return partsDigest([...SELECTOR_DIMENSIONS.map(dimension => selector[dimension] ?? ''), per, window, wall])
}

function versionOf(plain: Plain, measure: string): string {
  const { id, zone, limit, onBreach, failMode, unpriced, hard, reserve, estimate, graceMs, thresholds } = plain
  return partsDigest([measure, id, zone, String(limit), onBreach, failMode, unpriced, String(hard), String(graceMs), thresholds.join(','),
    // Left out where nothing is said: rules of before keep their version.
    ...(reserve === '' ? [] : [reserve, estimate])])
}
