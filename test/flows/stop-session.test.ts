// A stop by hand on both engines: the lock, its notice and its audit row together, or none of them.
import { afterEach, describe, expect, it } from 'vitest'
import { parseUsd } from '../../src/core/money.ts'
import { HOUR_MS, MINUTE_MS } from '../../src/core/time.ts'
import { arm, releaseLock } from '../../src/flows/release.ts'
import { stopSession } from '../../src/flows/stop-session.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'
import { LedgerWorld } from '../support/ledger-world.ts'

const START = Date.UTC(2026, 10, 21, 12)
const WANTED = { agent: 'claude-code', session: 's1', reason: 'it loops', by: 'ada', spent: parseUsd('3.1'), zone: 'UTC', graceMs: 0, lastsMs: HOUR_MS }

describe.each(ENGINES)('a stop by hand on $name', engine => {
  let open: OpenStores | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const world = async (): Promise<LedgerWorld> => new LedgerWorld((open = await engine.open()).stores, START, [])
  const stop = (it: LedgerWorld, over: Partial<typeof WANTED> = {}) => stopSession(it, { ...WANTED, ...over }, it.clock.now())

  it('is one lock, one notice and one audit row with who and why, and one at a time', async () => {
    const it = await world()
    const lock = await stop(it)
    await expect(stop(it)).rejects.toMatchObject({ code: 'refused' })
    it.clock.advance(MINUTE_MS)
    await expect(stop(it)).rejects.toMatchObject({ code: 'refused' })
    expect(await it.activeLocks()).toEqual([lock])
    expect((await it.notices()).length).toBe(1)
    expect((await it.events('session.stop')).map(({ fields }) => fields)).toEqual([{ lock: lock.id, agent: 'claude-code', session: 's1', by: 'ada', reason: 'it loops' }])
    // The same id of another agent is another session.
    await stop(it, { agent: 'codex' })
    expect(await it.activeLocks()).toHaveLength(2)
  })

  it('is released like any lock, or ends after its time', async () => {
    const it = await world()
    const { id } = await stop(it)
    expect((await releaseLock(it, { id, reason: 'fixed', by: 'ada', raise: null }, it.clock.now())).released).toMatchObject({ by: 'ada', reason: 'fixed' })
    it.clock.advance(MINUTE_MS)
    await stop(it)
    it.clock.advance(HOUR_MS)
    expect(await it.activeLocks()).toEqual([])
  })

  it('was confirmed by whoever made it: a first arming does not hold it back', async () => {
    const it = await world()
    await stop(it)
    expect(await arm(it, { confirm: null, by: 'ada' }, it.clock.now())).toMatchObject({ waiting: [] })
    expect((await it.activeLocks()).map(({ needsConfirmation }) => needsConfirmation)).toEqual([false])
  })
})
