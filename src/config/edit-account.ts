// Accounts in the text of a config: added, changed, removed.
import type { Budget } from '../core/budgets/budget.ts'
import { nearestWord } from '../core/config/nearest.ts'
import type { Settings } from '../core/config/settings.ts'
import { AppError } from '../core/errors.ts'
import { loaded, removeTable, setTable, type EditedFile, type EditValue, type TableKind } from './edit-table.ts'
import { ACCOUNT_KEYS } from './keys.ts'

export type AccountChanges = { readonly [K in Exclude<keyof typeof ACCOUNT_KEYS, 'id'>]?: EditValue | null }

const ACCOUNTS: TableKind = {
  name: 'account', keys: ACCOUNT_KEYS, needs: { key: 'home', type: '--home ~/.claude-work' },
  ids: ({ accounts }) => accounts.map(({ id }) => id),
  others: ({ accounts, budgets, ...rest }, id) => [rest, accounts.filter(account => account.id !== id), budgets.map(withoutAccount)],
}

/** A budget that names an account by its id means it: its pattern follows, and what is made of the pattern with it. */
function withoutAccount(budget: Budget): unknown {
  const { selector, measure: _measure, version: _version, ...rest } = budget
  return [rest, { ...selector, account: '' }]
}

/** The text with this account changed, or added at the end. Throws like `setTable`. */
export const setAccount = (edited: EditedFile, id: string, changes: AccountChanges): string => setTable(edited, ACCOUNTS, id, changes)

/** The text without this account's table. Throws like `setTable`, and `not_found` with the nearest id. */
export function removeAccount(edited: EditedFile, id: string): string {
  const before = loaded(edited)
  if (!before.accounts.some(account => account.id === id)) throw unknownAccount(id, before)
  return removeTable(edited, ACCOUNTS, id)
}

export function unknownAccount(id: string, { accounts }: Pick<Settings, 'accounts'>): AppError {
  const ids = accounts.map(account => account.id)
  const meant = nearestWord(id, ids)
  const next = meant !== null ? `did you mean "${meant}"?` : ids.length > 0 ? `there are: ${ids.join(', ')}` : 'there is none; type: purser account add work --home ~/.claude-work'
  return new AppError('not_found', `there is no account "${id}"; ${next}`, { context: { id } })
}
