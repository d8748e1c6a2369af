import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HOUR_MS, instant, MINUTE_MS } from '../../../src/core/time.ts'
import type { Saga } from '../../../src/core/failover/saga.ts'
import { abortByHand } from '../../../src/flows/failover/by-hand.ts'
import { watchPass } from '../../../src/flows/failover/watch.ts'
import { anAccount } from '../../support/failover-samples.ts'
import { A, B, C, FailoverWorld } from '../../support/failover-world.ts'

let world: FailoverWorld
beforeEach(async () => { world = await FailoverWorld.open() })
afterEach(async () => { await world.close() })

const spend = (account: string, inMs: number | null = 3 * HOUR_MS) => world.quota(account, { exhausted: true, usedBasisPoints: null, resetsAt: inMs === null ? null : instant(world.time.now() + inMs) })
const sagas = async (): Promise<readonly Saga[]> => world.open.stores.read(() => world.open.stores.failover.recent('n1', 50))
const went = async (): Promise<string[]> => (await sagas()).map(({ from, to, state }) => `${from} ${to} ${state}`).toReversed()
/** As the daemon's loop does it, coarsely where nothing is under way. */
async function passFor(ms: number): Promise<void> {
  for (const until = world.time.now() + ms; world.time.now() < until;) {
    const { withinMs } = await watchPass(world.ports())
    world.time.pass(Math.max(250, withinMs >= 5_000 ? Math.min(ms / 20, MINUTE_MS) : withinMs))
  }
}

describe('failover by itself', () => {
  it('does nothing while it is off, whatever is spent', async () => {
    world.settings = { ...world.settings, mode: 'off' }
    await spend(A)
    await world.session('s-1')
    await passFor(MINUTE_MS)
    expect([await went(), await world.told(), world.at('s-1')]).toEqual([[], [], A])
  })
  it('tells once that a quota is spent, and with ask what to type', async () => {
    for (const [mode, title] of [['notify', 'The quota of a is spent'], ['ask', 'The quota of a is spent']] as const) {
      const own = await FailoverWorld.open()
      const before = world
      world = own
      own.settings = { ...own.settings, mode }
      await spend(A)
      await own.session('s-1')
      await passFor(10 * MINUTE_MS)
      expect([await went(), await own.told(), own.at('s-1')]).toEqual([[], [title], A])
      world = before
      await own.close()
    }
  })
  it('only asks without the day on which auto was agreed to', async () => {
    world.settings = { ...world.settings, consent: '' }
    await spend(A)
    await world.session('s-1')
    await passFor(MINUTE_MS)
    expect([await went(), world.at('s-1')]).toEqual([[], A])
  })
  it('moves work once, however long the quota stays spent, and tells of it once', async () => {
    await spend(A)
    await world.session('s-1')
    await passFor(2 * HOUR_MS)
    expect(await went()).toEqual([`${A} ${B} committed`])
    expect([world.at('s-1'), await world.inUse(), await world.told()]).toEqual([B, B, ['Work moved from a to b']])
  })
  it('lets a session follow that was in the middle of a turn', async () => {
    await spend(A)
    await world.session('s-1')
    const busy = await world.session('s-2', { status: 'busy' })
    await passFor(5 * MINUTE_MS)
    expect([world.at('s-1'), world.at('s-2')]).toEqual([B, A])
    Object.assign(world.registry.get(busy) as object, { status: 'idle' })
    await passFor(5 * MINUTE_MS)
    expect(world.at('s-2')).toBe(B)
    expect(await went()).toEqual([`${A} ${B} committed`, `${A} ${B} committed`])
  })
  it('tries the next account where one does not come up, each once', async () => {
    await spend(A)
    world.broken.add(B)
    await world.session('s-1')
    await passFor(30 * MINUTE_MS)
    expect(await went()).toEqual([`${A} ${B} aborted`, `${A} ${C} committed`])
    expect([world.at('s-1'), await world.inUse()]).toEqual([C, C])
  })
  it('waits for a reset that is near, and tells a session to go on that its client did not', async () => {
    await spend(A, 8 * MINUTE_MS)
    await world.session('s-1', { seat: 'main' })
    await passFor(5 * MINUTE_MS)
    expect([await went(), world.at('s-1'), world.typed]).toEqual([[`${A}  stranded`], A, []])
    await passFor(6 * MINUTE_MS)
    expect([world.at('s-1'), world.typed, (await sagas()).map(({ state }) => state)]).toEqual([A, [{ session: 's-1', text: 'Go on where you stopped.' }], ['aborted']])
  })
  it('leaves its client the time to go on by itself after the reset, and does not type then', async () => {
    await spend(A, 8 * MINUTE_MS)
    await world.session('s-1', { seat: 'main' })
    await passFor(9 * MINUTE_MS)
    expect(world.typed).toEqual([])
    for (const conversation of world.conversations.values()) conversation.stopped = false
    await passFor(5 * MINUTE_MS)
    expect([world.typed, (await sagas()).map(({ state }) => state)]).toEqual([[], ['aborted']])
  })
  it('tells a person about a stopped session in a terminal that is not ours', async () => {
    await spend(A, 8 * MINUTE_MS)
    await world.session('s-1')
    await passFor(12 * MINUTE_MS)
    expect([world.typed, await world.told()]).toEqual([[], ['The quota of a is back']])
  })
  it('is stranded while every account is spent, says so once, and moves to the first that is back', async () => {
    await spend(A)
    await spend(B, HOUR_MS)
    await spend(C, 2 * HOUR_MS)
    await world.session('s-1')
    await passFor(50 * MINUTE_MS)
    expect([await went(), await world.told()]).toEqual([[`${A}  stranded`], ['No account can take the work of a']])
    expect((await sagas())[0]?.body.wakeAt).toBe(world.time.now() - (world.time.now() - Date.UTC(2026, 10, 21, 12)) + HOUR_MS + MINUTE_MS)
    await passFor(20 * MINUTE_MS)
    expect([await went(), world.at('s-1')]).toEqual([[`${A} ${B} committed`], B])
  })
  it('is not begun anew for the same exhaustion after a person gave it up', async () => {
    for (const account of [A, B, C]) await spend(account)
    await world.session('s-1')
    await passFor(MINUTE_MS)
    await abortByHand(world.ports(), { id: (await sagas())[0]?.id ?? '', by: 'ada' })
    await passFor(20 * MINUTE_MS)
    expect(await went()).toEqual([`${A}  aborted`])
  })
  it('does not leave an account for the quota of one model', async () => {
    await world.quota(A, { window: 'seven_day_opus', minutes: null, exhausted: true, usedBasisPoints: null })
    await world.session('s-1')
    await passFor(MINUTE_MS)
    expect(await went()).toEqual([])
  })
  it('does not bother about a spent account that nothing runs on and nothing starts on', async () => {
    await spend(B)
    await passFor(MINUTE_MS)
    expect(await went()).toEqual([])
  })
  it('never moves between homes that do not share their conversations', async () => {
    world.apart = true
    await spend(A)
    await world.session('s-1')
    await passFor(MINUTE_MS)
    expect([(await sagas()).map(({ state }) => state), world.at('s-1')]).toEqual([['stranded'], A])
  })
})

describe('the way back', () => {
  it('is gone after the reset and its margin, with every session that came, and never to and fro', async () => {
    await spend(A, HOUR_MS)
    await world.session('s-1')
    await passFor(30 * MINUTE_MS)
    expect(world.at('s-1')).toBe(B)
    await passFor(34 * MINUTE_MS)
    expect(world.at('s-1')).toBe(B)
    await passFor(10 * MINUTE_MS)
    expect([world.at('s-1'), await world.inUse()]).toEqual([A, A])
    await passFor(3 * HOUR_MS)
    expect(await went()).toEqual([`${A} ${B} committed`, `${B} ${A} committed`])
  })
  it('is not gone when a person chose an account meanwhile', async () => {
    await spend(A, HOUR_MS)
    await world.session('s-1')
    await passFor(30 * MINUTE_MS)
    const use = await world.open.stores.read(() => world.open.stores.accounts.inUse('n1', 'claude-code'))
    await world.open.stores.transaction(() => world.open.stores.accounts.use('n1', { agent: 'claude-code', account: C, generation: use?.generation ?? 0, at: world.time.now(), by: 'ada' }))
    await passFor(HOUR_MS)
    expect([world.at('s-1'), await world.inUse(), await world.open.stores.read(() => world.open.stores.failover.returnIntents('n1'))]).toEqual([B, C, []])
  })
  it('waits for the end of a turn', async () => {
    await spend(A, HOUR_MS)
    await world.session('s-1')
    await passFor(30 * MINUTE_MS)
    for (const each of world.registry.values()) each.status = 'busy'
    await passFor(2 * HOUR_MS)
    expect(world.at('s-1')).toBe(B)
    for (const each of world.registry.values()) each.status = 'idle'
    await passFor(5 * MINUTE_MS)
    expect(world.at('s-1')).toBe(A)
  })
  it('is told, not gone, where only asking is agreed to', async () => {
    await spend(A, HOUR_MS)
    await world.session('s-1')
    await passFor(30 * MINUTE_MS)
    world.settings = { ...world.settings, mode: 'ask' }
    await passFor(2 * HOUR_MS)
    expect([world.at('s-1'), await world.told()]).toEqual([B, ['Work moved from a to b', 'a can be used again']])
  })
  it('ends with the account it would lead to', async () => {
    await spend(A, HOUR_MS)
    await world.session('s-1')
    await passFor(30 * MINUTE_MS)
    world.accounts = [anAccount('b'), anAccount('c')]
    await passFor(2 * HOUR_MS)
    expect([world.at('s-1'), await world.open.stores.read(() => world.open.stores.failover.returnIntents('n1'))]).toEqual([B, []])
  })
})
