// Budgets in the text of a config: set, removed, and asked for by a name that is not there.
import type { Settings } from '../core/config/settings.ts'
import { nearestWord } from '../core/config/nearest.ts'
import { AppError } from '../core/errors.ts'
import { loaded, removeTable, setTable, type EditedFile, type EditValue, type TableKind } from './edit-table.ts'
import { BUDGET_KEYS } from './keys.ts'

export type BudgetKeyName = keyof typeof BUDGET_KEYS
/** What to change, by config key. null takes the key out, so that its default holds again. */
export type BudgetChanges = { readonly [K in Exclude<BudgetKeyName, 'id'>]?: EditValue | null }

const BUDGETS: TableKind = {
  name: 'budget', keys: BUDGET_KEYS, needs: { key: 'limit', type: '--limit 20' },
  ids: ({ budgets }) => budgets.map(({ id }) => id),
  others: ({ budgets, ...rest }, id) => [rest, budgets.filter(budget => budget.id !== id)],
}

/** The text with this budget changed, or added at the end. Throws like `setTable`. */
export const setBudget = (edited: EditedFile, id: string, changes: BudgetChanges): string => setTable(edited, BUDGETS, id, changes)

/** The text without this budget's table. Throws like `setTable`, and `not_found` with the nearest id. */
export function removeBudget(edited: EditedFile, id: string): string {
  const before = loaded(edited)
  if (!before.budgets.some(budget => budget.id === id)) throw unknownBudget(id, before)
  return removeTable(edited, BUDGETS, id)
}

export function unknownBudget(id: string, { budgets }: Pick<Settings, 'budgets'>): AppError {
  const ids = budgets.map(budget => budget.id)
  const meant = nearestWord(id, ids)
  const next = meant !== null ? `did you mean "${meant}"?` : ids.length > 0 ? `there are: ${ids.join(', ')}` : 'there is none; type: purser budget set NAME --limit 20'
  return new AppError('not_found', `there is no budget "${id}"; ${next}`, { context: { id } })
}
