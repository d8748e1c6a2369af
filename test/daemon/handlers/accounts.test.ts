import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { readLogs } from '../../../src/daemon/handlers/reports.ts'
import { aMessage, aRecord } from '../../support/claude-lines.ts'
import { NOON, OpenWorld, type OpenOptions } from '../../support/open-world.ts'

const by = 'ada'
let open: OpenWorld | undefined
afterEach(async () => { await open?.close(); open = undefined })

async function opened(options: OpenOptions = {}): Promise<{ readonly world: OpenWorld; readonly login: (folder: string, person: string, extra?: object) => string; readonly config: () => string }> {
  const world = open = await OpenWorld.open(options)
  const login = (folder: string, person: string, extra: object = {}): string => {
    const home = path.join(world.home.path, folder)
    mkdirSync(home, { recursive: true })
    writeFileSync(folder === '.claude' ? path.join(world.home.path, '.claude.json') : path.join(home, '.claude.json'), JSON.stringify({ oauthAccount: { accountUuid: person, ...extra } }))
    writeFileSync(path.join(home, '.credentials.json'), JSON.stringify({ claudeAiOauth: { accessToken: 'sk-canary-token', refreshToken: 'rt-canary-token' } }))
    return home
  }
  return { world, login, config: () => readFileSync(path.join(world.home.path, '.config', 'purser', 'config.toml'), 'utf8') }
}
const refusal = (call: Promise<unknown>): Promise<string> => call.then(() => 'nothing was refused', (error: Error) => error.message)

describe('an account that is added', () => {
  it('stands in the commented file, with its login and an order', async () => {
    const { world, login, config } = await opened()
    login('.claude', 'ann')
    login('.claude-work', 'bob')
    await world.handlers['account.add']({ home: '~/.claude-work', by })
    const done = await world.handlers['account.add']({ home: path.join(world.home.path, '.claude'), role: 'primary', by })
    expect(done).toMatchObject({ created: true, warning: null, account: { id: 'main', account: '~/.claude', role: 'primary', state: 'ok', login: { kind: 'oauth', sameAs: [] } } })
    expect(config()).toContain('[[account]]\nid = "work"\nhome = "~/.claude-work"\n\n[[account]]\nid = "main"\nhome = "~/.claude"\nrole = "primary"\n')
    expect(config()).toContain('# [[budget]]')
    expect((await world.handlers['account.list']({})).accounts.map(({ id, configured }) => [id, configured])).toEqual([['main', true], ['work', true]])
    expect(await world.codes()).toEqual(['account.added', 'account.added'])
  })
  it('again under its home changes it, and says so', async () => {
    const { world } = await opened({ config: '[[account]]\nid = "w"\nhome = "~/.claude-work" # mine\n' })
    const done = await world.handlers['account.add']({ home: '~/.claude-work', role: 'primary', by })
    expect(done).toMatchObject({ created: false, account: { id: 'w', role: 'primary', state: 'unknown', because: 'its home does not exist yet' }, warning: 'nobody can work on it yet; type: purser account login-help w' })
  })
  it('that is a login twice is told, and so is one that somebody else manages', async () => {
    const { world, login } = await opened()
    login('.claude', 'ann')
    login('.claude-work', 'ann')
    login('.claude-corp', 'ann', { organizationUuid: 'corp', organizationRole: 'user' })
    await world.handlers['account.add']({ home: '~/.claude', by })
    expect((await world.handlers['account.add']({ home: '~/.claude-work', by })).warning).toContain('it is the same login as main')
    expect((await world.handlers['account.add']({ home: '~/.claude-corp', by })).warning).toContain('an organisation manages it')
  })
  it('is of the agent whose login lies there, and of none that keeps no logins apart', async () => {
    const { world } = await opened()
    const home = path.join(world.home.path, 'logins')
    mkdirSync(home)
    writeFileSync(path.join(home, 'auth.json'), JSON.stringify({ tokens: { account_id: 'acc' } }))
    expect((await world.handlers['account.add']({ home, by })).account.agent).toBe('codex')
    expect((await world.handlers['account.add']({ home: '~/.codex-2', by })).account.agent).toBe('codex')
    expect(await refusal(world.handlers['account.add']({ home: '~/.x', agent: 'gemini', by }))).toContain('It can be: claude-code, codex')
    expect(await refusal(world.handlers['account.add']({ home: '~/.codex-2', id: 'again', by }))).toContain('~/.codex-2 is the home of account')
  })
})

describe('a home without a name', () => {
  it('is listed where a login lies in it, and takes part in nothing', async () => {
    const { world, login } = await opened()
    login('.claude', 'ann')
    expect((await world.handlers['account.list']({})).accounts).toMatchObject([{ id: '~/.claude', configured: false, state: 'ok' }])
    expect(await refusal(world.handlers['account.show']({ id: '~/.claude' }))).toContain('there is none; type: purser account add')
  })
})

describe('an account', () => {
  const CONFIG = '[[account]]\nid = "main"\nhome = "~/.claude"\n[[account]]\nid = "work"\nhome = "~/.claude-work"\n'
  it('is quarantined when another login lies in its home, until it is accepted', async () => {
    const { world, login } = await opened({ config: CONFIG })
    login('.claude-work', 'bob')
    await world.handlers['account.list']({})
    login('.claude-work', 'eve')
    expect((await world.handlers['account.show']({ id: 'work' })).account).toMatchObject({ state: 'quarantined' })
    expect((await world.handlers['account.login-help']({ id: 'work' })).notes[0]).toContain('purser account enable work --accept-login')
    expect((await world.handlers['account.enable']({ id: 'work', acceptLogin: true, by })).account).toMatchObject({ state: 'ok' })
  })
  it('is exhausted as the logs of its own home say, and is found there without being told where', async () => {
    const { world, login } = await opened({ config: CONFIG })
    login('.claude', 'ann')
    const home = login('.claude-work', 'bob')
    const folder = path.join(home, 'projects', '-web')
    mkdirSync(folder, { recursive: true })
    const quotaLimits = { status: 'rejected', rateLimitType: 'five_hour', resetsAt: NOON / 1000 + 3_600 }
    writeFileSync(path.join(folder, 's1.jsonl'), `${JSON.stringify(aRecord({ cwd: world.project(), sessionId: 's1', timestamp: new Date(NOON - 60_000).toISOString(), message: aMessage({ model: '<synthetic>' }), isApiErrorMessage: true, error: 'rate_limit', apiError: 'usage_limit_reached', quotaLimits }))}\n`)
    await readLogs(world.world)
    const found = (await world.handlers['account.list']({})).accounts
    expect(found.map(({ id, state, because, until }) => [id, state, because, until])).toEqual([['main', 'ok', '', null], ['work', 'exhausted', '5h quota is spent', '2026-11-21T13:00:00.000Z']])
    expect((await world.handlers['account.show']({ id: '~/.claude-work' })).quota).toMatchObject([{ window: 'five_hour', exhausted: true }])
  })
  it('is disabled with a reason, pinned, and removed without touching its folder', async () => {
    const { world, login, config } = await opened({ config: CONFIG })
    const home = login('.claude-work', 'bob')
    expect(await refusal(world.handlers['account.disable']({ id: 'work', by, reason: ' ' }))).toContain('say why')
    expect((await world.handlers['account.disable']({ id: 'work', by, reason: 'on leave' })).account).toMatchObject({ state: 'disabled', because: 'disabled by ada: on leave' })
    expect((await world.handlers['account.pin']({ id: 'work', by })).account).toMatchObject({ pinned: true })
    expect(await world.handlers['account.remove']({ id: 'work', by })).toEqual({ removed: 'work' })
    expect(config()).not.toContain('work')
    expect(readFileSync(path.join(home, '.credentials.json'), 'utf8')).toContain('sk-canary')
    expect(await refusal(world.handlers['account.pin']({ id: 'wrok', by }))).toContain('there is no account "wrok"')
  })
  it('shares conversations with whoever has the same folder', async () => {
    const { world, login } = await opened({ config: CONFIG })
    mkdirSync(path.join(login('.claude', 'ann'), 'projects'))
    symlinkSync(path.join(world.home.path, '.claude', 'projects'), path.join(login('.claude-work', 'bob'), 'projects'))
    expect((await world.handlers['account.show']({ id: 'work' })).account.sharesWith).toEqual(['main'])
  })
  it('leaves no secret and no address in any answer, record or event', async () => {
    const { world, login } = await opened({ config: CONFIG })
    login('.claude-work', 'bob', { emailAddress: 'bob-canary@example.test', organizationName: 'canary-org' })
    const said = JSON.stringify([await world.handlers['account.list']({}), await world.handlers['account.show']({ id: 'work' }), await world.handlers['account.login-help']({ id: 'work' }), await world.handlers.events({})])
    expect(said).not.toMatch(/canary|"bob"/)
    await world.world.stores.transaction(() => world.world.stores.meta.set('flushed', '1'))
    for (const file of ['purser.db', 'purser.db-wal']) expect(readFileSync(path.join(world.world.places.state, file)).toString('latin1'), file).not.toMatch(/canary/)
  })
})
