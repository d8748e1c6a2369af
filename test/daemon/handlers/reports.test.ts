import { appendFileSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { readLogs } from '../../../src/daemon/handlers/reports.ts'
import { DOLLAR, NOON, OpenWorld } from '../../support/open-world.ts'

const MINUTE = 60_000
const HOUR = 3_600_000

describe('report', () => {
  let open: OpenWorld | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const opened = async (options = {}): Promise<OpenWorld> => (open = await OpenWorld.open(options))

  it('adds up what the logs say, to the token and the nano-dollar', async () => {
    const { handlers, world } = await opened()
    open?.log({}, { output: 3, session: 's2' })
    await readLogs(world)
    const { total, since, until } = await handlers.report({ kind: 'total', zone: 'UTC' })
    expect({ ...total, since, until }).toMatchObject({ responses: 2, tokens: { output: DOLLAR + 3 }, cost: '1.000075', atLeast: false, since: null, until: null })
  })

  it('refuses an end before the beginning instead of finding nothing there', async () => {
    const { handlers } = await opened()
    await expect(handlers.report({ kind: 'total', zone: 'UTC', since: '2026-02-10', until: '2026-02-01' })).rejects.toThrow('--since 2026-02-10 is after --until 2026-02-01; swap them')
    expect((await handlers.report({ kind: 'total', zone: 'UTC', since: '2026-02-10', until: '2026-02-10' })).total.responses).toBe(0)
  })

  it('puts a response on the day of the zone that asks', async () => {
    const { handlers } = await opened()
    await open?.spend({ at: NOON }, { at: NOON + 11.5 * HOUR, output: 2 * DOLLAR })
    const days = async (zone: string) => (await handlers.report({ kind: 'daily', zone })).rows?.map(({ date, cost }) => `${date} ${cost}`)
    expect(await days('UTC')).toEqual(['2026-11-21 3.00'])
    expect(await days('Europe/Paris')).toEqual(['2026-11-21 1.00', '2026-11-22 2.00'])
    expect((await handlers.report({ kind: 'daily', zone: 'Europe/Paris', until: '2026-11-21' })).total.cost).toBe('1.00')
  })

  it('names projects, the dearest first, whatever their names', async () => {
    const { handlers } = await opened()
    await open?.spend({ project: 'a' }, { project: 'b', output: 3 * DOLLAR }, { project: 'c', output: 2 * DOLLAR })
    expect((await handlers.report({ kind: 'project', zone: 'UTC' })).rows?.map(({ name, cost }) => `${name} ${cost}`)).toEqual(['b 3.00', 'c 2.00', 'a 1.00'])
  })

  it('filters by the name of a project and by branch', async () => {
    const { handlers } = await opened()
    await open?.spend({ project: 'a' }, { project: 'b', branch: 'dev', output: 3 * DOLLAR }, { project: 'b', output: 5 * DOLLAR })
    expect((await handlers.report({ kind: 'total', zone: 'UTC', project: 'b' })).total.cost).toBe('8.00')
    expect((await handlers.report({ kind: 'total', zone: 'UTC', branch: 'd*' })).total.cost).toBe('3.00')
  })

  it('refuses a zone, a kind and a date that do not exist, and says what does', async () => {
    const { handlers } = await opened()
    await expect(handlers.report({ kind: 'total', zone: 'Mars/Olympus' })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('Europe/Paris') as string })
    await expect(handlers.report({ kind: 'total', zone: 'paris' })).rejects.toMatchObject({ code: 'invalid_input', message: '"paris" is not a time zone; did you mean Europe/Paris?' })
    await expect(handlers.report(JSON.parse('{"kind":"hourly"}'))).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('total, daily, weekly') as string })
    await expect(handlers.report({ kind: 'total', since: '2026-02-30' })).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('says where sessions were, when, and on which models', async () => {
    const { handlers } = await opened()
    await open?.spend({ at: NOON, project: 'a', branch: 'main' }, { at: NOON + HOUR, project: 'a', branch: 'dev', model: 'claude-haiku-4-5-20251001', output: 10 }, { at: NOON + 2 * HOUR, project: 'b', session: 's2', output: 3 * DOLLAR })
    const { rows = [], by } = await handlers.report({ kind: 'session', zone: 'UTC', breakdown: true })
    expect(by).toEqual(['session'])
    expect(rows.map(({ session, name, branch, branches, agent, account, firstAt, lastAt, models, cost, breakdown }) => ({ session, name, branch, branches, agent, account, firstAt, lastAt, models, cost, breakdown: breakdown?.map(each => `${each.model} ${each.cost}`) }))).toEqual([
      { session: 's2', name: 'b', branch: 'main', branches: ['main'], agent: 'claude-code', account: '~/.claude', firstAt: '2026-11-21T14:00:00.000Z', lastAt: '2026-11-21T14:00:00.000Z', models: ['claude-opus-4-5-20251101'], cost: '3.00', breakdown: ['claude-opus-4-5-20251101 3.00'] },
      { session: 's1', name: 'a', branch: 'dev', branches: ['dev', 'main'], agent: 'claude-code', account: '~/.claude', firstAt: '2026-11-21T12:00:00.000Z', lastAt: '2026-11-21T13:00:00.000Z', models: ['claude-opus-4-5-20251101', 'claude-haiku-4-5-20251001'], cost: '1.00005', breakdown: ['claude-opus-4-5-20251101 1.00', 'claude-haiku-4-5-20251001 0.00005'] },
    ])
  })

  it('keeps what a session is told apart by, and leaves out what nobody asked for', async () => {
    const { handlers } = await opened()
    await open?.spend({ branch: 'main' }, { branch: 'dev', output: 3 * DOLLAR })
    expect((await handlers.report({ kind: 'session', zone: 'UTC', by: ['branch'] })).rows?.map(({ branch, cost }) => `${branch} ${cost}`)).toEqual(['dev 3.00', 'main 1.00'])
    const [row] = (await handlers.report({ kind: 'weekly', zone: 'UTC' })).rows ?? []
    expect(Object.keys(row ?? {}).sort()).toEqual(['atLeast', 'cost', 'estimated', 'firstAt', 'lastAt', 'monday', 'partial', 'responses', 'tokens', 'unpriced', 'week'])
    expect(row).toMatchObject({ week: '2026-W47', monday: '2026-11-16' })
  })

  it('forecasts the block that is going on, from what it burned so far', async () => {
    const { handlers } = await opened()
    await open?.spend({ at: NOON - 26 * HOUR }, { at: NOON - 25 * HOUR, output: 1 }, { at: NOON - 2 * HOUR }, { at: NOON - HOUR, output: 2 * DOLLAR })
    const { rows = [] } = await handlers.report({ kind: 'blocks', zone: 'UTC' })
    expect(rows.map(({ start, gap, active, agent, account }) => [start?.slice(0, 13), gap, active, agent, account])).toEqual([
      ['2026-11-20T10', false, false, 'claude-code', '~/.claude'], ['2026-11-20T16', true, false, 'claude-code', '~/.claude'], ['2026-11-21T10', false, true, 'claude-code', '~/.claude'],
    ])
    // $3 and 120,000 tokens in one hour, three hours left.
    expect(rows.at(-1)).toMatchObject({ cost: '3.00', burnRate: { tokensPerMinute: 2_000, costPerHour: '3.00' }, projection: { tokens: 480_000, cost: '12.00', minutesLeft: 180 } })
    expect(rows[0]).toMatchObject({ burnRate: null, projection: null, models: ['claude-opus-4-5-20251101'] })
    expect(rows[1]).toMatchObject({ firstAt: null, responses: 0, cost: '0.00' })
  })

  it('foretells nothing of a block before ten minutes lie between its first and last response', async () => {
    const { handlers } = await opened()
    await open?.spend({ at: NOON - 10 * MINUTE }, { at: NOON - MINUTE, output: 2 * DOLLAR })
    const block = async () => (await handlers.report({ kind: 'blocks', zone: 'UTC' })).rows?.at(-1)
    expect(await block()).toMatchObject({ active: true, cost: '3.00', burnRate: null, projection: null })
    await open?.spend({ at: NOON })
    expect((await block())?.burnRate?.costPerHour).toBe('24.00')
  })

  it('of a total divides it by model when asked for its models, and of models refuses', async () => {
    const { handlers } = await opened()
    await open?.spend({}, { model: 'claude-haiku-4-5-20251001', output: 10 })
    expect(await handlers.report({ kind: 'total', zone: 'UTC' })).not.toHaveProperty('rows')
    expect((await handlers.report({ kind: 'total', zone: 'UTC', breakdown: true })).rows?.map(({ model }) => model)).toEqual(['claude-opus-4-5-20251101', 'claude-haiku-4-5-20251001'])
    await expect(handlers.report({ kind: 'model', zone: 'UTC', breakdown: true })).rejects.toMatchObject({ code: 'invalid_input', message: 'each row is one model already; leave out --breakdown' })
  })

  it('says until when the logs are read, and reads them first when asked to', async () => {
    const { handlers } = await opened()
    open?.log({})
    expect(await handlers.report({ kind: 'total' })).toMatchObject({ asOf: null, total: { responses: 0 } })
    expect(await handlers.report({ kind: 'total', fresh: true })).toMatchObject({ asOf: '2026-11-21T12:00:00.000Z', total: { responses: 1 } })
    open?.log({})
    expect((await handlers.report({ kind: 'total' })).total.responses).toBe(1)
  })

  it('marks a total with an unknown model as a lower bound and names the model', async () => {
    const { handlers } = await opened()
    await open?.spend({}, { model: 'claude-nobody-9' })
    expect((await handlers.report({ kind: 'total', zone: 'UTC' })).total).toMatchObject({ cost: '1.00', atLeast: true, unpriced: { responses: 1, models: ['claude-nobody-9'] } })
  })
})

describe('index', () => {
  let open: OpenWorld | undefined
  afterEach(async () => { await open?.close(); open = undefined })

  it('reads what is new and nothing twice, even when told to read everything again', async () => {
    open = await OpenWorld.open()
    open.log({}, {})
    expect(await open.handlers.index({})).toMatchObject({ files: 1, filesRead: 1, responses: 2, added: 2, entriesPosted: 2, malformed: 0 })
    expect(await open.handlers.index({})).toMatchObject({ files: 1, filesRead: 0, responses: 0, entriesPosted: 0 })
    open.log({})
    expect(await open.handlers.index({ rebuild: true })).toMatchObject({ files: 1, responses: 3, added: 1, entriesPosted: 1 })
    expect((await open.handlers.report({ kind: 'total' })).total.cost).toBe('3.00')
  })

  it('counts a response once that the log tells twice, however many entries it took', async () => {
    open = await OpenWorld.open()
    open.log({ id: 'msg_01TWICETWICETWICETWICE00', output: 1, cutOff: true })
    expect(await open.handlers.index({})).toMatchObject({ responses: 1, added: 1, entriesPosted: 1 })
    open.log({ id: 'msg_01TWICETWICETWICETWICE00', output: 9 })
    expect(await open.handlers.index({})).toMatchObject({ responses: 1, added: 0, entriesPosted: 1 })
  })

  it('counts a malformed line once, and reads its neighbours', async () => {
    open = await OpenWorld.open()
    open.log({})
    open.appendLine('web', 's1', '{"type":"assistant","message":{"usage":{"output_tokens":')
    open.log({})
    expect(await open.handlers.index({})).toMatchObject({ responses: 2, malformed: 1 })
    expect(await open.handlers.index({ rebuild: true })).toMatchObject({ malformed: 1 })
  })

  it('leaves a line without an end for the next time', async () => {
    open = await OpenWorld.open()
    open.log({})
    const folder = path.join(open.home.path, '.claude', 'projects', '-web')
    mkdirSync(folder, { recursive: true })
    appendFileSync(path.join(folder, 's1.jsonl'), '{"type":"assi')
    expect(await open.handlers.index({})).toMatchObject({ responses: 1, malformed: 0 })
  })

  it('tells how far it is while it reads, and nothing before or after', async () => {
    open = await OpenWorld.open()
    open.log({}, {})
    const { world, handlers } = open
    const told: unknown[] = []
    expect(await handlers['index.progress']({})).toEqual({ progress: null })
    await readLogs(world, undefined, () => told.push(structuredClone(world.running.progress)))
    expect(told.at(-1)).toMatchObject({ files: 1, filesTotal: 1, responses: 2 })
    // Counted as each comes to its end, not all at once when everything is over.
    expect(told.at(-2)).toMatchObject({ files: 1, filesTotal: 1, responses: 2 })
    expect(told[0]).toMatchObject({ files: 0, filesTotal: 1, bytes: 0 })
    expect(await handlers['index.progress']({})).toEqual({ progress: null })
  })

  it('tries a log that was set aside when somebody asks for the logs to be read', async () => {
    open = await OpenWorld.open()
    open.log({})
    const { world, handlers, home } = open
    world.setAside.set(path.join(home.path, '.claude', 'projects', '-web', 's1.jsonl'), 3)
    await readLogs(world)
    expect((await handlers.report({ kind: 'total' })).total.responses).toBe(0)
    expect(await handlers.index({})).toMatchObject({ filesRead: 1, responses: 1 })
  })

  it('is refused while the logs are being read already', async () => {
    open = await OpenWorld.open()
    open.world.running.catchingUp = true
    await expect(open.handlers.index({})).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('judges what it found only where a daemon can act on it', async () => {
    const config = '[[budget]]\nid = "all"\nlimit = "1"\nwindow = "lifetime"\non_breach = "deny"\n'
    for (const [role, locks] of [['command', 0], ['daemon', 1]] as const) {
      open = await OpenWorld.open({ role, config })
      open.log({}, {})
      await open.handlers.index({})
      expect((await open.handlers['lock.list']({})).locks, role).toHaveLength(locks)
      await open.close()
    }
    open = undefined
  })
})
