import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { BudgetFields } from '../../../src/core/budgets/define.ts'
import { parseUsd } from '../../../src/core/money.ts'
import { HOUR_MS, instant, SECOND_MS } from '../../../src/core/time.ts'
import { measureNew } from '../../../src/flows/balances.ts'
import { CallingWorld } from '../../support/call-world.ts'
import { ENGINES, type OpenStores } from '../../support/databases.ts'

const NOON = Date.UTC(2026, 10, 21, 12)

describe.each(ENGINES)('a hook that reserves on $name', engine => {
  let open: OpenStores, world: CallingWorld
  let run = 0, made = 0
  beforeAll(async () => { open = await engine.open() })
  afterAll(async () => { await open.close() })
  const project = (): string => `/home/dev/calls${run}`
  const s = (name = 's'): string => `${name}-${run}`
  const rule = (id: string, limit: string, more: Partial<BudgetFields> = {}): BudgetFields => ({ id: `${id}-${run}`, limit: parseUsd(limit), selector: { project: project() }, reserve: 'hooks', onBreach: 'deny', ...more })
  // A later day each: the clock of balances never goes back.
  beforeEach(() => { run++; world = new CallingWorld(open.stores, NOON + run * 24 * HOUR_MS); world.rule(rule('web', '20')) })
  const ask = (more: Parameters<CallingWorld['call']>[0] = {}) => world.call({ session: s(), project: project(), ...more })
  const spend = (usd: string, more: { key?: string; final?: boolean; subagent?: string; session?: string; model?: string } = {}) =>
    world.ingest([{ key: `${run}-${made++}`, at: world.clock.now(), usd, session: s(), project: project(), ...more }])
  const later = (seconds: number): void => { world.clock.advance(seconds * SECOND_MS) }
  const web = () => world.filling(`web-${run}`)

  it('holds the most a request may cost, and what it did cost once its answer is in the log', async () => {
    expect(await ask()).toMatchObject({ ok: true })
    expect(await web()).toEqual({ spent: '0.00', reserved: '4.00' })
    later(1)
    await spend('0.30')
    expect(await web()).toEqual({ spent: '0.30', reserved: '0.00' })
  })

  it('sends what exactly fits and nothing beyond, and says what is left', async () => {
    world.rule(rule('web', '8'))
    expect([await ask(), await ask({ session: s('t') })]).toMatchObject([{ ok: true }, { ok: true }])
    expect(await ask({ session: s('u') })).toMatchObject({ ok: false, why: 'no_room', left: 0n, reserved: parseUsd('8'), asked: { amount: parseUsd('4'), by: 'maximum' }, model: 'claude-opus-4-5' })
    expect(await web()).toEqual({ spent: '0.00', reserved: '8.00' })
  })

  it('keeps the money of an answer that is not in the log yet, beside that of the next request', async () => {
    await ask()
    later(2)
    await ask()
    expect(await world.open(s())).toEqual(['main 400', 'main 400'])
    await world.ingest([{ key: `${run}-late`, at: instant(world.clock.now() - 1_000), usd: '1', session: s(), project: project() }])
    expect(await world.open(s())).toEqual(['main 400'])
    expect(await web()).toEqual({ spent: '1.00', reserved: '4.00' })
  })

  it('takes no answer of a subagent, of another session or of the client\'s meter for its own', async () => {
    await ask()
    later(1)
    await spend('0.10', { subagent: 'a1' })
    await spend('0.20', { session: s('other') })
    await world.ingest([], 'live', [{ session: s(), at: world.clock.now(), usd: '0.90' }])
    expect(await world.open(s())).toEqual(['main 400'])
  })

  it('finds its answer although a subagent has asked in between', async () => {
    await ask()
    later(1)
    await ask({ stream: 'a1' })
    later(1)
    await spend('0.10')
    expect(await world.open(s())).toEqual(['a1 400'])
  })

  it('gives a subagent its own money: held before it starts, named by its log or its hook', async () => {
    await ask({ stream: '+', named: '' })
    await ask({ stream: '+', named: '' })
    expect(await world.open(s())).toEqual(['+ 800', '+ 800'])
    later(1)
    await spend('0.50', { subagent: 'a1' })
    expect(await world.open(s())).toEqual(['+ 800'])
    await ask({ stream: 'a2', named: '' })
    expect(await world.open(s())).toEqual(['a2 800', 'a2 800'])
    later(1)
    await spend('0.25', { subagent: 'a1' })
    expect(await world.open(s())).toEqual(['a2 800', 'a2 800'])
  })

  it('knows a subagent by the model of its first answer, and the main conversation by all it ever used', async () => {
    await ask({ stream: '+', named: '' })
    later(1)
    await spend('0.50', { subagent: 'a1' })
    await ask({ stream: 'a1', named: '' })
    await spend('0.50', { model: 'claude-big' })
    later(1)
    await ask()
    expect(await world.open(s())).toEqual(['a1 400', 'main 800'])
  })

  it('holds the dearest there is while nothing names a model, all that is left where the budget lets that pass', async () => {
    world.rule(rule('web', '5'))
    expect(await ask({ named: '' })).toMatchObject({ ok: false, asked: { amount: parseUsd('8'), by: 'dearest' } })
    world.rule(rule('web', '5', { unpriced: 'warn' }))
    expect(await ask({ named: '' })).toMatchObject({ ok: true })
    expect(await web()).toEqual({ spent: '0.00', reserved: '5.00' })
    expect(await ask({ session: s('t'), named: '' })).toMatchObject({ ok: false, why: 'no_room', left: 0n })
  })

  it('leaves a model that nobody can price to the budget: refused, or let pass with nothing held', async () => {
    expect(await ask({ named: 'unheard-of' })).toMatchObject({ ok: false, why: 'unpriced', model: 'unheard-of' })
    world.rule(rule('web', '20', { unpriced: 'warn' }))
    expect(await ask({ named: 'unheard-of' })).toEqual({ ok: true, reservations: [] })
  })

  it('holds in every budget that wants it or in none, and in no other', async () => {
    world.rule(rule('web', '20'), rule('main', '3', { selector: { branch: 'main', project: project() } }), rule('plain', '1', { window: 'month', reserve: '' }))
    expect(await ask()).toMatchObject({ ok: false, budget: { id: `main-${run}` } })
    expect(await web()).toEqual({ spent: '0.00', reserved: '0.00' })
    expect(await ask({ branch: 'other' })).toMatchObject({ ok: true })
    expect([await web(), await world.filling(`plain-${run}`)]).toEqual([{ spent: '0.00', reserved: '4.00' }, { spent: '0.00', reserved: '0.00' }])
  })

  it('is not held by a budget that is made meanwhile and does not want it', async () => {
    await ask()
    world.rule(rule('web', '20'), rule('new', '9', { window: 'month' }), rule('plain', '9', { window: 'week', reserve: '' }))
    await open.stores.transaction(() => measureNew(open.stores, world.rules, world.clock.now()))
    expect([await world.filling(`new-${run}`), await world.filling(`plain-${run}`)]).toMatchObject([{ reserved: '4.00' }, { reserved: '0.00' }])
  })

  it('holds what 95 of 100 requests of the session cost where the budget says so, beside a budget that wants the most', async () => {
    world.rule(rule('web', '20'), rule('small', '3', { window: 'lifetime', estimate: 'p95' }))
    for (let turn = 0; turn < 20; turn++) await spend(turn === 0 ? '0.90' : turn === 1 ? '0.12' : '0.05')
    later(1)
    expect(await ask()).toMatchObject({ ok: true, reservations: [{ amount: parseUsd('4') }, { amount: parseUsd('0.12') }] })
    expect([await web(), await world.filling(`small-${run}`)]).toMatchObject([{ reserved: '4.00' }, { reserved: '0.12' }])
    later(1)
    await spend('0.20')
    expect([await web(), await world.filling(`small-${run}`)]).toEqual([{ spent: '2.12', reserved: '0.00' }, { spent: '2.12', reserved: '0.00' }])
  })

  it('holds all that is left of such a budget until the session has had five answers', async () => {
    world.rule(rule('small', '3', { estimate: 'p95' }))
    expect(await ask()).toMatchObject({ ok: true, reservations: [{ amount: parseUsd('3') }] })
    expect(await ask({ session: s('t') })).toMatchObject({ ok: false, left: 0n })
  })

  it('holds once where two budgets share a balance, the most that one of them asks', async () => {
    world.rule(rule('web', '20'), rule('same', '10', { estimate: 'p95' }))
    for (let turn = 0; turn < 5; turn++) await spend('0.05')
    later(1)
    expect(await ask()).toMatchObject({ ok: true, reservations: [{ amount: parseUsd('4') }] })
    expect(await web()).toMatchObject({ reserved: '4.00' })
  })

  it('refuses on a closed budget, and asks nothing where no budget reserves', async () => {
    await open.stores.transaction(() => open.stores.tasks.close(`web-${run}`, world.clock.now()))
    expect(await ask()).toMatchObject({ ok: false, why: 'closed' })
    world.rule(rule('web', '1', { reserve: '' }))
    expect(await ask()).toBeNull()
  })

  it('keeps one row for each stream that has nothing open, and remembers who asked', async () => {
    for (let turn = 0; turn < 4; turn++) {
      await ask()
      later(1)
      await spend('0.01')
      later(1)
    }
    const all = await open.stores.read(() => open.stores.reservations.ofBudget(`web-${run}`, 100))
    expect(all.length).toBeLessThanOrEqual(2)
    expect(await open.stores.read(() => open.stores.reservations.callers(`web-${run}`))).toEqual([{ agent: 'claude-code', session: s() }])
  })

  it('grants ten sessions that ask at once exactly what fits', async () => {
    const said = await Promise.all(Array.from({ length: 10 }, (_, n) => ask({ session: s(`n${n}`) })))
    expect(said.filter(each => each?.ok)).toHaveLength(5)
    expect(await web()).toEqual({ spent: '0.00', reserved: '20.00' })
  })
})
