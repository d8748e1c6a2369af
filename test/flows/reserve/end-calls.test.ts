import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { BudgetFields } from '../../../src/core/budgets/define.ts'
import { parseUsd } from '../../../src/core/money.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../src/core/time.ts'
import { ownerText } from '../../../src/core/reservations/owner.ts'
import { isKept } from '../../../src/flows/reserve/end-calls.ts'
import { expireOverdue } from '../../../src/flows/reserve/expire.ts'
import { release } from '../../../src/flows/reserve.ts'
import { CallingWorld, processOwner } from '../../support/call-world.ts'
import { ENGINES, type OpenStores } from '../../support/databases.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
const NOTHING = { settled: 0, released: 0, kept: 0, expired: 0 }

describe.each(ENGINES)('a call that no answer settles on $name', engine => {
  let open: OpenStores, world: CallingWorld
  let run = 0
  beforeAll(async () => { open = await engine.open() })
  afterAll(async () => { await open.close() })
  const project = (): string => `/home/dev/ends${run}`
  const s = (name = 's'): string => `${name}-${run}`
  const rule = (more: Partial<BudgetFields> = {}): BudgetFields => ({ id: `web-${run}`, limit: parseUsd('20'), selector: { project: project() }, reserve: 'hooks', onBreach: 'deny', ...more })
  beforeEach(() => { run++; world = new CallingWorld(open.stores, NOON + run * 10 * DAY_MS); world.rule(rule()) })
  const pid = (): number => 1_000 + run
  const ask = (more: Parameters<CallingWorld['call']>[0] = {}) => world.call({ session: s(), project: project(), owner: processOwner(pid()), ...more })
  const later = (ms: number): void => { world.clock.advance(ms) }
  const begins = (usd: string) => world.ingest([{ key: `${run}-part`, at: world.clock.now(), usd, session: s(), project: project(), final: false }])
  const reserved = async () => (await world.filling(`web-${run}`)).reserved

  it('is held for as long as its request may be under way', async () => {
    await ask()
    later(HOUR_MS)
    expect([await world.sweep(), await reserved()]).toEqual([NOTHING, '4.00'])
  })

  it('ends with an error in its log, and not with an error of before', async () => {
    world.errors.set(s(), world.clock.now())
    later(SECOND_MS)
    await ask()
    expect(await world.sweep()).toEqual(NOTHING)
    later(SECOND_MS)
    world.errors.set(s(), world.clock.now())
    expect([await world.sweep(), await reserved()]).toEqual([{ ...NOTHING, released: 1 }, '0.00'])
  })

  it('ends once its process has asked again and its log was read to its end', async () => {
    world.logs.set('', 'behind')
    await ask()
    later(MINUTE_MS)
    await ask()
    later(MINUTE_MS)
    expect(await world.sweep()).toEqual(NOTHING)
    world.logs.set('', 'read')
    expect([await world.sweep(), await world.open(s())]).toEqual([{ ...NOTHING, released: 1 }, ['main 400']])
  })

  it('ends when its process asks just now, but not in the first second', async () => {
    await ask()
    later(MINUTE_MS)
    const asking = { agent: 'claude-code', session: s(), stream: '', owner: ownerText(processOwner(pid())), at: world.clock.now() }
    expect(await world.sweep(asking)).toEqual(NOTHING)
    later(SECOND_MS)
    expect([await world.sweep({ ...asking, stream: 'a1' }), await world.sweep({ ...asking, owner: 'process 8@8' }), await world.sweep(asking)]).toEqual([NOTHING, NOTHING, { ...NOTHING, released: 1 }])
  })

  it('is settled by what had come of its answer when its client waits for a prompt again', async () => {
    await ask()
    later(SECOND_MS)
    await begins('0.40')
    expect([await world.sweep(), await reserved()]).toEqual([NOTHING, '3.60'])
    world.idling.add(s())
    expect([await world.sweep(), await world.filling(`web-${run}`)]).toEqual([{ ...NOTHING, settled: 1 }, { spent: '0.40', reserved: '0.00' }])
  })

  it('stays held when its process was killed, is told of once, and ends with its window', async () => {
    await ask()
    later(SECOND_MS)
    world.lives.set(`${pid()}`, 'dead')
    expect([await world.sweep(), await world.sweep()]).toEqual([{ ...NOTHING, kept: 1 }, NOTHING])
    expect((await world.events('reservation.kept')).at(-1)?.fields).toMatchObject({ session: s(), amount: '4.00' })
    later(11 * HOUR_MS)
    expect([await world.sweep(), await reserved()]).toEqual([NOTHING, '4.00'])
    later(HOUR_MS)
    expect([await world.sweep(), await reserved()]).toEqual([{ ...NOTHING, expired: 1 }, '0.00'])
  })

  it('stays held when another process takes the session up and asks', async () => {
    await ask()
    later(SECOND_MS)
    world.lives.set(`${pid()}`, 'dead')
    await ask({ owner: processOwner(8) })
    later(MINUTE_MS)
    expect([await world.sweep(), await reserved()]).toEqual([{ ...NOTHING, kept: 1 }, '8.00'])
  })

  it('of a killed process comes back as soon as a person gives it back, or its answer shows after all', async () => {
    const granted = await ask()
    if (!granted?.ok) throw new Error('not granted')
    later(SECOND_MS)
    await ask({ session: s('t') })
    world.lives.set(`${pid()}`, 'dead')
    await world.sweep()
    expect(await open.stores.read(function* () { return (yield* open.stores.reservations.pending()).filter(({ covers }) => covers?.session === s()).map(isKept) })).toEqual([true])
    expect(await release(world, granted.reservations[0]?.id ?? '')).toMatchObject({ ok: true, fresh: true })
    await world.ingest([{ key: `${run}-after`, at: world.clock.now(), usd: '1', session: s('t'), project: project() }])
    expect(await world.filling(`web-${run}`)).toEqual({ spent: '1.00', reserved: '0.00' })
  })

  it('is not freed at its deadline, like a reservation whose owner is dead', async () => {
    await ask()
    world.lives.set(`${pid()}`, 'dead')
    later(HOUR_MS)
    await expireOverdue(world)
    expect(await reserved()).toBe('4.00')
  })

  it('of a lifetime budget is held until a person says so, of a rolling one until its hours are over', async () => {
    world.rule(rule({ window: 'lifetime' }))
    await ask()
    world.lives.set(`${pid()}`, 'dead')
    await world.sweep()
    later(3 * DAY_MS)
    expect([await world.sweep(), await reserved()]).toEqual([NOTHING, '4.00'])
    world.rule(rule({ window: '5h' }))
    await ask({ session: s('rolling') })
    await world.sweep()
    later(5 * HOUR_MS - 1)
    expect(await world.sweep()).toEqual(NOTHING)
    later(1)
    expect(await world.sweep()).toMatchObject({ expired: 1 })
  })

  it('of a subagent that is about to start is not ended by another that is, nor by an error of the conversation', async () => {
    world.rule(rule({ limit: parseUsd('40') }))
    for (let n = 0; n < 2; n++) { await ask({ stream: '+', named: '' }); later(SECOND_MS) }
    world.errors.set(s(), world.clock.now())
    later(MINUTE_MS)
    expect([await world.sweep(), await reserved()]).toEqual([NOTHING, '16.00'])
    world.lives.set(`${pid()}`, 'dead')
    expect([await world.sweep(), await reserved()]).toEqual([{ ...NOTHING, kept: 2 }, '16.00'])
    later(DAY_MS)
    expect(await world.sweep()).toEqual({ ...NOTHING, expired: 2 })
  })

  it('of a subagent that never began is given up after half an hour, whatever its session does', async () => {
    await ask({ stream: '+', named: '' })
    world.idling.add(s())
    later(29 * MINUTE_MS)
    expect(await world.sweep()).toEqual(NOTHING)
    later(MINUTE_MS)
    expect(await world.sweep()).toEqual({ ...NOTHING, released: 1 })
  })
})
