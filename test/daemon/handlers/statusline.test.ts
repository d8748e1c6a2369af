import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../../src/core/time.ts'
import { statuslineDoor, type StatuslineDoor } from '../../../src/daemon/handlers/statusline.ts'
import { NOON, OpenWorld } from '../../support/open-world.ts'

const fixture = (name: string) => JSON.parse(readFileSync(new URL(`../../fixtures/statusline/${name}.json`, import.meta.url), 'utf8')) as Record<string, unknown>
const window = (used: number, inMs: number) => ({ used_percentage: used, resets_at: (NOON + inMs) / 1000 })

describe("the daemon's answer to a status line", () => {
  let open: OpenWorld | undefined
  const errors: unknown[] = []
  afterEach(async () => { await open?.close(); open = undefined; errors.length = 0 })
  const opened = async (config = 'zone = "UTC"\n'): Promise<{ open: OpenWorld; door: StatuslineDoor; line: (more?: Record<string, unknown>, variables?: Record<string, string>) => Promise<string> }> => {
    open = await OpenWorld.open({ role: 'daemon', config })
    const own = open, door = statuslineDoor(open.world, (_, error) => errors.push(error))
    const body = (more: Record<string, unknown>): string => JSON.stringify({ ...fixture('start'), session_id: 's1', cwd: own.project(), workspace: { current_dir: own.project() }, transcript_path: join(own.home.path, '.claude', 'projects', '-web', 's1.jsonl'), ...more })
    return { open, door, line: (more = {}, variables = {}) => door.answer({ agent: 'claude-code', body: body(more), variables: { NO_COLOR: '1', ...variables } }) }
  }
  const budget = (id: string, limit: string, more = '') => `\n[[budget]]\nid = "${id}"\nlimit = "${limit}"\nwindow = "day"\n${more}`

  it('says what the session, the day and the hour cost, to the cent of the ledger', async () => {
    const { open: { spend }, line } = await opened().then(all => ({ ...all, open: { spend: all.open.spend.bind(all.open) } }))
    await spend({ at: NOON - 2 * HOUR_MS }, { at: NOON - MINUTE_MS, output: 20_000 }, { session: 's2', project: 'api', at: NOON - MINUTE_MS }, { at: NOON - 30 * HOUR_MS })
    expect(await line()).toBe('Opus 5.5 · $2.50 session · $2.50 today · $1.50/h')
  })

  it('marks what has no price yet as at least, and reads more from the client\'s own meter', async () => {
    const { open: it, line } = await opened()
    await it.spend({ at: NOON - 2 * HOUR_MS, model: 'claude-opus-99' })
    expect(await line()).toBe('Opus 5.5 · $0.00+ session · $0.00+ today')
    expect(await line({ cost: { total_cost_usd: 0.75 } })).toContain('$0.75 session')
    // The log has not been read yet, or shows less than was spent: then so does the day.
    await it.spend({ at: NOON - MINUTE_MS, session: 's2' })
    expect(await line({ session_id: 's2', cost: { total_cost_usd: 1.5 } })).toContain('$1.50 session · $1.00+ today')
  })

  it('names the budget that counts this session and has the least left', async () => {
    const { open: it, line } = await opened(`zone = "UTC"\n${budget('wide', '4')}${budget('web', '3', 'project = "web"')}${budget('api', '0.10', 'project = "api"')}`)
    await it.spend({ at: NOON - 2 * HOUR_MS })
    expect(await line()).toContain('· web $2.00 left')
    expect(await line({ cwd: it.project('other'), workspace: {}, session_id: 's9' })).toContain('· wide $3.00 left')
  })

  it('shouts a lock that holds this session, and no other', async () => {
    const { open: it, line } = await opened()
    await it.spend({ at: NOON - 2 * HOUR_MS })
    await it.handlers['budget.set']({ id: 'web', project: it.project(), limit: '0.50', onBreach: 'deny' })
    expect(await line()).toMatch(/^LOCKED by web until Sun 00:00 · .* · web \$0\.50 over/)
    expect(await line({ cwd: it.project('web2'), workspace: {}, session_id: 's9' })).not.toContain('LOCKED')
  })

  it('shows the windows of its own account, and keeps them', async () => {
    const { open: { world }, door, line } = await opened()
    expect(await line({ rate_limits: { five_hour: window(91.5, HOUR_MS), seven_day: window(30, 80 * HOUR_MS) } })).toContain('· 5h 91% until 13:00')
    await door.idle()
    expect((await world.stores.read(() => world.stores.quota.all(world.node))).map(each => [each.account, each.window, each.usedBasisPoints, each.evidence])).toEqual([['~/.claude', 'five_hour', 9_150, 'statusline'], ['~/.claude', 'seven_day', 3_000, 'statusline']])
    // Another session of this account has not heard from the vendor yet: what it knows is a lower bound.
    expect(await line({ session_id: 's2' })).toContain('· 5h 91%+ until 13:00')
    expect(await line({ session_id: 's3' }, { CLAUDE_CONFIG_DIR: '/srv/other' })).not.toContain('5h')
  })

  it('names an account by the config home of the client, as its logs are named', async () => {
    const { open: it, door, line } = await opened()
    await line({ rate_limits: { five_hour: window(20, HOUR_MS) } }, { CLAUDE_CONFIG_DIR: `${it.home.path}/.claude-work` })
    await door.idle()
    expect((await it.world.stores.read(() => it.world.stores.quota.all(it.world.node))).map(({ account }) => account)).toEqual(['~/.claude-work'])
  })

  it('shows a session of no known account only what its own client says', async () => {
    const { door, line } = await opened()
    const nowhere = { transcript_path: '/elsewhere/s1.jsonl' }
    expect(await line({ ...nowhere, rate_limits: { five_hour: window(91, HOUR_MS) } })).toContain('5h 91%')
    await door.idle()
    expect(await line({ ...nowhere, session_id: 's2' })).not.toContain('5h')
  })

  it('asks for the write lock only when there is news', async () => {
    const { open: { world }, door, line } = await opened()
    const limits = { rate_limits: { five_hour: window(50, HOUR_MS) } }
    await line(limits)
    await door.idle()
    let written = 0
    const { transaction } = world.stores
    Object.assign(world.stores, { transaction: (...args: Parameters<typeof transaction>) => { written++; return transaction(...args) } })
    for (const used of [50, 50, 40]) await line({ rate_limits: { five_hour: window(used, HOUR_MS) } })
    await door.idle()
    expect(written).toBe(0)
    await line({ rate_limits: { five_hour: window(51, HOUR_MS) } })
    await door.idle()
    expect([written, errors]).toEqual([1, []])
  })

  it('fits the width that the client says, and has colours unless told otherwise', async () => {
    const { open: it, line } = await opened()
    await it.spend({ at: NOON - MINUTE_MS })
    expect(await line({}, { COLUMNS: '38' })).toBe('Opus 5.5 · $1.00 · $1.00 today')
    expect(await line({}, { NO_COLOR: '' })).toContain('\u001b[1mOpus 5.5\u001b[0m')
  })

  it('says so while history is read: sums are lower bounds, and no budget is judged by them', async () => {
    const { open: it, line } = await opened(`zone = "UTC"\n${budget('wide', '4')}`)
    await it.spend({ at: NOON - 2 * HOUR_MS })
    it.world.running.catchingUp = true
    expect(await line()).toBe('Opus 5.5 · $1.00 session · $1.00+ today · purser reads history')
  })

  it('remembers for the live view what clients said last', async () => {
    const { open: it, line } = await opened()
    await line({ context_window: { used_percentage: 40 } })
    await line({ context_window: { used_percentage: 42 }, cost: { total_cost_usd: 0.5 } })
    expect((await it.handlers.top({})).lines).toEqual([{ agent: 'claude-code', session: 's1', model: 'Opus 5.5', contextPercent: 42, clientCost: '0.50', at: '2026-11-21T12:00:00.000Z' }])
  })

  it('refuses what is no payload, without repeating it', async () => {
    const { door } = await opened()
    for (const body of ['', 'CANARY', '{}', '[]']) await expect(door.answer({ agent: 'claude-code', body, variables: {} })).rejects.toMatchObject({ code: 'invalid_input', message: 'this is no claude-code status line payload' })
    await expect(door.answer({ agent: 'codex', body: '{}', variables: {} })).rejects.toMatchObject({ code: 'not_found' })
  })
})
