import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseUsd } from '../../src/core/money.ts'
import { MINUTE_MS, instant } from '../../src/core/time.ts'
import { reserve, settle } from '../../src/flows/reserve.ts'
import { allocate, topUp } from '../../src/flows/reserve/allocate.ts'
import { measureNew } from '../../src/flows/balances.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'
import { anAllocation, aReserve, ReservingWorld, session, settling } from '../support/reserve-world.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
const at = (minutes: number) => instant(NOON + minutes * MINUTE_MS)

describe.each(ENGINES)('what logs prove on $name', engine => {
  let open: OpenStores, world: ReservingWorld
  let run = 0, made = 0
  beforeAll(async () => { open = await engine.open() })
  afterAll(async () => { await open.close() })
  const project = (): string => `/home/dev/p${run}`
  const id = (name: string): string => `${name}-${run}`
  beforeEach(() => {
    run++
    world = new ReservingWorld(open.stores, NOON, [])
    world.rule({ id: id('day'), limit: parseUsd('10'), selector: { project: project() } })
  })
  const spend = (usd: string, minutes: number, more: { key?: string; final?: boolean; sidechain?: boolean; session?: string; model?: string } = {}) =>
    world.ingest([{ key: id(`made${made++}`), at: at(minutes), usd, session: id('s'), project: project(), ...more }])
  const cover = (name: string, amount: string, minutes: number, responses: number | null = 1) => reserve(world, aReserve({
    id: id(name), amount, scope: { project: project() }, covers: { agent: 'claude-code', session: id('s'), stream: '*', from: at(minutes), responses },
  }))
  const stateOf = async (name: string) => (await open.stores.read(() => open.stores.reservations.get(id(name))))?.state
  const day = () => world.filling(id('day'))

  it('settles a reservation by the response it was made for, and counts it once', async () => {
    await cover('a', '3', 0)
    expect(await day()).toEqual({ spent: '0.00', reserved: '3.00' })
    await spend('1', 1)
    expect([await day(), await stateOf('a')]).toEqual([{ spent: '1.00', reserved: '0.00' }, 'settled'])
  })

  it('holds on until the response is whole, less what its beginning cost', async () => {
    await cover('a', '3', 0)
    await spend('1', 1, { key: id('m'), final: false })
    expect([await day(), await stateOf('a')]).toEqual([{ spent: '1.00', reserved: '2.00' }, 'pending'])
    await spend('2', 1, { key: id('m') })
    expect([await day(), await stateOf('a')]).toEqual([{ spent: '2.00', reserved: '0.00' }, 'settled'])
  })

  it('is not settled by what was spent before, by a subagent or by another session', async () => {
    await cover('a', '3', 2)
    await spend('1', 1)
    await spend('0.5', 3, { sidechain: true })
    await spend('0.25', 3, { session: id('other') })
    expect([await day(), await stateOf('a')]).toEqual([{ spent: '1.75', reserved: '2.50' }, 'pending'])
  })

  it('keeps holding for a request that was killed when the next one is answered', async () => {
    await cover('killed', '3', 0)
    await cover('next', '3', 2)
    await spend('1', 3)
    await spend('1', 4)
    expect([await stateOf('killed'), await stateOf('next'), await day()]).toEqual(['pending', 'settled', { spent: '2.00', reserved: '3.00' }])
    await spend('0.5', 1)
    expect([await stateOf('killed'), await day()]).toEqual(['settled', { spent: '2.50', reserved: '0.00' }])
  })

  it('shrinks an open-ended hold by all its session spends, past its amount too, until its owner settles it', async () => {
    await cover('run', '3', 0, null)
    await spend('1', 1)
    await spend('1', 2)
    expect(await day()).toEqual({ spent: '2.00', reserved: '1.00' })
    await spend('2', 3)
    expect(await day()).toEqual({ spent: '4.00', reserved: '0.00' })
    await expect(settle(world, settling(id('run'), '1'))).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await settle(world, settling(id('run')))).toMatchObject({ ok: true, reservation: { state: 'settled', actual: parseUsd('4') } })
    expect(await day()).toEqual({ spent: '4.00', reserved: '0.00' })
  })

  it('waits for a price: what nobody can price is not proven', async () => {
    await cover('a', '3', 0)
    await spend('1', 1, { model: 'unheard-of' })
    expect([await stateOf('a'), (await day()).reserved]).toEqual(['pending', '3.00'])
  })

  it('counts a session for the task budget it works for, and for what that is part of, once each', async () => {
    await spend('1', -5)
    await allocate(world, anAllocation({ id: id('all'), amount: '10', scope: { session: id('s') } }))
    await allocate(world, anAllocation({ id: id('part'), amount: '10', parent: id('all'), scope: { session: id('s'), agent: 'claude-code' } }))
    expect([await world.filling(id('all')), await world.filling(id('part'))]).toEqual(Array.from({ length: 2 }, () => ({ spent: '1.00', reserved: '0.00' })))
    await spend('2', 1)
    await spend('4', 1, { session: id('other') })
    expect([await world.filling(id('all')), await world.filling(id('part'))]).toEqual(Array.from({ length: 2 }, () => ({ spent: '3.00', reserved: '0.00' })))
  })

  it('lets a session work for a task from the moment something is reserved for it there', async () => {
    await spend('1', -5)
    await allocate(world, anAllocation({ id: id('t'), amount: '5' }))
    await reserve(world, aReserve({ id: id('a'), amount: '2', budgets: [id('t')], scope: {}, covers: { agent: 'claude-code', session: id('s'), stream: '*', from: null, responses: 1 } }))
    await spend('0.5', 1)
    expect(await world.filling(id('t'))).toEqual({ spent: '0.50', reserved: '0.00' })
  })

  it('locks the session of a task budget that denies, and lets it go when it is topped up', async () => {
    await allocate(world, anAllocation({ id: id('t'), amount: '2', onBreach: 'deny', scope: { session: id('s'), agent: 'claude-code' } }))
    const { locked } = await spend('3', 1)
    expect(locked).toMatchObject([{ rule: id('t'), selector: { session: id('s'), agent: 'claude-code' } }])
    expect(await reserve(world, aReserve({ id: id('a'), amount: '1', scope: { project: project(), session: id('s'), agent: 'claude-code' } }))).toMatchObject({ refused: 'locked', by: locked[0]?.id })
    expect(await topUp(world, { id: id('more'), budget: id('t'), amount: parseUsd('5'), reason: 'it goes well', by: 'dev' })).toMatchObject({ ok: true, limit: parseUsd('7') })
    expect(await reserve(world, aReserve({ id: id('a'), amount: '1', scope: { project: project(), session: id('s'), agent: 'claude-code' } }))).toMatchObject({ ok: true })
  })

  it('holds in a rule that is made while the reservation is pending', async () => {
    await cover('a', '3', 0)
    world.rule({ id: id('day'), limit: parseUsd('10'), selector: { project: project() } }, { id: id('new'), limit: parseUsd('4'), window: 'week', selector: { project: project() } })
    await open.stores.transaction(() => measureNew(open.stores, world.budgets(), at(0)))
    expect(await world.filling(id('new'))).toEqual({ spent: '0.00', reserved: '3.00' })
    await spend('1', 1)
    expect(await world.filling(id('new'))).toEqual({ spent: '1.00', reserved: '0.00' })
  })

  it('holds across midnight in the day that follows', async () => {
    await reserve(world, aReserve({ id: id('late'), amount: '3', scope: { project: project() }, owner: session('at-work') }))
    world.clock.advance(13 * 60 * MINUTE_MS)
    expect(await day()).toEqual({ spent: '0.00', reserved: '3.00' })
    expect(await reserve(world, aReserve({ id: id('b'), amount: '8', scope: { project: project() } }))).toMatchObject({ refused: 'over_budget', remaining: parseUsd('7') })
  })
})
