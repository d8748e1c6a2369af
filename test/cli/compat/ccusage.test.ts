// What `--compat` prints, against what the genuine tool printed for the same logs (test/fixtures/ccusage: 20.0.24 and
// 18.0.11, on logs without copies or damage): the keys of every object in their order, every token, every cent.
import { cpSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ControlPlane, OperationName, Operations } from '../../../src/api/control-plane.ts'
import type { ReportAnswer, ReportRow } from '../../../src/api/report-answer.ts'
import { compatJson } from '../../../src/cli/compat/ccusage.ts'
import { compatRequest, type CompatWords } from '../../../src/cli/compat/forms.ts'
import type { Json } from '../../../src/cli/compat/json.ts'
import { instant } from '../../../src/core/time.ts'
import { FakeWorld } from '../../support/fake-world.ts'
import { OpenWorld } from '../../support/open-world.ts'
import { usage } from '../../support/sample-answers.ts'

const FIXTURES = path.join(import.meta.dirname, '..', '..', 'fixtures', 'ccusage')
const printed = (file: string): Json => JSON.parse(readFileSync(path.join(FIXTURES, `${file}.json`), 'utf8')) as Json

const REPORTS: readonly (readonly [fixture: string, line: string])[] = [
  ['20/daily', 'daily --compat ccusage'], ['20/daily', 'daily --compat ccusage -j -O -b'], ['20/range', 'daily --compat ccusage -s 20260105 -u 20260228'], ['20/weekly', 'weekly --compat ccusage'], ['20/monthly', 'monthly --compat ccusage'], ['20/session', 'session --compat ccusage'], ['20/blocks', 'blocks --compat ccusage'],
  ['20/by-agent', 'daily --compat ccusage --by agent'], ['20/no-cost', 'daily --compat ccusage --no-cost --json'], ['20/range', 'daily --compat ccusage@20 --since 2026-01-05 --until 20260228'],
  ['20/session-since', 'session --compat ccusage --since 2026-03-01'], ['20/blocks-range', 'blocks --compat ccusage --since 20260105 --until 20260301'],
  ['20/claude-daily', 'daily --compat ccusage-claude --offline'], ['20/claude-weekly', 'weekly --compat ccusage-claude'], ['20/claude-monthly', 'monthly --compat ccusage-claude'], ['20/claude-session', 'session --compat ccusage-claude'],
  ['20/sections', 'daily --compat ccusage --sections session,monthly'], ['20/claude-wednesday', 'weekly --compat ccusage-claude -w wednesday'],
  ['20/claude-desc', 'daily --compat ccusage-claude --order desc'], ['20/claude-instances', 'daily --compat ccusage-claude --instances'], ['20/paris', 'daily --compat ccusage-claude --timezone Europe/Paris'],
  ['18/daily', 'daily --compat ccusage@18'], ['18/weekly', 'weekly --compat ccusage@18'], ['18/monthly', 'monthly --compat ccusage@18'], ['18/blocks', 'blocks --compat ccusage@18'], ['18/instances', 'daily --compat ccusage@18 --instances'],
]

/** Doubles as they print to twelve digits: the genuine tool adds them up one by one, and lists models as its threads came to them. */
const rounded = (value: Json, name = ''): Json => {
  if (Array.isArray(value) && name === 'modelsUsed') return value.toSorted()
  if (typeof value === 'number') return Number(value.toPrecision(12))
  if (Array.isArray(value)) return value.map(each => rounded(each as Json))
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, rounded(each, key)])) : value
}
const text = (value: Json): string => JSON.stringify(rounded(value), null, 1)

describe('on the same logs', () => {
  let open: OpenWorld | undefined
  let plane: ControlPlane
  beforeAll(async () => {
    open = await OpenWorld.open()
    const { handlers, home } = open
    cpSync(path.join(FIXTURES, 'logs'), path.join(home.path, '.claude', 'projects'), { recursive: true })
    plane = { call: async <N extends OperationName>(name: N, input: Operations[N]['in']) => await handlers[name](input) as Operations[N]['out'], close: async () => undefined }
  })
  afterAll(() => open?.close())

  it.each(REPORTS)('%s is what purser report %s prints', async (fixture, line) => {
    const world = new FakeWorld({ daemon: plane })
    expect(await world.run(`report ${line}${line.includes('--timezone') ? '' : ' --zone UTC'}`)).toBe(0)
    expect(world.err).toBe('')
    // Instances are listed in the order the tool came to the projects; an object has no order to rely on.
    const [ours, theirs] = [JSON.parse(world.out) as Json, printed(fixture)]
    if (fixture.endsWith('instances')) expect(rounded(ours)).toEqual(rounded(theirs))
    else expect(text(ours)).toBe(text(theirs))
  })

  it('sessions of version 18 have its fields, one row for each session', async () => {
    const world = new FakeWorld({ daemon: plane })
    expect(await world.run('report session --compat ccusage@18 --zone UTC')).toBe(0)
    const [ours, theirs] = [JSON.parse(world.out), printed('18/session')] as { sessions: Record<string, Json>[]; totals: Json }[]
    expect(ours?.sessions.map(each => Object.keys(each))).toEqual(Array.from({ length: 3 }, () => Object.keys(theirs?.sessions[0] ?? {})))
    expect(ours?.sessions.map(({ sessionId, projectPath, lastActivity }) => [sessionId, projectPath, lastActivity])).toEqual([
      ['33333333-3333-4333-8333-333333333333', '-home-ada-src-web-app', '2026-03-29'], ['22222222-2222-4222-8222-222222222222', '-home-ada-src-api', '2026-03-01'], ['11111111-1111-4111-8111-111111111111', '-home-ada-src-web-app', '2026-01-05'],
    ])
    expect(rounded(ours?.totals ?? null)).toEqual(rounded(theirs?.totals ?? null))
  })
})

const words: CompatWords = { form: 'ccusage', kind: 'daily', by: undefined, order: undefined, instances: false, withCost: true, active: false, recent: false, tokenLimit: undefined }
const NOW = Date.UTC(2026, 10, 21, 15)
const json = (rows: readonly ReportRow[], over: Partial<CompatWords>): Json => {
  const answer: ReportAnswer = { kind: over.kind ?? 'daily', by: [], since: null, until: null, zone: 'UTC', asOf: null, rows, total: usage('0') }
  return compatJson(answer, compatRequest({ ...words, ...over }), { now: instant(NOW) })
}

describe('where nothing was spent', () => {
  const none = { cacheCreationTokens: 0, cacheReadTokens: 0, inputTokens: 0, outputTokens: 0, totalCost: 0, totalTokens: 0 }
  it('every form prints what its tool does', () => {
    expect(json([], {})).toEqual({ daily: [], totals: none })
    expect(json([], { kind: 'session', form: 'ccusage-claude' })).toEqual({ sessions: [], totals: none })
    expect(json([], { kind: 'blocks' })).toEqual({ blocks: [] })
    expect(json([], { form: 'ccusage-claude', instances: true })).toEqual({ daily: [], totals: none })
    expect([json([], { form: 'ccusage@18' }), json([], { form: 'ccusage@18', kind: 'session' })]).toEqual([[], []])
    expect(json([], { form: 'ccusage@18', kind: 'weekly' })).toEqual({ weekly: [], totals: none })
    expect(json([], { form: 'ccusage@18', kind: 'blocks', active: true })).toEqual({ blocks: [], message: 'No active block' })
  })
})

it('a model without a price is named as such, and a response without a model has one', () => {
  const row = { ...usage('0'), date: '2026-11-21', agent: 'claude-code', speed: 'standard', firstAt: '2026-11-21T10:00:00.000Z' }
  const rows = [{ ...row, model: '', unpriced: { responses: 1, models: [''] } }, { ...row, model: 'b', unpriced: { responses: 2, models: ['b'] } }, { ...row, model: 'a' }]
  expect(json(rows, {})).toMatchObject({ daily: [{ modelBreakdowns: [{ modelName: 'unknown', missingPricing: true }, { modelName: 'b', missingPricing: true }, { modelName: 'a' }] }], totals: { unpricedModels: ['b', 'unknown'] } })
  expect(JSON.stringify(json([{ ...row, model: 'a' }], {}))).not.toMatch(/missingPricing|unpricedModels/)
  expect(JSON.stringify(json(rows, { form: 'ccusage@18' }))).not.toMatch(/missingPricing|unpricedModels/)
})

it('a fast mode is a model of its own', () => {
  const row = { ...usage('1.00'), date: '2026-11-21', agent: 'claude-code', model: 'claude-opus-4-5', firstAt: '2026-11-21T10:00:00.000Z' }
  expect(json([{ ...row, speed: 'standard' }, { ...row, ...usage('6.00'), speed: 'fast' }], {})).toMatchObject({ daily: [{ modelsUsed: ['claude-opus-4-5', 'claude-opus-4-5-fast'], modelBreakdowns: [{ modelName: 'claude-opus-4-5-fast', cost: 6 }, { modelName: 'claude-opus-4-5', cost: 1 }] }] })
})

describe('the block that is going on', () => {
  const tokens = { input: 1_000, output: 500, cacheRead: 6_000, cacheWrite5m: 300, cacheWrite1h: 200 }
  const block = (over: Partial<ReportRow> = {}): ReportRow => ({ ...usage('3.00', { responses: 4, tokens }), start: '2026-11-21T12:00:00.000Z', end: '2026-11-21T17:00:00.000Z', active: true, gap: false, firstAt: '2026-11-21T12:20:00.000Z', lastAt: '2026-11-21T14:00:00.000Z', models: ['m'], breakdown: [{ ...usage('3.00'), model: 'm', speed: 'standard', firstAt: '2026-11-21T12:20:00.000Z' }, { ...usage('3.00'), model: 'm', speed: 'fast', firstAt: '2026-11-21T12:30:00.000Z' }], ...over })
  const done = block({ start: '2026-11-16T08:00:00.000Z', end: '2026-11-16T13:00:00.000Z', active: false, ...usage('1.00', { tokens: { ...tokens, cacheRead: 8_000 } }) })
  const blocks = (over: Partial<CompatWords>) => (json([done, block()], { kind: 'blocks', ...over }) as { blocks: Record<string, Json>[] }).blocks

  it('burns what it used from its first response to its last, and is projected to its end', () => {
    // 8,000 tokens and $3 in 100 minutes, 120 minutes left.
    expect(blocks({})[1]).toMatchObject({
      isActive: true, models: ['m', 'm-fast'], totalTokens: 8_000, burnRate: { tokensPerMinute: 80, tokensPerMinuteForIndicator: 15, costPerHour: expect.closeTo(1.8) as number }, projection: { totalTokens: 17_600, totalCost: 6.6, remainingMinutes: 120 },
    })
    expect(blocks({})[0]).toMatchObject({ burnRate: null, projection: null })
  })
  it('is measured against a number of tokens, or the largest block that is over', () => {
    const status = (tokenLimit: string) => blocks({ tokenLimit })[1]?.tokenLimitStatus
    expect(status('max')).toEqual({ limit: 10_000, projectedUsage: 17_600, percentUsed: 176, status: 'exceeds' })
    expect(status('20000')).toMatchObject({ status: 'warning' })
    expect(status('22000')).toMatchObject({ status: 'ok', percentUsed: 80 })
    expect(blocks({})[1]).not.toHaveProperty('tokenLimitStatus')
    expect(blocks({ tokenLimit: 'max', active: true })[0]).not.toHaveProperty('tokenLimitStatus')
    expect(blocks({ tokenLimit: 'max', active: true, form: 'ccusage@18' })[0]).toMatchObject({ tokenLimitStatus: { limit: 10_000 } })
    expect(blocks({ tokenLimit: 'max' })[0]).not.toHaveProperty('tokenLimitStatus')
  })
  it('is the only one with --active, and one of the last three days with --recent', () => {
    expect(blocks({ active: true }).map(each => each.id)).toEqual(['2026-11-21T12:00:00.000Z'])
    expect(blocks({ recent: true }).map(each => each.id)).toEqual(['2026-11-21T12:00:00.000Z'])
    expect(blocks({ order: 'desc' }).map(each => each.isActive)).toEqual([true, false])
  })
  it('has no rate while it has only one instant', () => {
    expect((json([block({ lastAt: '2026-11-21T12:20:00.000Z' })], { kind: 'blocks' }) as { blocks: Json[] }).blocks).toMatchObject([{ burnRate: null, projection: null }])
  })
})
