// Which login a run works on, from what the control plane says of it.
import { describe, expect, it } from 'vitest'
import type { AccountAnswer } from '../../src/api/account-answers.ts'
import type { RunLogin } from '../../src/api/run-door.ts'
import { boundEnvironment } from '../../src/daemon/run-account.ts'
import { ADAPTERS } from '../../src/daemon/wire.ts'
import { FakeControlPlane } from '../support/fake-control-plane.ts'
import { account as sample } from '../support/sample-answers.ts'

const usable = (over: Partial<AccountAnswer> = {}): AccountAnswer => ({ ...sample, state: 'ok', because: '', inUse: false, ...over })
const adapter = (name: string) => ADAPTERS.find(each => each.name === name) ?? null
const bind = async (login: RunLogin, { account = usable(), agent = 'claude-code', variables = {} }: { account?: AccountAnswer; agent?: string; variables?: Record<string, string> } = {}) => {
  const plane = new FakeControlPlane({ 'account.show': { account, quota: [] }, 'account.list': { accounts: [account] } })
  const { variables: bound } = await boundEnvironment(plane, adapter(agent), { login, environment: { home: '/home/ada', platform: 'linux', variables: { PATH: '/bin', ...variables } } })
  return { bound, asked: plane.names }
}
const NAMED: RunLogin = { by: 'name', id: 'work' }, CHOSEN: RunLogin = { by: 'choice' }

describe('a run', () => {
  it('works on the login it is told, and on no key that would replace it', async () => {
    expect((await bind(NAMED, { variables: { ANTHROPIC_API_KEY: 'sk-x' } })).bound).toEqual({ PATH: '/bin', CLAUDE_CONFIG_DIR: '/home/ada/.claude-work' })
    expect((await bind(NAMED, { account: usable({ home: '/home/ada/.claude' }), variables: { CLAUDE_CONFIG_DIR: '/home/ada/.claude-work' } })).bound).toEqual({ PATH: '/bin' })
    expect((await bind(NAMED, { agent: 'codex', account: usable({ agent: 'codex', home: '/home/ada/.codex-work' }) })).bound).toEqual({ PATH: '/bin', CODEX_HOME: '/home/ada/.codex-work' })
  })

  it('follows what new work starts on, unless its environment says another, and nothing else', async () => {
    expect((await bind(CHOSEN, { account: usable({ inUse: true }) })).bound).toHaveProperty('CLAUDE_CONFIG_DIR', '/home/ada/.claude-work')
    expect(await bind(CHOSEN, { account: usable({ inUse: true }), variables: { CLAUDE_CONFIG_DIR: '/other' } })).toEqual({ bound: { PATH: '/bin', CLAUDE_CONFIG_DIR: '/other' }, asked: [] })
    for (const account of [usable(), usable({ inUse: true, configured: false }), usable({ inUse: true, agent: 'codex' })]) expect((await bind(CHOSEN, { account })).bound).toEqual({ PATH: '/bin' })
    expect(await bind({ by: 'environment' }, { account: usable({ inUse: true }) })).toEqual({ bound: { PATH: '/bin' }, asked: [] })
  })

  it.each<[state: string, over: Partial<AccountAnswer>, says: string]>([
    ['disabled', { state: 'disabled', because: 'disabled by ada: spare' }, 'purser account enable work'],
    ['signed out', { state: 'auth_broken', because: 'nobody is signed in' }, 'purser account login-help work'],
    ['another login', { state: 'quarantined', because: 'another login is in its home' }, 'another login'],
    ['an organisation\'s', { login: { ...sample.login, organisation: true } }, 'organisation = true'],
  ])('is not started on a login that is %s, named or chosen', async (_state, over, says) => {
    for (const login of [NAMED, CHOSEN]) await expect(bind(login, { account: usable({ inUse: true, ...over }) })).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining(says) as string })
  })

  it('is started where the organisation was asked, and where only a quota is spent', async () => {
    expect((await bind(NAMED, { account: usable({ login: { ...sample.login, organisation: true }, organisationAllowed: true }) })).bound).toHaveProperty('CLAUDE_CONFIG_DIR')
    expect((await bind(NAMED, { account: usable({ state: 'exhausted' }) })).bound).toHaveProperty('CLAUDE_CONFIG_DIR')
  })

  it('says what a login is no login of', async () => {
    await expect(bind(NAMED, { agent: 'codex' })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('a login of claude-code') as string })
    await expect(bind(NAMED, { agent: 'gemini' })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('for claude and codex') as string })
    expect(await bind(CHOSEN, { agent: 'gemini' })).toEqual({ bound: { PATH: '/bin' }, asked: [] })
  })
})
