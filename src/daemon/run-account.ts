// The login a run works on: the one that was named, else the one that new work starts on, else whatever the environment says.
// Bound by the client's own variable for this process alone; a plain start of the client is not changed by it.
import type { AccountAnswer } from '../api/account-answers.ts'
import type { ControlPlane } from '../api/control-plane.ts'
import type { RunLogin } from '../api/run-door.ts'
import { bindingOf } from '../core/accounts/account.ts'
import { AppError } from '../core/errors.ts'
import type { AgentAdapter, Environment } from '../core/sessions/agent-adapter.ts'

export interface LoginWish { readonly login: RunLogin; readonly environment: Environment }

// Why nothing may be started there, though a person asked for it.
const CLOSED: ReadonlySet<AccountAnswer['state']> = new Set(['disabled', 'quarantined', 'auth_broken'])

/** The environment bound to it. Throws `not_found` for a login nobody knows, `refused` for one that may not be used. */
export async function boundEnvironment(plane: Pick<ControlPlane, 'call'>, adapter: Pick<AgentAdapter, 'name' | 'accounts'> | null, { login, environment }: LoginWish): Promise<Environment> {
  if (login.by === 'environment') return environment
  const word = login.by === 'name' ? login.id : undefined, kept = adapter?.accounts
  if (!adapter || !kept) {
    if (word !== undefined) throw new AppError('invalid_input', `--account ${word}: ${adapter?.name ?? 'this program'} has no logins that can live side by side; it is for claude and codex`)
    return environment
  }
  // Whoever set the variable for this command has said which login is meant.
  if (word === undefined && (environment.variables[kept.variable] ?? '') !== '') return environment
  const account = word === undefined ? (await plane.call('account.list', {})).accounts.find(each => each.configured && each.inUse && each.agent === adapter.name) : (await plane.call('account.show', { id: word })).account
  if (!account) return environment
  if (account.agent !== adapter.name) throw new AppError('invalid_input', `${account.id} is a login of ${account.agent}; list those of ${adapter.name} with: purser account list`)
  refuseClosed(account)
  const variables: Record<string, string | undefined> = { ...environment.variables }
  for (const [name, value] of Object.entries(bindingOf(account, kept, environment))) {
    if (value === null) delete variables[name]
    else variables[name] = value
  }
  return { ...environment, variables }
}

function refuseClosed({ id, state, because, login, organisationAllowed }: AccountAnswer): void {
  if (CLOSED.has(state)) throw new AppError('refused', `account ${id} is not used: ${because}; ${state === 'disabled' ? `enable it with: purser account enable ${id}` : `see what to do with: purser account login-help ${id}`}`)
  if (login.organisation && !organisationAllowed) throw new AppError('refused', `account ${id} is managed by an organisation; ask there first, then set organisation = true for it: purser config edit`)
}
