import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { instant } from '../../../src/core/time.ts'
import { NOON, OpenWorld, type OpenOptions } from '../../support/open-world.ts'

const ACCOUNTS = '[[account]]\nid = "main"\nhome = "~/.claude"\nrole = "primary"\n[[account]]\nid = "work"\nhome = "~/.claude-work"\n'
let open: OpenWorld | undefined
afterEach(async () => { await open?.close(); open = undefined })

async function opened(options: OpenOptions = {}): Promise<OpenWorld> {
  const world = open = await OpenWorld.open({ config: ACCOUNTS, ...options })
  for (const [folder, person] of [['.claude', 'ann'], ['.claude-work', 'bob']] as const) {
    mkdirSync(path.join(world.home.path, folder), { recursive: true })
    writeFileSync(folder === '.claude' ? path.join(world.home.path, '.claude.json') : path.join(world.home.path, folder, '.claude.json'), JSON.stringify({ oauthAccount: { accountUuid: person } }))
    writeFileSync(path.join(world.home.path, folder, '.credentials.json'), '{"claudeAiOauth":{"refreshToken":"rt-canary-token"}}')
  }
  mkdirSync(path.join(world.home.path, '.claude', 'projects'))
  symlinkSync(path.join(world.home.path, '.claude', 'projects'), path.join(world.home.path, '.claude-work', 'projects'))
  return world
}
const spend = (world: OpenWorld) => world.world.stores.transaction(() => world.world.stores.quota.save(world.world.node, {
  agent: 'claude-code', account: '~/.claude', window: 'five_hour', minutes: 300, usedBasisPoints: null, exhausted: true, resetsAt: instant(NOON + 7_200_000), observedAt: instant(NOON), evidence: 'log', wakeAt: null,
}))
const refusal = (call: Promise<unknown>): Promise<string> => call.then(() => 'nothing was refused', (error: Error) => error.message)

describe('failover on request', () => {
  it('plans for the account that is spent, and else for the one in use', async () => {
    const world = await opened()
    expect((await world.handlers['failover.plan']({})).plans).toMatchObject([{ from: 'main', decision: 'stay' }])
    await spend(world)
    expect((await world.handlers['failover.plan']({})).plans).toMatchObject([{ from: 'main', to: 'work', decision: 'move', evidence: [expect.stringContaining('5h spent, by log')], sessions: [], passed: [] }])
  })
  it('plans nothing where an agent has one account, and knows no other name', async () => {
    const world = await opened({ config: '[[account]]\nid = "main"\nhome = "~/.claude"\n' })
    expect((await world.handlers['failover.plan']({})).plans).toEqual([])
    expect(await refusal(world.handlers['failover.plan']({ from: 'wrok' }))).toContain('wrok')
  })
  it('moves only while a daemon runs that does more than observe', async () => {
    expect(await refusal((await opened({ role: 'command' })).handlers['failover.run']({ by: 'ada' }))).toContain('purser up --detach')
    await open?.close()
    expect(await refusal((await opened({ role: 'daemon', observe: true })).handlers['failover.run']({ by: 'ada' }))).toContain('only observes')
  })
  it('begins a move, which is then its status and its history, and is given up by name', async () => {
    const world = await opened({ role: 'daemon' })
    await spend(world)
    const { failover } = await world.handlers['failover.run']({ by: 'ada' })
    expect(failover).toMatchObject({ from: 'main', to: 'work', state: 'admitted', by: 'ada', sessions: [] })
    expect(await world.handlers['failover.status']({})).toMatchObject({ mode: { configured: 'off', effective: 'off', consent: '' }, active: [{ id: failover.id }], returns: [] })
    expect(await refusal(world.handlers['failover.run']({ by: 'ada' }))).toContain('is being moved from')
    expect(await world.handlers['failover.abort']({ id: failover.id, by: 'ada' })).toMatchObject({ gaveUp: 'move', failover: { abortAsked: true } })
    expect((await world.handlers['failover.history']({})).failovers.map(({ id }) => id)).toEqual([failover.id])
    expect((await world.handlers['failover.history']({ id: failover.id })).steps).toEqual([])
    expect(await refusal(world.handlers['failover.history']({ id: 'fo-x' }))).toContain('there is no move fo-x')
    expect(await refusal(world.handlers['failover.history']({ limit: 0 }))).toContain('from 1 to 1000')
  })
  it('never shows nor stores what lies in a login', async () => {
    const world = await opened({ role: 'daemon' })
    await spend(world)
    const { failover } = await world.handlers['failover.run']({ by: 'ada' })
    const everything = JSON.stringify([failover, await world.handlers['failover.plan']({}), await world.handlers.events({}), await world.world.stores.read(() => world.world.stores.failover.get(world.world.node, failover.id))])
    for (const secret of ['rt-canary-token', '"ann"', '"bob"']) expect(everything).not.toContain(secret)
  })
})

describe('account use', () => {
  it('is what purser run starts on, and the last word counts', async () => {
    const world = await opened()
    expect((await world.handlers['account.use']({ id: 'work', by: 'ada' })).account).toMatchObject({ id: 'work', inUse: true })
    await world.handlers['account.use']({ id: 'work', by: 'ada' })
    await world.handlers['account.use']({ id: 'main', by: 'ada' })
    expect((await world.handlers['account.list']({})).accounts.filter(({ inUse }) => inUse).map(({ id }) => id)).toEqual(['main'])
    expect((await world.codes()).filter(code => code === 'account.used')).toHaveLength(2)
  })
})
