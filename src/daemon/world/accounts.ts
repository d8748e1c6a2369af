// Accounts of this world: those the configuration names, and homes with a login in them that it does not name.
import { nameOf } from '../../config/accounts.ts'
import { ACCOUNT_AGENTS, accountNamed, inOrder, type Account, type AccountAgent } from '../../core/accounts/account.ts'
import type { FoundLogin } from '../../core/accounts/identity.ts'
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import type { AccountWorld } from '../../flows/accounts.ts'
import { conversationPlaces, lookAtHome } from '../../os/account-homes.ts'
import type { World } from './world.ts'

export const accountsOf = (world: Pick<World, 'config'>): readonly Account[] => world.config.current().settings.accounts

export const keptBy = (world: Pick<World, 'adapters'>, agent: string): NonNullable<AgentAdapter['accounts']> | null => world.adapters.find(({ name }) => name === agent)?.accounts ?? null

export function lookAt(world: World, agent: string, home: string): FoundLogin | null {
  const accounts = keptBy(world, agent)
  return accounts === null ? null : lookAtHome(home, { agent, accounts, environment: world.environment, salt: world.node, now: world.clock.now() })
}

export const accountWorld = (world: World): AccountWorld => ({ stores: world.stores, node: world.node, lookAt: (agent, home) => lookAt(world, agent, home) })

/** Configured ones of every agent, primary first. */
export const configuredAccounts = (world: World): readonly Account[] => ACCOUNT_AGENTS.flatMap(agent => inOrder(accountsOf(world), agent))

/** Homes the agents would use by themselves, with a login in them and no table of their own. They take part in nothing. */
export function foundAccounts(world: World): readonly Account[] {
  return ACCOUNT_AGENTS.flatMap(agent => {
    const adapter = world.adapters.find(({ name }) => name === agent)
    const homes = new Set((adapter?.sources ?? []).flatMap(source => source.roots(world.environment)).filter(root => !root.nested).map(root => root.configHome))
    return [...homes].filter(home => accountNamed(accountsOf(world), home) === null && (lookAt(world, agent, home)?.kind ?? '') !== '').map(home => asAccount(world, agent, home))
  })
}

function asAccount({ environment }: World, agent: AccountAgent, home: string): Account {
  const name = nameOf(home, environment.home)
  return { id: name, agent, home, name, role: 'standby', organisation: false, unattended: '' }
}

/** Other accounts of the agent whose conversations lie in the same folders. */
export function sharedWith(world: World, account: Account): readonly Account[] {
  const folders = keptBy(world, account.agent)?.conversations ?? []
  const own = conversationPlaces(account.home, folders)
  return accountsOf(world).filter(other => other !== account && other.agent === account.agent && conversationPlaces(other.home, folders).some(place => own.includes(place)))
}
