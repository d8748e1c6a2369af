import { expect, it } from 'vitest'
import { codexAccounts } from '../../../src/agents/codex/accounts.ts'

const login = (fields: object): string => JSON.stringify({ last_refresh: '2026-11-21T10:00:00Z', ...fields })

it("a login of Codex's is known by the id beside its tokens, which stay behind", () => {
  const found = codexAccounts.identify(login({ OPENAI_API_KEY: null, tokens: { id_token: 'jwt-secret', access_token: 'secret', refresh_token: 'secret', account_id: 'acc-1' } }))
  expect(found).toEqual({ parts: ['acc-1'], kind: 'oauth', organisation: false })
})

it('a login by key has no id of its own, and the key is not looked at', () => {
  expect(codexAccounts.identify(login({ OPENAI_API_KEY: 'sk-secret' }))).toEqual({ parts: [], kind: 'api-key', organisation: false })
})

it.each(['', '{', 'null', '[]', '{}', '{"tokens":{}}', '{"tokens":{"account_id":7}}'])('%s is no login', text => {
  expect(codexAccounts.identify(text)).toBeNull()
})

it('is made in its own home', () => {
  expect(codexAccounts.signIn({ home: '/home/u/.codex-work', isDefault: false })).toBe('CODEX_HOME=/home/u/.codex-work codex login')
  expect(codexAccounts.loginFile('/h/.codex', { home: '/h', platform: 'darwin', variables: {} })).toBe('/h/.codex/auth.json')
})
