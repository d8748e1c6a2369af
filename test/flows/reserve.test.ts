import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseUsd } from '../../src/core/money.ts'
import { HOUR_MS, MINUTE_MS, instant } from '../../src/core/time.ts'
import { check, extend, record, release, reserve, reserveTogether, settle } from '../../src/flows/reserve.ts'
import { allocate, close } from '../../src/flows/reserve/allocate.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'
import { anAllocation, aRecord, aReserve, ReservingWorld, session, settling } from '../support/reserve-world.ts'

const NOON = Date.UTC(2026, 10, 21, 12)

describe.each(ENGINES)('reserving on $name', engine => {
  let open: OpenStores
  beforeAll(async () => { open = await engine.open() })
  afterAll(async () => { await open.close() })
  let run = 0
  let world: ReservingWorld
  /** Rules of one test count a project of its own, so that tests do not share balances. */
  const project = (): string => `/home/dev/p${run}`
  beforeEach(() => {
    run++
    world = new ReservingWorld(open.stores, NOON, [])
    world.rule({ id: `day${run}`, limit: parseUsd('10'), selector: { project: project() } })
  })
  const id = (name: string): string => `${name}-${run}`
  const ask = (name: string, amount: string, more: Partial<Parameters<typeof aReserve>[0]> = {}) => reserve(world, aReserve({ id: id(name), amount, scope: { project: project() }, ...more }))
  const day = () => world.filling(`day${run}`)

  it('holds what it grants, grants what exactly fits, and refuses a nano-dollar more', async () => {
    expect(await ask('a', '6')).toMatchObject({ ok: true, fresh: true, remaining: parseUsd('4') })
    expect(await ask('b', '4.000000001')).toMatchObject({ ok: false, refused: 'over_budget', by: `day${run}`, remaining: parseUsd('4') })
    expect(await ask('c', '4')).toMatchObject({ ok: true, remaining: 0n })
    expect(await day()).toEqual({ spent: '0.00', reserved: '10.00' })
  })

  it('turns what was held into what was spent, never both at once', async () => {
    await ask('a', '6')
    expect(await settle(world, settling(id('a'), '6'))).toMatchObject({ ok: true, fresh: true, reservation: { state: 'settled', late: false } })
    expect(await day()).toEqual({ spent: '6.00', reserved: '0.00' })
  })

  it('settles for less and gives the rest back, for more and shows the overdraft', async () => {
    await ask('a', '6')
    await ask('b', '4')
    await settle(world, settling(id('a'), '2'))
    expect(await day()).toEqual({ spent: '2.00', reserved: '4.00' })
    await settle(world, settling(id('b'), '9'))
    expect(await day()).toEqual({ spent: '11.00', reserved: '0.00' })
    expect(await ask('c', '0.01')).toMatchObject({ refused: 'over_budget', remaining: -parseUsd('1') })
  })

  it('applies each id once, however often it is asked, and refuses it with another body', async () => {
    await ask('a', '6')
    expect(await ask('a', '6')).toMatchObject({ ok: true, fresh: false })
    expect(await ask('a', '5')).toMatchObject({ ok: false, refused: 'conflict' })
    await settle(world, settling(id('a'), '2'))
    expect(await settle(world, settling(id('a'), '2'))).toMatchObject({ ok: true, fresh: false })
    expect(await settle(world, settling(id('a'), '3'))).toMatchObject({ ok: false, refused: 'conflict' })
    expect(await ask('a', '6')).toMatchObject({ ok: true, fresh: false, reservation: { state: 'settled' } })
    expect(await day()).toEqual({ spent: '2.00', reserved: '0.00' })
  })

  it('gives back what is released, once, and opens an exhausted budget with it', async () => {
    await ask('a', '10')
    expect(await ask('b', '1')).toMatchObject({ refused: 'over_budget' })
    expect([await release(world, id('a')), await release(world, id('a'))]).toMatchObject([{ fresh: true }, { fresh: false }])
    expect(await day()).toEqual({ spent: '0.00', reserved: '0.00' })
    expect(await ask('b', '10')).toMatchObject({ ok: true })
  })

  it('gives nothing back of what is settled', async () => {
    await ask('a', '3')
    await settle(world, settling(id('a')))
    expect(await release(world, id('a'))).toMatchObject({ ok: false, refused: 'conflict' })
    expect(await day()).toEqual({ spent: '3.00', reserved: '0.00' })
  })

  it('holds in a task, in what the task is part of and in every rule that counts it, or in none of them', async () => {
    await allocate(world, anAllocation({ id: id('parent'), amount: '5', scope: { project: project() } }))
    await allocate(world, anAllocation({ id: id('child'), amount: '4', parent: id('parent') }))
    const own = { budgets: [id('child')], scope: {} }
    expect(await ask('a', '3', own)).toMatchObject({ ok: true, reservation: { scope: { project: project() } } })
    expect(await Promise.all([world.filling(id('child')), world.filling(id('parent')), day()])).toEqual(Array.from({ length: 3 }, () => ({ spent: '0.00', reserved: '3.00' })))
    expect(await ask('b', '2', { budgets: [id('parent')], scope: {} })).toMatchObject({ ok: true })
    expect(await ask('c', '1', own)).toMatchObject({ refused: 'over_budget', by: id('parent'), remaining: 0n })
    expect(await world.filling(id('child'))).toEqual({ spent: '0.00', reserved: '3.00' })
    await settle(world, settling(id('a'), '1'))
    expect(await Promise.all([world.filling(id('child')), world.filling(id('parent')), day()])).toEqual([{ spent: '1.00', reserved: '0.00' }, { spent: '1.00', reserved: '2.00' }, { spent: '1.00', reserved: '2.00' }])
  })

  it('checks without holding anything', async () => {
    await allocate(world, anAllocation({ id: id('t'), amount: '2' }))
    const request = aReserve({ id: id('a'), amount: '2', budgets: [id('t')], scope: {} })
    expect(await check(world, request)).toEqual({ ok: true, remaining: parseUsd('2') })
    expect(await check(world, { ...request, amount: parseUsd('3') })).toMatchObject({ refused: 'over_budget' })
    expect(await world.filling(id('t'))).toEqual({ spent: '0.00', reserved: '0.00' })
  })

  it('refuses on a closed budget, and posts facts on it, marked late', async () => {
    await allocate(world, anAllocation({ id: id('t'), amount: '5' }))
    await ask('a', '2', { budgets: [id('t')], scope: {} })
    await close(world, id('t'))
    expect(await ask('b', '1', { budgets: [id('t')], scope: {} })).toMatchObject({ refused: 'closed', by: id('t') })
    expect(await settle(world, settling(id('a'), '2'))).toMatchObject({ ok: true, reservation: { late: true } })
    expect(await record(world, aRecord({ id: id('r'), amount: '9', budgets: [id('t')], scope: {} }))).toMatchObject({ ok: true, late: true })
    expect(await world.filling(id('t'))).toEqual({ spent: '11.00', reserved: '0.00' })
  })

  it('records what was spent whatever is left, and once', async () => {
    const told = aRecord({ id: id('r'), amount: '25', scope: { project: project() } })
    expect(await record(world, told)).toMatchObject({ ok: true, fresh: true })
    expect(await record(world, told)).toMatchObject({ ok: true, fresh: false })
    expect(await record(world, { ...told, amount: parseUsd('26') })).toMatchObject({ refused: 'conflict' })
    expect(await day()).toEqual({ spent: '25.00', reserved: '0.00' })
  })

  it('frees a reservation of a dead owner or of nobody after its deadline, and renews one whose owner may live', async () => {
    world.lives.set('gone', 'dead').set('busy', 'alive')
    await ask('nobody', '1')
    await ask('dead', '1', { owner: session('gone') })
    await ask('alive', '1', { owner: session('busy') })
    await ask('unknown', '1', { owner: session('who') })
    world.clock.advance(10 * MINUTE_MS - 1)
    expect(await ask('more', '7')).toMatchObject({ refused: 'over_budget', remaining: parseUsd('6') })
    world.clock.advance(1)
    expect(await ask('more', '8')).toMatchObject({ ok: true })
    expect(await day()).toEqual({ spent: '0.00', reserved: '10.00' })
    expect(await settle(world, settling(id('dead'), '1'))).toMatchObject({ ok: true, reservation: { state: 'settled', late: true } })
    expect(await day()).toEqual({ spent: '1.00', reserved: '10.00' })
  })

  it('frees what is past its deadline behind a hundred that are renewed', async () => {
    world.lives.set('busy', 'alive')
    for (let number = 0; number < 100; number++) await ask(`alive${number}`, '0.01', { owner: session('busy'), ttlMs: MINUTE_MS })
    await ask('nobody', '9')
    world.clock.advance(10 * MINUTE_MS)
    expect(await ask('more', '9')).toMatchObject({ ok: true })
  })

  it('moves a deadline only of what is pending', async () => {
    await ask('a', '1')
    expect(await extend(world, id('a'), HOUR_MS)).toMatchObject({ ok: true, reservation: { expiresAt: instant(NOON + HOUR_MS) } })
    await release(world, id('a'))
    expect(await extend(world, id('a'), HOUR_MS)).toMatchObject({ refused: 'closed' })
  })

  it('grants a batch one by one, in one commit', async () => {
    const requests = ['a', 'b', 'c'].map(name => aReserve({ id: id(name), amount: '4', scope: { project: project() } }))
    expect((await reserveTogether(world, requests)).map(({ ok }) => ok)).toEqual([true, true, false])
    expect(await day()).toEqual({ spent: '0.00', reserved: '8.00' })
  })

  it('refuses in the very statement that acts, whatever was read before it', async () => {
    const key = { measure: id('m'), perValue: '', windowStart: instant(0) }
    const hold = (amount: string) => open.stores.transaction(function* () {
      yield* open.stores.holds.lock([key])
      return yield* open.stores.holds.hold(key, parseUsd(amount), parseUsd('10'))
    })
    expect([await hold('6'), await hold('4.000000001'), await hold('4'), await hold('0.000000001')]).toEqual([true, false, true, false])
  })

  it('waits for the log of a session, whatever somebody tells of that session', async () => {
    await ask('a', '4', { covers: { agent: 'claude-code', session: id('s'), stream: '*', from: null, responses: null } })
    const told = (name: string, budgets: readonly string[]) => record(world, aRecord({ id: id(name), amount: '1', budgets, scope: { project: project(), agent: 'claude-code', session: id('s') } }))
    await allocate(world, anAllocation({ id: id('t'), amount: '5' }))
    for (const [name, budgets] of [['r', []], ['q', [id('t')]]] as const) await told(name, budgets)
    expect(await day()).toEqual({ spent: '2.00', reserved: '4.00' })
  })

  it('records nothing on a rule that would not count it, and says where it has to be spent', async () => {
    await expect(record(world, aRecord({ id: id('r'), budgets: [`day${run}`], scope: { project: '/elsewhere' } }))).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('--project') as string })
    expect(await record(world, aRecord({ id: id('r'), budgets: [`day${run}`], scope: {} }))).toMatchObject({ ok: true })
    expect(await day()).toEqual({ spent: '1.00', reserved: '0.00' })
  })

  it('refuses an amount that no column can hold, and changes nothing', async () => {
    await allocate(world, anAllocation({ id: id('soft'), amount: '1', hard: false }))
    const most = '9223372036.854775807', own = { budgets: [id('soft')], scope: {} }
    expect(await ask('a', most, own)).toMatchObject({ ok: true })
    await expect(ask('b', '0.000000001', own)).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await world.filling(id('soft'))).toEqual({ spent: '0.00', reserved: most })
    await release(world, id('a'))
  })

  it('says of unknown ids that they are unknown, and changes nothing', async () => {
    await expect(ask('a', '1', { budgets: ['nobody-made-this'] })).rejects.toMatchObject({ code: 'not_found' })
    for (const deed of [() => settle(world, settling('never')), () => release(world, 'never'), () => extend(world, 'never', 1)]) await expect(deed()).rejects.toMatchObject({ code: 'not_found' })
    expect(await day()).toEqual({ spent: '0.00', reserved: '0.00' })
  })
})
