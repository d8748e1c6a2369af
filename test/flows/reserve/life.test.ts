// The life of a budget made while running: allocated, measured, topped up, closed, verified, rebuilt.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseUsd, usdText } from '../../../src/core/money.ts'
import { HOUR_MS, instant, MINUTE_MS } from '../../../src/core/time.ts'
import { record, reserve, settle } from '../../../src/flows/reserve.ts'
import { allocate, close, reopen, setProgress, topUp } from '../../../src/flows/reserve/allocate.ts'
import { putRight, strayed } from '../../../src/flows/reserve/audit.ts'
import { burnRateOf, forecastOf, report } from '../../../src/flows/reserve/measure.ts'
import { ENGINES, type OpenStores } from '../../support/databases.ts'
import { anAllocation, aRecord, aReserve, ReservingWorld, settling } from '../../support/reserve-world.ts'

const NOON = Date.UTC(2026, 10, 21, 12)

describe.each(ENGINES)('a task budget on $name', engine => {
  let open: OpenStores, world: ReservingWorld
  let run = 0
  beforeAll(async () => { open = await engine.open() })
  afterAll(async () => { await open.close() })
  const id = (name: string): string => `${name}-${run}`
  beforeEach(async () => {
    run++
    world = new ReservingWorld(open.stores, NOON, [])
    world.rule({ id: id('rule'), limit: parseUsd('10'), selector: { project: id('p') } })
    await allocate(world, anAllocation({ id: id('t'), amount: '10' }))
  })
  const spend = (name: string, amount: string) => record(world, aRecord({ id: id(name), amount, budgets: [id('t')], scope: {}, note: { peer: 'example.net', tool: 'search', reason: 'the map' } }))
  const events = async () => (await open.stores.read(() => open.stores.events.since(0, 10_000))).filter(({ fields }) => Object.values(fields).includes(id('t')))

  it('is allocated once: the same again changes nothing, another body is refused and leaves the first', async () => {
    expect(await allocate(world, anAllocation({ id: id('t'), amount: '10' }))).toMatchObject({ ok: true, fresh: false })
    expect(await allocate(world, anAllocation({ id: id('t'), amount: '20' }))).toMatchObject({ ok: false, refused: 'exists' })
    expect(await allocate(world, anAllocation({ id: id('rule'), amount: '20' }))).toMatchObject({ ok: false, refused: 'exists' })
    expect(await report(world, id('t'))).toMatchObject({ limit: parseUsd('10'), spent: 0n, state: 'active' })
  })

  it('takes the configured default where no amount is said, and none where none is configured; 0 grants nothing', async () => {
    await expect(allocate(world, anAllocation({ id: id('d') }))).rejects.toMatchObject({ code: 'invalid_input' })
    world.defaultAllocation = '7'
    expect(await allocate(world, anAllocation({ id: id('d') }))).toMatchObject({ task: { limit: parseUsd('7') } })
    await allocate(world, anAllocation({ id: id('zero'), amount: '0' }))
    expect(await reserve(world, aReserve({ id: id('a'), amount: '0.000000001', budgets: [id('zero')], scope: {} }))).toMatchObject({ refused: 'over_budget', remaining: 0n })
  })

  it('grants past a soft limit, and shows what is over', async () => {
    await allocate(world, anAllocation({ id: id('soft'), amount: '1', hard: false }))
    expect(await reserve(world, aReserve({ id: id('a'), amount: '5', budgets: [id('soft')], scope: {} }))).toMatchObject({ ok: true })
    expect(await report(world, id('soft'))).toMatchObject({ reserved: parseUsd('5'), state: 'exhausted' })
  })

  it('tells each threshold once, in order, with its budget and share, and never again for the same limit', async () => {
    for (const [name, amount] of [['a', '4.9'], ['b', '0.1'], ['c', '4'], ['d', '0.5'], ['e', '0.1']] as const) await spend(name, amount)
    expect((await events()).filter(({ code }) => code === 'budget.alert').map(({ fields }) => fields.threshold)).toEqual([50, 80, 95])
    expect((await events()).filter(({ code }) => code === 'budget.alert')[0]?.fields).toMatchObject({ rule: id('t'), spent: '5.00', limit: '10.00' })
  })

  it('closes with a report of what came of it, once, and opens again', async () => {
    await spend('a', '4')
    await reserve(world, aReserve({ id: id('h'), amount: '3', budgets: [id('t')], scope: {} }))
    world.clock.advance(90 * MINUTE_MS)
    expect(await close(world, id('t'))).toEqual({ ok: true, report: { id: id('t'), limit: parseUsd('10'), spent: parseUsd('4'), reserved: parseUsd('3'), entries: 1, durationMs: 90 * MINUTE_MS, state: 'closed' } })
    expect(await close(world, id('t'))).toMatchObject({ ok: false, refused: 'closed' })
    expect(await reopen(world, id('t'))).toEqual({ ok: true, fresh: true })
    expect(await report(world, id('t'))).toMatchObject({ state: 'active' })
  })

  it('closes a rule in the ledger and leaves the configuration', async () => {
    expect(await close(world, id('rule'))).toMatchObject({ ok: true, report: { limit: parseUsd('10') } })
    expect(await reserve(world, aReserve({ id: id('a'), amount: '1', scope: { project: id('p') } }))).toMatchObject({ refused: 'closed', by: id('rule') })
    await reopen(world, id('rule'))
    expect(await reserve(world, aReserve({ id: id('a'), amount: '1', scope: { project: id('p') } }))).toMatchObject({ ok: true })
  })

  it('is topped up once for each id; a rule until its window ends', async () => {
    const more = (budget: string, name: string, amount = '5') => topUp(world, { id: id(name), budget, amount: parseUsd(amount), reason: '', by: 'dev' })
    expect([await more(id('t'), 'm'), await more(id('t'), 'm')]).toMatchObject([{ fresh: true, limit: parseUsd('15') }, { fresh: false, limit: parseUsd('15') }])
    expect(await more(id('t'), 'm', '6')).toMatchObject({ refused: 'conflict' })
    expect(await more(id('rule'), 'r')).toMatchObject({ limit: parseUsd('15') })
    expect(await reserve(world, aReserve({ id: id('a'), amount: '15', scope: { project: id('p') } }))).toMatchObject({ ok: true })
    await expect(more('nobody', 'n')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('burns as fast as lately, not as over its whole life, and forecasts by its progress', async () => {
    await spend('early', '2')
    world.clock.advance(3 * HOUR_MS)
    await spend('late', '3')
    expect(usdText((await burnRateOf(world, id('t'))).perMinute)).toBe('0.05')
    await setProgress(world, id('t'), 500_000)
    expect(await forecastOf(world, id('t'))).toMatchObject({ runsOutAt: instant(NOON + 3 * HOUR_MS + 100 * MINUTE_MS), atCompletion: parseUsd('10'), fits: true })
    await expect(setProgress(world, 'nobody', 1)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('keeps who was paid, through what and why', async () => {
    await spend('a', '4')
    expect(await open.stores.read(() => open.stores.tasks.notesOf(id('t'), 10))).toMatchObject([{ id: id('a'), key: `recorded:${id('a')}`, peer: 'example.net', tool: 'search', reason: 'the map', amount: parseUsd('4'), late: false }])
  })

  it('is found out and put right where its figures strayed', async () => {
    await spend('a', '4')
    await reserve(world, aReserve({ id: id('h'), amount: '3', budgets: [id('t')], scope: {} }))
    await reserve(world, aReserve({ id: id('s'), amount: '1', budgets: [id('t')], scope: {} }))
    await settle(world, settling(id('s'), '2'))
    const own = async () => (await open.stores.read(() => strayed(open.stores))).filter(({ budget }) => budget.startsWith(id('t')))
    expect(await own()).toEqual([])
    await open.stores.transaction(function* () {
      yield* open.stores.balances.clear(`task:${id('t')}`)
      yield* open.stores.holds.change({ measure: `task:${id('t')}`, perValue: '' }, 7n)
    })
    expect(await own()).toMatchObject([{ kept: null, expected: parseUsd('6') }, { kept: parseUsd('3.000000007'), expected: parseUsd('3') }])
    await open.stores.transaction(() => putRight(open.stores))
    expect([await own(), await world.filling(id('t'))]).toEqual([[], { spent: '6.00', reserved: '3.00' }])
  })
})
