import { describe, expect, it } from 'vitest'
import { KNOWN_AGENTS } from '../../../src/agents/known-agents.ts'
import { ACCOUNT_AGENTS, accountNamed, bindingOf, inOrder, primaryOf, withHomes, type Account } from '../../../src/core/accounts/account.ts'
import type { AgentAdapter, Environment } from '../../../src/core/sessions/agent-adapter.ts'

const environment: Environment = { home: '/home/u', platform: 'linux', variables: { PATH: '/bin' } }
const anAccount = (change: Partial<Account> = {}): Account => ({ id: 'work', agent: 'claude-code', home: '/home/u/.claude-work', name: '~/.claude-work', role: 'standby', organisation: false, unattended: '', ...change })
const main = anAccount({ id: 'main', home: '/home/u/.claude', name: '~/.claude', role: 'primary' })
const spare = anAccount({ id: 'spare', home: '/home/u/.claude-spare', name: '~/.claude-spare' })
const codex = anAccount({ id: 'work-codex', agent: 'codex', home: '/home/u/.codex-work', name: '~/.codex-work' })
const kept = (agent: string): NonNullable<AgentAdapter['accounts']> => KNOWN_AGENTS.get(agent)?.accounts as NonNullable<AgentAdapter['accounts']>

describe('accounts', () => {
  it('are those of the agents that say how their logins are kept apart', () => {
    expect([...KNOWN_AGENTS.values()].filter(({ accounts }) => accounts).map(({ name }) => name)).toEqual([...ACCOUNT_AGENTS])
  })
  it('are meant by id before they are meant by home, and by nothing else', () => {
    const trap = anAccount({ id: '~spare', home: '/x', name: 'work' })
    expect(accountNamed([trap, anAccount()], 'work')?.id).toBe('work')
    expect(accountNamed([main, spare], '~/.claude-spare')?.id).toBe('spare')
    expect(accountNamed([main, spare], '/home/u/.claude')?.id).toBe('main')
    expect(accountNamed([main, codex], 'main', 'codex')).toBeNull()
    expect(accountNamed([main, spare], 'spar')).toBeNull()
  })
  it('come with the primary first, then in the order of the file', () => {
    expect(inOrder([spare, codex, anAccount(), main], 'claude-code').map(({ id }) => id)).toEqual(['main', 'spare', 'work'])
    expect(primaryOf([spare, anAccount()], 'claude-code')?.id).toBe('spare')
    expect(primaryOf([codex], 'claude-code')).toBeNull()
  })
})

describe('a process of an account', () => {
  it('is bound by one variable, and by its absence to the default home', () => {
    expect(bindingOf(anAccount(), kept('claude-code'), environment)).toMatchObject({ CLAUDE_CONFIG_DIR: '/home/u/.claude-work' })
    expect(bindingOf(main, kept('claude-code'), environment)).toMatchObject({ CLAUDE_CONFIG_DIR: null })
    expect(bindingOf(codex, kept('codex'), environment)).toMatchObject({ CODEX_HOME: '/home/u/.codex-work' })
  })
  it('keeps no key and no token that would stand in for the login of its home', () => {
    expect(bindingOf(anAccount(), kept('claude-code'), environment)).toMatchObject({ ANTHROPIC_API_KEY: null, ANTHROPIC_AUTH_TOKEN: null, CLAUDE_CODE_OAUTH_TOKEN: null })
    expect(bindingOf(codex, kept('codex'), environment)).toMatchObject({ OPENAI_API_KEY: null })
  })
})

describe('homes of accounts', () => {
  it('are looked into beside those the environment names, each once', () => {
    const named = { ...environment, variables: { CLAUDE_CONFIG_DIR: '/home/u/.claude-work, /opt/c' } }
    expect(withHomes(named, [anAccount(), spare, codex], KNOWN_AGENTS.values()).variables).toEqual({ CLAUDE_CONFIG_DIR: '/home/u/.claude-work,/opt/c,/home/u/.claude-spare', CODEX_HOME: '/home/u/.codex-work' })
  })
  it('change nothing where they are the default ones, or there are none', () => {
    expect(withHomes(environment, [main], KNOWN_AGENTS.values())).toEqual(environment)
    expect(withHomes(environment, [], KNOWN_AGENTS.values())).toEqual(environment)
  })
})
