import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HOUR_MS, instant, MINUTE_MS } from '../../../src/core/time.ts'
import { abortByHand, beginByHand } from '../../../src/flows/failover/by-hand.ts'
import { watchPass } from '../../../src/flows/failover/watch.ts'
import { A, B, FailoverWorld } from '../../support/failover-world.ts'

let world: FailoverWorld
beforeEach(async () => {
  world = await FailoverWorld.open()
  world.settings = { ...world.settings, mode: 'off' }
})
afterEach(async () => { await world.close() })

const spend = (account: string, inMs = 3 * HOUR_MS) => world.quota(account, { exhausted: true, usedBasisPoints: null, resetsAt: instant(world.time.now() + inMs) })
const begin = (to?: string, from: string = A) => beginByHand(world.ports(), { agent: 'claude-code', from, by: 'ada', to })
async function passFor(ms: number): Promise<void> {
  for (const until = world.time.now() + ms; world.time.now() < until;) world.time.pass(Math.max(250, (await watchPass(world.ports())).withinMs))
}

describe('a move by hand', () => {
  it('is done also while failover is off, and arms no way back', async () => {
    await spend(A)
    await world.session('s-1')
    expect(await begin()).toMatchObject({ state: 'admitted', to: B, body: { by: 'ada' } })
    await passFor(MINUTE_MS)
    expect([world.at('s-1'), await world.open.stores.read(() => world.open.stores.failover.returnIntents('n1'))]).toEqual([B, []])
  })
  it('goes where a person says, with quota left and back again at once', async () => {
    await world.session('s-1')
    await begin(B)
    await passFor(MINUTE_MS)
    await begin(A, B)
    await passFor(MINUTE_MS)
    expect([world.at('s-1'), await world.inUse()]).toEqual([A, A])
  })
  it('is refused with what stands against it, and what to type', async () => {
    await expect(begin()).rejects.toThrow('~/.claude-a: 0 % of its quota is used, so nothing has to move; name where to: purser failover run --from ~/.claude-a --to ACCOUNT')
    await spend(A, 5 * MINUTE_MS)
    await expect(begin()).rejects.toThrow('the quota of ~/.claude-a is back within minutes')
    await spend(A)
    await spend(B)
    world.accounts = world.accounts.slice(0, 2)
    await expect(begin()).rejects.toThrow('no account can take the work of ~/.claude-a: ~/.claude-b (its quota is spent too)')
    await expect(begin(B)).rejects.toThrow('its quota is spent too')
    await expect(begin(B, '~/.nobody')).rejects.toThrow('there is no account ~/.nobody')
  })
  it('is one at a time for an account', async () => {
    await spend(A)
    await begin()
    await expect(begin()).rejects.toThrow('work is being moved from ~/.claude-a already; see: purser failover status')
  })
  it('is given up before anybody was touched', async () => {
    await spend(A)
    await world.session('s-1')
    const { id } = await begin()
    expect(await abortByHand(world.ports(), { id, by: 'ada' })).toBe('move')
    await passFor(MINUTE_MS)
    expect([world.at('s-1'), await world.inUse()]).toEqual([A, ''])
    await expect(abortByHand(world.ports(), { id, by: 'ada' })).rejects.toThrow(`move ${id} is over, and work is not waiting to go back`)
    await expect(abortByHand(world.ports(), { id: 'fo-x', by: 'ada' })).rejects.toThrow('there is no move fo-x')
  })
  it('gives up the way back of a move that is over', async () => {
    world.settings = { ...world.settings, mode: 'auto' }
    await spend(A)
    await world.session('s-1')
    await passFor(MINUTE_MS)
    const [saga] = await world.open.stores.read(() => world.open.stores.failover.recent('n1', 1))
    expect(await abortByHand(world.ports(), { id: saga?.id ?? '', by: 'ada' })).toBe('return')
    expect(await world.open.stores.read(() => world.open.stores.failover.returnIntents('n1'))).toEqual([])
  })
})
