// What was spent, by day of the reader's zone and by everything else, exact through days of 23 and 25 hours.
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import { REPORT_KEYS, REPORT_KINDS } from '../../src/core/reports/keys.ts'
import { HOUR_MS, instant, MINUTE_MS } from '../../src/core/time.ts'
import { foldSums, report, type Report, type ReportRequest } from '../../src/flows/report.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'
import { LedgerWorld, type Spent } from '../support/ledger-world.ts'
import { naiveBlocks } from '../support/naive-blocks.ts'

const at = (text: string) => instant(Date.parse(text))
const NOW = at('2026-12-31T00:00:00Z')
const NOON = Date.UTC(2026, 10, 20, 12)

const keyed = ({ keys, rows }: Report): Record<string, number> => Object.fromEntries(rows.map(row => [keys.map(key => row.keys[key]).join(' '), row.sum.responses]))

describe.each(ENGINES)('a report on $name', engine => {
  let open: OpenStores | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  async function ask(spent: readonly Spent[], request: Partial<ReportRequest> = {}): Promise<Report> {
    open ??= await engine.open()
    const world = new LedgerWorld(open.stores, NOW)
    if (spent.length > 0) await world.ingest(spent, 'catch-up')
    return await report(world.stores, { kind: 'daily', zone: 'UTC', ...request }, NOW)
  }
  const rows = async (spent: readonly Spent[], request: Partial<ReportRequest> = {}) => keyed(await ask(spent, request))

  it.each([
    ['Europe/Paris', '2026-03-29', 23], ['Europe/Paris', '2026-10-25', 25], ['Asia/Kathmandu', '2026-06-01', 24], ['Australia/Lord_Howe', '2026-04-05', 24.5], ['UTC', '2026-02-28', 24], ['Africa/Cairo', '2026-04-24', 23],
  ])('gives %s on %s its %s hours', async (zone, date, hours) => {
    const quarters = Array.from({ length: 4 * 72 }, (_, n) => ({ at: instant(Date.parse(`${date}T00:00Z`) - 24 * 60 * MINUTE_MS + n * 15 * MINUTE_MS), usd: '0.01' }))
    expect((await rows(quarters, { zone }))[date]).toBe(hours * 4)
    // The same day, asked for by its name alone: both ends are its own.
    expect(await rows([], { zone, since: date, until: date })).toEqual({ [date]: hours * 4 })
    expect(await rows([], { zone, since: date.replaceAll('-', ''), until: date, kind: 'total' })).toEqual({ '': hours * 4 })
    expect(await rows([], { zone, since: date, until: date, kind: 'monthly' })).toEqual({ [date.slice(0, 7)]: hours * 4 })
  })

  it('gives a week from Monday to Sunday of the zone, and a month its days', async () => {
    const spent = ['2026-11-15T22:59:59Z', '2026-11-15T23:00:00Z', '2026-11-22T22:59:59Z', '2026-11-22T23:00:00Z', '2026-11-30T23:00:00Z'].map(time => ({ at: at(time), usd: '0.01' }))
    expect(await rows(spent, { kind: 'weekly', zone: 'Europe/Paris' })).toEqual({ '2026-W46': 1, '2026-W47': 2, '2026-W48': 1, '2026-W49': 1 })
    expect((await ask([], { kind: 'weekly', zone: 'Europe/Paris' })).rows.map(row => row.monday)).toEqual(['2026-11-09', '2026-11-16', '2026-11-23', '2026-11-30'])
    expect(await rows([], { kind: 'monthly', zone: 'Europe/Paris' })).toEqual({ '2026-11': 4, '2026-12': 1 })
  })

  it('takes instants as they are: the first is in, the last is out', async () => {
    const spent = ['08:00', '08:30', '09:00'].map(time => ({ at: at(`2026-11-20T${time}:00Z`), usd: '0.01' }))
    expect(await rows(spent, { since: '2026-11-20T08:00:00Z', until: '2026-11-20T09:00:00Z', kind: 'total' })).toEqual({ '': 2 })
    expect(await rows([], { since: '2026-11-20T08:00:00.001Z', until: '2026-11-20T09:00:00.001Z', kind: 'total' })).toEqual({ '': 2 })
    expect(await rows([], { since: '2026-11-20T08:29:00Z', until: '2026-11-20T08:31:00Z', kind: 'total' })).toEqual({ '': 1 })
  })

  it('knows projects by root and by name, and branches, sessions, agents and models by pattern', async () => {
    const one = at('2026-11-20T08:00:00Z')
    await rows([{ at: one, usd: '1', project: '/w/web' }, { at: one, usd: '1', project: '/w/web', branch: 'feature/x' }, { at: one, usd: '1', project: '/w/api', session: 's2', model: 'claude-haiku-4-5' }])
    expect(await rows([], { kind: 'project' })).toEqual({ '/w/api': 1, '/w/web': 2 })
    expect(await rows([], { kind: 'total', project: 'web' })).toEqual({ '': 2 })
    expect(await rows([], { kind: 'total', project: '/w/*' })).toEqual({ '': 3 })
    expect(await rows([], { kind: 'total', branch: 'feature/*' })).toEqual({ '': 1 })
    expect(await rows([], { kind: 'total', project: 'none' })).toEqual({})
    expect(await rows([], { kind: 'total', session: 's2' })).toEqual({ '': 1 })
    expect(await rows([], { kind: 'total', agent: 'claude' })).toEqual({ '': 3 })
    expect(await rows([], { kind: 'total', agent: 'codex' })).toEqual({})
    expect(await rows([], { kind: 'total', model: '*haiku*', account: '~/.claude' })).toEqual({ '': 1 })
  })

  it('nests keys, the dearest first within each, stretches of time in their order', async () => {
    const day = (date: string, usd: string, project: string) => ({ at: at(`2026-11-${date}T08:00:00Z`), usd, project: `/w/${project}` })
    await ask([day('20', '1', 'a'), day('20', '2', 'b'), day('21', '9', 'a'), day('19', '3', 'b'), day('19', '3', 'a')])
    const order = async (request: Partial<ReportRequest>) => Object.keys(await rows([], request))
    expect(await order({ kind: 'project' })).toEqual(['/w/a', '/w/b'])
    expect(await order({ kind: 'daily', by: ['project'] })).toEqual(['2026-11-19 /w/a', '2026-11-19 /w/b', '2026-11-20 /w/b', '2026-11-20 /w/a', '2026-11-21 /w/a'])
    expect(await order({ kind: 'project', by: ['date'] })).toEqual(['/w/a 2026-11-19', '/w/a 2026-11-20', '/w/a 2026-11-21', '/w/b 2026-11-19', '/w/b 2026-11-20'])
  })

  it('says where a session was last at work, and all it used', async () => {
    const spent = [
      { at: at('2026-11-20T08:00:00Z'), usd: '5', branch: 'main' }, { at: at('2026-11-20T09:00:00Z'), usd: '1', branch: 'feature/x', model: 'claude-haiku-4-5' },
    ]
    const [row] = (await ask(spent, { kind: 'session' })).rows
    expect(row?.places.map(({ branch }) => branch)).toEqual(['feature/x', 'main'])
    expect(row).toMatchObject({ keys: { session: 's1' }, firstAt: spent[0]?.at, lastAt: spent[1]?.at, models: [{ model: 'claude-opus-4-5' }, { model: 'claude-haiku-4-5' }] })
  })

  it('adds up to the same total by every key and every kind', async () => {
    open = await engine.open()
    const responses = fc.array(fc.record({
      at: fc.integer({ min: 0, max: 40 * 24 * 60 }).map(minute => instant(NOON + minute * MINUTE_MS)), usd: fc.constantFrom('0.01', '1', '2.5'), session: fc.constantFrom('a', 'b'),
      project: fc.constantFrom('/w/web', '/w/api'), branch: fc.constantFrom('', 'main', 'x'), model: fc.constantFrom('claude-opus-4-5', 'claude-haiku-4-5'),
    }), { minLength: 1, maxLength: 20 })
    let round = 0
    await fc.assert(fc.asyncProperty(responses, fc.constantFrom('UTC', 'Europe/Paris', 'Asia/Kathmandu'), async (spent, zone) => {
      round++
      const expected = (await ask(spent.map((each, n) => ({ ...each, key: `${round}/${n}` })), { kind: 'total', zone })).total
      const asked: Partial<ReportRequest>[] = [...REPORT_KINDS.filter(kind => kind !== 'total').map(kind => ({ kind })), ...REPORT_KEYS.map(key => ({ kind: 'total' as const, by: [key] })), { kind: 'weekly', by: ['project', 'model', 'session'] }]
      for (const request of asked) {
        const found = await ask([], { ...request, zone })
        const parts = request.kind === 'blocks' ? found.blocks : found.rows
        expect(parts.reduce((sum, row) => sum + row.sum.responses, 0), JSON.stringify(request)).toBe(expected.sum.responses)
        expect(parts.reduce((sum, row) => sum + row.sum.cost, 0n), JSON.stringify(request)).toBe(expected.sum.cost)
        expect(found.total).toEqual(expected)
      }
    }), { numRuns: engine.name === 'sqlite' ? 10 : 2 })
  })

  it('finds the blocks of single responses, to the millisecond', async () => {
    open = await engine.open()
    const moments = fc.array(fc.oneof(fc.integer({ min: 0, max: 40 }).map(hours => NOON + hours * HOUR_MS), fc.integer({ min: 0, max: 40 * HOUR_MS }).map(ms => NOON + ms)), { minLength: 1, maxLength: 25 })
    let round = 0
    await fc.assert(fc.asyncProperty(moments, async list => {
      // Each round is a project of its own in one ledger.
      const project = `/w/${round++}`
      const { blocks } = await ask(list.map((moment, n) => ({ key: `${project}/${n}`, at: instant(moment), usd: '1', project })), { kind: 'blocks', project })
      expect(blocks.map(({ gap, start, end, sum, firstAt, lastAt }) => [gap, start, end, sum.responses, firstAt, lastAt]))
        .toEqual(naiveBlocks(list, NOW).toSorted((a, b) => a.start - b.start).map(({ gap, start, end, moments: own }) => [gap, start, end, own.length, own[0] ?? null, own.at(-1) ?? null]))
    }), { numRuns: engine.name === 'sqlite' ? 25 : 3 })
  })

  it('takes a response in the very instant of an hour to the block that ends there, its neighbours not', async () => {
    const end = NOON + 5 * HOUR_MS
    const { blocks } = await ask([NOON + 1, NOON + 4 * HOUR_MS, end, end + 1, end + 2].map(moment => ({ at: instant(moment), usd: '1' })), { kind: 'blocks' })
    expect(blocks.map(({ start, firstAt, lastAt, sum }) => [(start - NOON) / HOUR_MS, (firstAt ?? 0) - NOON, (lastAt ?? 0) - NOON, sum.responses])).toEqual([[0, 1, 5 * HOUR_MS, 3], [5, 5 * HOUR_MS + 1, 5 * HOUR_MS + 2, 2]])
  })

  it('shows only the block that is going on, or the recent ones, and adds up what it shows', async () => {
    const hoursAgo = (hours: number) => instant(NOW - hours * HOUR_MS)
    await ask([100, 60, 30, 1].map(hours => ({ at: hoursAgo(hours), usd: '1' })))
    const shown = async (only: 'active' | 'recent') => {
      const { blocks, total } = await ask([], { kind: 'blocks', only })
      return [blocks.filter(({ gap }) => !gap).map(({ lastAt }) => (NOW - (lastAt ?? 0)) / HOUR_MS), total.sum.responses]
    }
    expect(await shown('active')).toEqual([[1], 1])
    expect(await shown('recent')).toEqual([[60, 30, 1], 3])
  })

  it('leaves out blocks that start outside the range, and cuts none', async () => {
    const spent = [0, 3, 6, 30].map(hours => ({ at: instant(NOON + hours * HOUR_MS + 1), usd: '1' }))
    const starts = async (request: Partial<ReportRequest>) => (await ask([], { kind: 'blocks', ...request })).blocks.map(({ start, sum }) => `${(start - NOON) / HOUR_MS} ${sum.responses}`)
    await ask(spent)
    expect(await starts({ since: '2026-11-20T13:00:00Z', until: '2026-11-20T20:00:00Z' })).toEqual(['6 1'])
    expect(await starts({ until: '2026-11-20T13:00:00Z' })).toEqual(['0 2'])
  })

  it('refuses what is no date, on either side, and shows one', async () => {
    for (const text of ['yesterday', '2026-13-01', '2026-02-30', '', '2026-11']) {
      await expect(rows([], { since: text }), text).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(/^--since takes a date like 2026-11-20/) as string })
      await expect(rows([], { until: text }), text).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(/^--until/) as string })
    }
  })
})

describe('folding before a report', () => {
  it('is given up where the store cannot be written, and the report is the same', async () => {
    const open = await ENGINES[0]?.open() as OpenStores
    try {
      const world = new LedgerWorld(open.stores, NOW)
      await world.ingest([{ at: instant(NOON), usd: '1' }], 'catch-up')
      const full = { ...open.stores, transaction: async () => { throw new AppError('store_unusable', 'the disk is full') } } as OpenStores['stores']
      expect(keyed(await report(full, { kind: 'daily', zone: 'UTC' }, NOW))).toEqual({ '2026-11-20': 1 })
      const broken = { ...open.stores, transaction: async () => { throw new Error('a bug') } } as OpenStores['stores']
      await expect(foldSums(broken)).rejects.toThrow('a bug')
    } finally {
      await open.close()
    }
  })
})
