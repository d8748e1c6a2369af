import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { claudeCodeAccounts } from '../../../src/agents/claude-code/accounts.ts'
import type { Environment } from '../../../src/core/sessions/agent-adapter.ts'

const on = (platform: Environment['platform'] = 'linux'): Environment => ({ home: '/home/u', platform, variables: {} })
const settings = (oauthAccount: unknown, rest = {}): string => JSON.stringify({ projects: { '/home/u/x': { history: ['a prompt'] } }, ...rest, oauthAccount })

describe("whose login a home of Claude Code's has", () => {
  it('stands beside the default home, and inside every other', () => {
    expect(claudeCodeAccounts.identityFiles('/home/u/.claude', on())).toEqual(['/home/u/.claude.json'])
    expect(claudeCodeAccounts.identityFiles('/home/u/.claude-work', on())).toEqual(['/home/u/.claude-work/.claude.json'])
  })
  it('is its person and organisation, by id and not by address where there is one', () => {
    expect(claudeCodeAccounts.identify(settings({ accountUuid: 'u-1', emailAddress: 'a@example.test', organizationUuid: 'o-1', organizationRole: 'admin', organizationName: 'A' })))
      .toEqual({ parts: ['u-1', 'o-1'], kind: 'oauth', organisation: false })
    expect(claudeCodeAccounts.identify(settings({ emailAddress: 'a@example.test' }))).toMatchObject({ parts: ['a@example.test', ''] })
  })
  it("is an organisation's where its plan or the person's role says so", () => {
    expect(claudeCodeAccounts.identify(settings({ accountUuid: 'u', organizationRole: 'user' }))).toMatchObject({ organisation: true })
    expect(claudeCodeAccounts.identify(settings({ accountUuid: 'u', organizationRole: 'admin', organizationType: 'claude_enterprise' }))).toMatchObject({ organisation: true })
    expect(claudeCodeAccounts.identify(settings({ accountUuid: 'u', organizationRole: 'primary_owner', organizationType: 'claude_max' }))).toMatchObject({ organisation: false })
  })
  it('is a key where there is a key and no subscription', () => {
    expect(claudeCodeAccounts.identify(settings(undefined, { primaryApiKey: 'sk-secret' }))).toEqual({ parts: [], kind: 'api-key', organisation: false })
    expect(claudeCodeAccounts.identify(settings(undefined, { customApiKeyResponses: { approved: ['tail'] } }))).toMatchObject({ kind: 'api-key' })
  })
  it('is nobody where the settings say nothing, whatever they are', () => {
    for (const text of ['', '{', '[]', 'null', '{}', settings(null), settings([]), settings({ accountUuid: 5 })]) expect(claudeCodeAccounts.identify(text), text).toBeNull()
    fc.assert(fc.property(fc.json(), text => { claudeCodeAccounts.identify(text) }), { numRuns: 200 })
  })
  it('never holds a secret or a prompt', () => {
    const all = claudeCodeAccounts.identify(settings({ accountUuid: 'u-1', accessToken: 'sk-secret' }, { primaryApiKey: 'sk-secret' }))
    expect(JSON.stringify(all)).not.toMatch(/secret|prompt/)
  })
})

describe('the login itself', () => {
  it('lies in the home, but on macOS, where the Keychain has it', () => {
    expect(claudeCodeAccounts.loginFile('/home/u/.claude-work', on())).toBe('/home/u/.claude-work/.credentials.json')
    expect(claudeCodeAccounts.loginFile('/home/u/.claude-work', on('darwin'))).toBeNull()
  })
  it('is made by what a person types, with the home in front of it', () => {
    expect(claudeCodeAccounts.signIn({ home: '/home/u/.claude-work', isDefault: false })).toBe('CLAUDE_CONFIG_DIR=/home/u/.claude-work claude /login')
    expect(claudeCodeAccounts.signIn({ home: '/home/u/.claude', isDefault: true })).toBe('claude /login')
  })
})
