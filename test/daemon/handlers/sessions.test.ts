// Stopping one session by hand, on the real stores: what is said before, the lock that follows, and what may not happen.
import { afterEach, describe, expect, it } from 'vitest'
import type { Operations } from '../../../src/api/control-plane.ts'
import { judgeAfterEdit } from '../../../src/daemon/world/judge-edit.ts'
import { OpenWorld } from '../../support/open-world.ts'

const HOUR = 3_600_000
const S = '3f3c8446-2b81-4c3f-b8fb-6ded90c1fae2', NEIGHBOUR = '9385e902-9c20-4eb7-a38a-4c5beaf577f7'
const WANTED = { agent: 'claude-code', session: S, reason: 'it loops', by: 'ada' } as const

describe('session.stop', () => {
  let open: OpenWorld | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const world = async (options: Parameters<typeof OpenWorld.open>[0] = {}): Promise<OpenWorld> => {
    open = await OpenWorld.open({ role: 'daemon', config: 'zone = "UTC"\n', ...options })
    open.log({ session: S })
    open.log({ session: NEIGHBOUR })
    await open.handlers.index({})
    return open
  }
  const stop = (over: Partial<Operations['session.stop']['in']> = {}) => (open as OpenWorld).handlers['session.stop']({ ...WANTED, ...over })
  const locks = async () => (await (open as OpenWorld).handlers['lock.list']({})).locks

  it('locks exactly that session, for an hour, without a budget and without waiting for a confirmation', async () => {
    const { changes } = await world()
    const { lock } = await stop()
    expect(lock).toMatchObject({ rule: 'by hand', scope: { agent: 'claude-code', session: S }, perValue: S, reason: 'it loops', limit: '1.00', spent: '1.00', lockedAt: '2026-11-21T12:00:00.000Z', expiresAt: '2026-11-21T13:00:00.000Z', signals: { from: '2026-11-21T12:00:00.000Z' } })
    expect([lock?.needsConfirmation, await locks(), (open?.changes ?? 0) - changes]).toEqual([undefined, [lock], 1])
    expect(await open?.codes()).toContain('session.stop')
    open?.clock.advance(HOUR)
    expect(await locks()).toEqual([])
  })

  it('says what would happen, and does nothing, when it is only asked', async () => {
    await world()
    expect(await stop({ check: true })).toEqual({
      lock: null, target: false, because: 'no process of it is known', armed: false,
      says: 'purser is not armed and hooks are not installed, so nothing will stop this session; arm with: purser arm',
    })
    await open?.handlers.arm({ by: 'ada' })
    expect((await stop({ check: true })).says).toBe('its process is not proven (no process of it is known) and hooks are not installed, so nothing will stop this session; for sessions that begin later: purser hooks install')
    expect([await locks(), open?.changes]).toEqual([[], 1])
  })

  it('takes a time and a grace, within bounds, and a reason', async () => {
    await world()
    for (const wrong of [{ lasts: '1m' }, { lasts: '8d' }, { lasts: 'soon' }, { lasts: '10m', grace: '11m' }, { reason: '  ' }]) await expect(stop(wrong), JSON.stringify(wrong)).rejects.toMatchObject({ code: 'invalid_input' })
    expect((await stop({ lasts: '2h', grace: '30s' })).lock).toMatchObject({ expiresAt: '2026-11-21T14:00:00.000Z', signals: { from: '2026-11-21T12:00:30.000Z' } })
  })

  it('knows no session that is not at work, and none without an id', async () => {
    await world()
    for (const unknown of [{ session: 'x' }, { session: '' }, { session: '*' }, { agent: 'codex' }]) await expect(stop(unknown), JSON.stringify(unknown)).rejects.toMatchObject({ code: 'not_found' })
    expect(await locks()).toEqual([])
  })

  it('stops once, can be released without a raise, and stopped again', async () => {
    await world()
    const first = (await stop()).lock?.id ?? ''
    await expect(stop()).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining(`purser lock show ${first}`) as string })
    await expect(open?.handlers['lock.release']({ id: first, reason: 'demo', raise: '5', by: 'ada' })).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining('no limit to raise') as string })
    expect(await locks()).toHaveLength(1)
    await open?.handlers['lock.release']({ id: first, reason: 'demo', by: 'ada' })
    expect(await locks()).toEqual([])
    open?.clock.advance(1_000)
    expect((await stop()).lock?.id).not.toBe(first)
  })

  it('is refused where nothing would follow: only observing, or no daemon', async () => {
    await world({ observe: true })
    await expect(stop()).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining('--observe') as string })
    await open?.close()
    await world({ role: 'command' })
    await expect(stop()).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining('purser up --detach') as string })
    expect(await locks()).toEqual([])
  })

  it('promises no signal where none was ever proven', async () => {
    await world({ platform: 'darwin' })
    expect((await stop({ check: true })).says).toContain('signals are not sent on this system')
  })

  it('outlives edits of the rules, indexing and a first arming, which holds back other locks alone', async () => {
    await world({ config: 'zone = "UTC"\n[[budget]]\nid = "all"\nlimit = "1"\non_breach = "terminate"\n' })
    const { lock } = await stop()
    await open?.handlers['budget.remove']({ id: 'all' })
    await open?.handlers['budget.set']({ id: 'all', limit: '0.5', onBreach: 'deny' })
    if (open) await judgeAfterEdit(open.world, open.world.budgets())
    open?.log({ session: S })
    await open?.handlers.index({})
    await open?.handlers.arm({ by: 'ada' })
    const after = await locks()
    expect(after.find(({ id }) => id === lock?.id)).toMatchObject({ rule: 'by hand', signals: { armed: true } })
    expect(new Set(after.filter(each => each.needsConfirmation).map(({ rule }) => rule))).toEqual(new Set(['all']))
    expect(await open?.handlers['lock.prune']({ before: '0s' })).toEqual({ removed: 0 })
  })
})
