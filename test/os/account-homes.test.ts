import { chmodSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { claudeCodeAccounts } from '../../src/agents/claude-code/accounts.ts'
import { codexAccounts } from '../../src/agents/codex/accounts.ts'
import { fingerprintOf, type FoundLogin } from '../../src/core/accounts/identity.ts'
import { instant } from '../../src/core/time.ts'
import { conversationPlaces, lookAtHome, type HomeLook } from '../../src/os/account-homes.ts'
import { tempHome, type TempHome } from '../support/home.ts'

const NOON = instant(Date.UTC(2026, 10, 21, 12))
const homes: TempHome[] = []
afterEach(() => { for (const home of homes.splice(0)) home.remove() })

function aHome(): { readonly user: string; readonly folder: string; readonly write: (name: string, text: string) => string; readonly look: (change?: Partial<HomeLook>) => FoundLogin } {
  const home = tempHome('accounts')
  homes.push(home)
  const folder = path.join(home.path, '.claude-work')
  mkdirSync(folder)
  return {
    user: home.path, folder,
    write: (name, text) => { const file = path.join(folder, name); writeFileSync(file, text); utimesSync(file, 1_000, 1_000); return file },
    look: change => lookAtHome(folder, { agent: 'claude-code', accounts: claudeCodeAccounts, environment: { home: home.path, platform: 'linux', variables: {} }, salt: 'n1', now: NOON, ...change }),
  }
}
const ann = JSON.stringify({ oauthAccount: { accountUuid: 'ann', organizationUuid: 'o', emailAddress: 'ann@example.test' } })

describe('a home', () => {
  it('tells whose login lies in it, as a fingerprint, and when it was made', () => {
    const { write, look } = aHome()
    write('.claude.json', ann)
    write('.credentials.json', '{"secret":1}')
    expect(look()).toEqual({ fingerprint: fingerprintOf({ parts: ['ann', 'o'] }, { salt: 'n1', agent: 'claude-code' }), kind: 'oauth', organisation: false, signIn: '12@1000000', homeExists: true, lookedAt: NOON })
  })
  it('has no login once somebody signed out, although the name is still there', () => {
    const { write, look } = aHome()
    write('.claude.json', ann)
    expect(look()).toMatchObject({ fingerprint: '', kind: '', signIn: '', homeExists: true })
    expect(look({ environment: { home: '/h', platform: 'darwin', variables: {} } })).toMatchObject({ kind: 'oauth', signIn: '' })
  })
  it('has no login without settings, with damaged ones, and where it does not exist', () => {
    const { folder, write, look } = aHome()
    expect(look()).toMatchObject({ kind: '', fingerprint: '', homeExists: true })
    write('.claude.json', '{"oauthAccount": {')
    expect(look()).toMatchObject({ kind: '' })
    rmSync(folder, { recursive: true })
    expect(look()).toMatchObject({ kind: '', homeExists: false })
  })
  it('of a key has a kind and no name', () => {
    const { write, look } = aHome()
    write('.claude.json', '{"primaryApiKey":"sk-1"}')
    expect(look()).toMatchObject({ kind: 'api-key', fingerprint: '' })
  })
  it("of Codex's is read from the login file, of which only an id is kept", () => {
    const { folder, write, look } = aHome()
    write('auth.json', JSON.stringify({ tokens: { access_token: 'sk-canary', account_id: 'acc' } }))
    const found = lookAtHome(folder, { agent: 'codex', accounts: codexAccounts, environment: { home: '/h', platform: 'linux', variables: {} }, salt: 'n1', now: NOON })
    expect(found).toMatchObject({ kind: 'oauth', homeExists: true })
    expect(JSON.stringify([found, look()])).not.toContain('canary')
  })
  it.skipIf(process.getuid?.() === 0)("is looked at without opening Claude Code's login", () => {
    const { write, look } = aHome()
    write('.claude.json', ann)
    chmodSync(write('.credentials.json', '{"secret":1}'), 0)
    expect(look()).toMatchObject({ kind: 'oauth', signIn: '12@1000000' })
  })
})

describe('conversations', () => {
  it('lie where the links lead', () => {
    const { user, folder } = aHome()
    mkdirSync(path.join(user, '.claude', 'projects'), { recursive: true })
    symlinkSync(path.join(user, '.claude', 'projects'), path.join(folder, 'projects'))
    expect(conversationPlaces(folder, ['projects'])).toEqual([path.join(user, '.claude', 'projects')])
    expect(conversationPlaces(folder, ['sessions'])).toEqual([])
  })
})
