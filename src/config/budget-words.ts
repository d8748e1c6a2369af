// What `purser budget set` says, as changes to the file: which budget is meant, and which keys it gets.
import type { Budget } from '../core/budgets/budget.ts'
import { SELECTOR_DIMENSIONS, type SelectorDimension } from '../core/budgets/selector.ts'
import type { BudgetChanges } from './edit.ts'
import { expandPattern } from './home.ts'
import { BUDGET_KEYS } from './keys.ts'

/** Flags as typed. An empty text takes the key out again; an absent one leaves it alone. */
export interface BudgetWords extends Partial<Readonly<Record<SelectorDimension, string>>> {
  readonly id?: string
  readonly per?: string
  readonly window?: string
  readonly zone?: string
  readonly limit?: string
  readonly onBreach?: string
  readonly failMode?: string
  readonly reserve?: string
  readonly estimate?: string
}

export function changesOf(words: BudgetWords): BudgetChanges {
  const { id: _, onBreach, failMode, ...same } = words
  const named: Readonly<Record<string, string | undefined>> = { ...same, on_breach: onBreach, fail_mode: failMode }
  return Object.fromEntries(Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [[name, value === '' ? null : value]])))
}

/**
 * The budget that is meant when no id is given: the one with the same scope and window, so that typing the command again
 * with another limit changes it, else a new name made of both.
 */
export function budgetIdFor(words: BudgetWords, budgets: readonly Budget[], home: string): string {
  const asked = (dimension: SelectorDimension): string | undefined => {
    const pattern = words[dimension]
    return pattern === undefined || pattern === '' ? undefined : dimension === 'project' ? expandPattern(pattern, home) : pattern
  }
  const read = BUDGET_KEYS.window.read(words.window ?? 'day')
  const window = 'value' in read ? read.value : 'day'
  const existing = budgets.find(budget => budget.window === window && budget.per === (words.per ?? '') && SELECTOR_DIMENSIONS.every(dimension => budget.selector[dimension] === asked(dimension)))
  if (existing) return existing.id
  const scope = SELECTOR_DIMENSIONS.flatMap(dimension => nameIn(asked(dimension) ?? ''))
  const whose = [...scope, ...(words.per ? [`each-${words.per}`] : [])]
  const name = [...(whose.length === 0 ? ['all'] : whose), window].join('-').slice(0, NAME_LENGTH_MAX)
  const taken = new Set(budgets.map(budget => budget.id))
  let id = name
  for (let number = 2; taken.has(id); number++) id = `${name}-${number}`
  return id
}

// An id has 64 characters at most; a number may have to follow.
const NAME_LENGTH_MAX = 58

/** The speaking part of a pattern: `web` of `~/src/web-*`. */
function nameIn(pattern: string): string[] {
  const last = pattern.split('/').filter(part => /[A-Za-z0-9]/.test(part)).at(-1) ?? ''
  const name = last.replace(/[^A-Za-z0-9._]+/g, '-').replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '')
  return name === '' ? [] : [name]
}
