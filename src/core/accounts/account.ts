// An account: one login of one agent, kept apart from others by its config home. The configuration says which there are.
// Entries, quota windows and sessions call an account by that home (`~/.claude-work`), whatever its id is: naming or
// renaming one moves no history. Knows no file and no table.
import type { AgentAdapter, Environment } from '../sessions/agent-adapter.ts'

/** Agents whose logins can live side by side, each process bound to one by a variable. */
export const ACCOUNT_AGENTS = ['claude-code', 'codex'] as const
export type AccountAgent = (typeof ACCOUNT_AGENTS)[number]

/** Work starts on a primary and comes back to it; a standby is tried when it cannot go on, in the order of the file. */
export type AccountRole = 'primary' | 'standby'
export const ACCOUNT_ROLES = ['primary', 'standby'] as const satisfies readonly AccountRole[]

export interface Account {
  /** What people call it: `work`. */
  readonly id: string
  readonly agent: AccountAgent
  /** The config home, absolute. */
  readonly home: string
  /** The same as entries and quota windows name it: `~/.claude-work`. */
  readonly name: string
  readonly role: AccountRole
  /** Work may be moved to it although an organisation manages it. */
  readonly organisation: boolean
  /** Day (`2026-11-21`) on which its owner agreed that tasks nobody watches may be moved to it; '' = not agreed. */
  readonly unattended: string
}

/** What names one account everywhere but in the configuration. */
export interface AccountKey { readonly agent: string; readonly account: string }

export const keyOf = ({ agent, name }: Pick<Account, 'agent' | 'name'>): AccountKey => ({ agent, account: name })

/** The configured account that a ledger name (`~/.claude-work`) or an id (`work`) means; null when none does. */
export function accountNamed(accounts: readonly Account[], word: string, agent?: string): Account | null {
  const own = agent === undefined ? accounts : accounts.filter(each => each.agent === agent)
  return own.find(({ id }) => id === word) ?? own.find(({ name, home }) => name === word || home === word) ?? null
}

/** Of one agent: the primary first, then standbys in the order of the file. Without a primary the first stands for it. */
export function inOrder(accounts: readonly Account[], agent: string): readonly Account[] {
  const own = accounts.filter(account => account.agent === agent)
  return [...own.filter(({ role }) => role === 'primary'), ...own.filter(({ role }) => role === 'standby')]
}

export const primaryOf = (accounts: readonly Account[], agent: string): Account | null => inOrder(accounts, agent)[0] ?? null

/** What a process needs in its environment to run on this account; null takes a variable away. */
export type Binding = Readonly<Record<string, string | null>>

/**
 * The default home is bound by the absence of the variable: Claude Code keeps its identity beside that home, and inside
 * any other. Whatever would replace the login of the home (a key, a token) is taken away with it.
 */
export function bindingOf(account: Pick<Account, 'home'>, { variable, overrides, defaultHome }: NonNullable<AgentAdapter['accounts']>, environment: Environment): Binding {
  const bound = account.home === defaultHome(environment) ? null : account.home
  return { ...Object.fromEntries(overrides.map(name => [name, null])), [variable]: bound }
}

/** The environment with every configured home in it: logs and live sessions are then found there as in an agent's own. */
export function withHomes(environment: Environment, accounts: readonly Account[], adapters: Iterable<Pick<AgentAdapter, 'name' | 'accounts'>>): Environment {
  const variables = { ...environment.variables }
  for (const { name, accounts: kept } of adapters) {
    const homes = kept ? accounts.filter(({ agent }) => agent === name).map(({ home }) => home).filter(home => home !== kept.defaultHome(environment)) : []
    if (!kept || homes.length === 0) continue
    const known = (variables[kept.variable] ?? '').split(',').map(entry => entry.trim()).filter(entry => entry !== '')
    variables[kept.variable] = [...known, ...homes.filter(home => !known.includes(home))].join(',')
  }
  return { ...environment, variables }
}
