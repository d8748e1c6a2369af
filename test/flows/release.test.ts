// What a person decides about locks, and for how long it holds, in calendar and in rolling windows.
import { afterEach, describe, expect, it } from 'vitest'
import { parseUsd } from '../../src/core/money.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/time.ts'
import { arm, disarm, releaseLock, type Release } from '../../src/flows/release.ts'
import { SqlEnforcement } from '../../src/store/actions.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'
import { LedgerWorld } from '../support/ledger-world.ts'

// A whole number of five-hour lengths since the epoch, so that a boundary is where the test says.
const EDGE = Math.floor(Date.UTC(2026, 10, 21, 12) / (5 * HOUR_MS)) * 5 * HOUR_MS
const DAILY = { id: 'daily', window: 'day', limit: parseUsd('10'), onBreach: 'terminate' } as const
const ROLLING = { id: 'rolling', window: '5h', limit: parseUsd('10'), onBreach: 'deny' } as const

describe.each(ENGINES)('release on $name', engine => {
  let open: OpenStores | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const world = async (start: number, ...rules: (typeof DAILY | typeof ROLLING)[]): Promise<LedgerWorld> => new LedgerWorld((open = await engine.open()).stores, start, rules)
  const release = (it: LedgerWorld, over: Partial<Release> = {}, id = '') => it.activeLocks().then(([lock]) => releaseLock(it, { id: id || (lock?.id ?? ''), reason: 'demo at four', by: 'dev', raise: null, ...over }, it.clock.now()))
  const spend = async (it: LedgerWorld, usd: string) => (await it.ingest([{ at: it.clock.now(), usd }])).locked.length

  it('wants a reason, a lock that exists, and one that is in force', async () => {
    const it = await world(EDGE, DAILY)
    await spend(it, '11')
    await expect(release(it, { reason: '  ' })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('--reason') as string })
    await expect(release(it, {}, 'Lnone')).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('purser lock list') as string })
    const { id } = await release(it)
    await expect(release(it, {}, id)).rejects.toMatchObject({ code: 'refused' })
    it.clock.advance(2 * DAY_MS)
    await spend(it, '11')
    const [lock] = await it.activeLocks()
    it.clock.advance(2 * DAY_MS)
    await expect(release(it, {}, lock?.id)).rejects.toMatchObject({ code: 'refused' })
  })

  it('is one row, one notice and one audit row with who and why', async () => {
    const it = await world(EDGE, DAILY)
    await spend(it, '11')
    const before = (await it.notices()).length
    const { released } = await release(it, { raise: parseUsd('2.5') })
    expect(released).toMatchObject({ by: 'dev', reason: 'demo at four' })
    expect((await it.notices()).length).toBe(before + 1)
    expect((await it.events('lock.released')).map(({ fields }) => fields)).toMatchObject([{ by: 'dev', reason: 'demo at four', raise: '2.50', rule: 'daily' }])
  })

  it('locks again once a raise is spent too, and raises add up', async () => {
    const it = await world(EDGE, DAILY)
    expect(await spend(it, '11')).toBe(1)
    await release(it, { raise: parseUsd('5') })
    expect([await spend(it, '4'), await spend(it, '0.1')]).toEqual([0, 1])
    await release(it, { raise: parseUsd('5') })
    expect([await spend(it, '4.8'), await spend(it, '0.2')]).toEqual([0, 1])
    it.clock.advance(DAY_MS)
    expect([await spend(it, '9'), await spend(it, '2')]).toEqual([0, 1])
  })

  it('holds in a rolling window across the boundary of whole lengths', async () => {
    const it = await world(EDGE - MINUTE_MS, ROLLING)
    expect(await spend(it, '11')).toBe(1)
    it.clock.advance(2 * MINUTE_MS)
    await release(it)
    expect([await spend(it, '1'), await spend(it, '1')]).toEqual([0, 0])
    // One length after the lock, the window is judged anew.
    it.clock.advance(5 * HOUR_MS + 1)
    expect([await spend(it, '9'), await spend(it, '2')]).toEqual([0, 1])
  })

  it('keeps a raise of a rolling window for one length, boundary or not', async () => {
    const it = await world(EDGE - MINUTE_MS, ROLLING)
    await spend(it, '11')
    await release(it, { raise: parseUsd('5') })
    it.clock.advance(2 * MINUTE_MS)
    expect([await spend(it, '3.9'), await spend(it, '0.2')]).toEqual([0, 1])
    await release(it, { raise: parseUsd('3') })
    expect(await spend(it, '2')).toBe(0)
    it.clock.advance(5 * HOUR_MS + 1)
    expect([await spend(it, '9'), await spend(it, '2')]).toEqual([0, 1])
  })

  it('lets an expired lock go by itself, once, and keeps it as history', async () => {
    const it = await world(EDGE, ROLLING)
    await spend(it, '11')
    const enforcement = new SqlEnforcement(it.stores)
    it.clock.advance(5 * HOUR_MS - 1)
    expect(await enforcement.releaseExpired(it.clock.now())).toEqual([])
    expect(await it.activeLocks()).toHaveLength(1)
    it.clock.advance(1)
    expect(await it.activeLocks()).toEqual([])
    expect((await enforcement.releaseExpired(it.clock.now())).map(({ released }) => released?.by)).toEqual(['expiry'])
    expect(await enforcement.releaseExpired(it.clock.now())).toEqual([])
    expect(await it.locks()).toHaveLength(1)
  })

  it('arms with the open breaches waiting, confirms them rule by rule, and takes it back', async () => {
    const it = await world(EDGE, DAILY)
    await spend(it, '11')
    const now = it.clock.now()
    expect(await arm(it, { confirm: null, by: 'dev' }, now)).toMatchObject({ since: now, waiting: [{ rule: 'daily' }], confirmed: 0 })
    await expect(arm(it, { confirm: 'other', by: 'dev' }, now)).rejects.toMatchObject({ code: 'not_found' })
    expect(await arm(it, { confirm: 'daily', by: 'dev' }, now)).toMatchObject({ waiting: [], confirmed: 1 })
    // Nothing of it waits any more, so there is nothing to confirm.
    await expect(arm(it, { confirm: 'daily', by: 'dev' }, now)).rejects.toMatchObject({ code: 'not_found' })
    await disarm(it, 'dev', now)
    await disarm(it, 'dev', now)
    expect((await it.events('enforcement.')).map(({ code }) => code)).toEqual(['enforcement.armed', 'enforcement.disarmed'])
  })
})
