// Account tables: what each says, and what they say together. Two accounts are never one home, and only one of an agent
// is the primary.
import { accountNamed, type Account, type AccountAgent } from '../core/accounts/account.ts'
import { expandFolder } from './home.ts'
import type { ACCOUNT_KEYS } from './keys.ts'
import type { Problem } from './problems.ts'
import type { FoundTable, ReadTable } from './schema.ts'

export interface AccountTable { readonly found: FoundTable; readonly table: ReadTable<typeof ACCOUNT_KEYS> }

/** Every account that is right; what is wrong is added to `problems`. */
export function readAccounts(tables: readonly AccountTable[], userHome: string, problems: Problem[]): readonly Account[] {
  const accounts: Account[] = []
  for (const { found, table: { values, written } } of tables) {
    const { id, home, agent = 'claude-code', role = 'standby', organisation = false, unattended = '' } = values
    if (id === undefined || home === undefined) continue
    const full = expandFolder(home, userHome)
    const account: Account = { id, agent, home: full, name: nameOf(full, userHome), role, organisation, unattended }
    const problem = clash(account, accounts)
    if (problem === null) accounts.push(account)
    else problems.push({ ...found.map.placeOf([...found.path, written.get(problem.key) ?? problem.key]), where: found.where, ...problem })
  }
  return accounts
}

function clash(account: Account, before: readonly Account[]): Pick<Problem, 'key' | 'message' | 'fix'> | null {
  const sameId = before.find(({ id }) => id === account.id)
  if (sameId) return { key: 'id', message: `id "${account.id}" is taken by another account`, fix: `Write another one, such as: id = "${account.id}-2"` }
  const sameHome = before.find(({ home }) => home === account.home)
  if (sameHome) return { key: 'home', message: `${account.name} is the home of account "${sameHome.id}" already`, fix: 'One home has one login: give this account a folder of its own' }
  const primary = account.role === 'primary' ? before.find(each => each.agent === account.agent && each.role === 'primary') : undefined
  return primary ? { key: 'role', message: `account "${primary.id}" is the primary of ${account.agent} already`, fix: 'Write: role = "standby"' } : null
}

/** As the agents' own roots are called: `~/.claude-work`. */
export const nameOf = (home: string, userHome: string): string => (userHome !== '' && home.startsWith(userHome) && /^[\\/]/.test(home.slice(userHome.length)) ? `~${home.slice(userHome.length)}` : home)

/** A budget may name an account by its id; entries know it by its home. Anything else stays the pattern that it is. */
export function accountPattern(pattern: string, accounts: readonly Account[]): string {
  const named = accounts.find(({ id }) => id === pattern)
  return named ? named.name.replace(/[*?[\]{}!\\]/g, '\\$&') : pattern
}

/** A folder as the file would write it: below the home folder with `~`. */
export const writtenHome = (folder: string, userHome: string): string => nameOf(expandFolder(folder, userHome), userHome)

/** A name for a home that nobody named: `work` of `~/.claude-work`. */
export function accountIdFor(home: string, agent: AccountAgent, accounts: readonly Account[]): string {
  const last = home.split(/[\\/]/).filter(part => part !== '').at(-1) ?? ''
  const own = last.replace(/^\.?(claude|codex)[-_.]?/, '').replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '')
  const name = (own === '' ? (agent === 'codex' ? 'codex' : 'main') : own).slice(0, ID_CHARS_MAX)
  for (let number = 1; ; number++) {
    const id = number === 1 ? name : `${name}-${number}`
    if (!accountNamed(accounts, id)) return id
  }
}
// An id has 64 characters at most; a number may have to follow.
const ID_CHARS_MAX = 58
