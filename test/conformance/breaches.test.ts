// Locks, raises and what a person decides about them, alike on every engine. Alerts are in stores.test.ts, what happens
// to actions afterwards in enforcement-store.test.ts.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { actionId, BY_HAND, type Action, type Lock } from '../../src/core/enforcement/lock.ts'
import { parseUsd } from '../../src/core/money.ts'
import { DAY_MS, instant } from '../../src/core/time.ts'
import { aLock, lastingLock, NOON } from '../support/a-lock.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'

const later = (ms: number) => instant(NOON + ms)
const action = (lock: string): Action => {
  const key = { lock, kind: 'notify', target: 'locked', attempt: 1 } as const
  return { ...key, id: actionId(key), state: 'done', notBefore: NOON, outcome: 'denied', createdAt: NOON, finishedAt: NOON }
}

describe.each(ENGINES)('locks on $name', engine => {
  let open: OpenStores
  beforeAll(async () => { open = await engine.open() })
  afterAll(async () => { await open.close() })
  const add = async (...locks: readonly Lock[]): Promise<boolean[]> => {
    const added: boolean[] = []
    for (const lock of locks) added.push(await open.stores.transaction(() => open.stores.breaches.addLock(lock)))
    return added
  }
  const active = async (at = NOON): Promise<string[]> => (await open.stores.read(() => open.stores.breaches.activeLocks(at))).map(({ id }) => id)
  const byId = (id: string) => open.stores.read(() => open.stores.breaches.lock(id))

  it('come back as they went in, to the nano-dollar', async () => {
    const lock = lastingLock({ id: 'Lwhole', per: 'branch', perValue: 'it\'s "main"\n', limit: parseUsd('9007199.254740993'), spent: parseUsd('9007199.254740994'), failMode: 'closed', onBreach: 'terminate', needsConfirmation: true })
    await add(lock)
    expect(await byId('Lwhole')).toEqual(lock)
    await open.stores.transaction(() => open.stores.breaches.release('Lwhole', 'dev', 'a test', NOON))
  })

  it('are taken once per breach, released or not', async () => {
    expect(await add(aLock({ id: 'Lonce' }), aLock({ id: 'Lonce' }))).toEqual([true, false])
    const release = () => open.stores.transaction(() => open.stores.breaches.release('Lonce', 'dev', 'a test', later(5)))
    expect([await release(), await release(), await add(aLock({ id: 'Lonce' })), await active()]).toEqual([true, false, [false], []])
    expect((await byId('Lonce'))?.released).toEqual({ at: later(5), by: 'dev', reason: 'a test' })
  })

  it('end exactly when their window ends, and are then released once', async () => {
    await add(aLock({ id: 'Lends', expiresAt: later(1_000) }))
    expect([await active(later(999)), await active(later(1_000))]).toEqual([['Lends'], []])
    const expire = () => open.stores.transaction(() => open.stores.breaches.releaseExpired(later(1_000)))
    expect((await expire()).map(({ id, released }) => [id, released?.by, released?.at, released?.reason])).toEqual([['Lends', 'expiry', later(1_000), 'the window ended']])
    expect(await expire()).toEqual([])
  })

  it('made by hand end with their time, not with a window', async () => {
    await add(aLock({ id: 'Lhand', rule: BY_HAND, expiresAt: later(1_000) }))
    const expired = await open.stores.transaction(() => open.stores.breaches.releaseExpired(later(1_000)))
    expect(expired.map(({ id, released }) => [id, released?.reason])).toEqual([['Lhand', 'its time was over']])
  })

  it('are confirmed rule by rule, and held again together', async () => {
    const acting = (id: string, change: Partial<Lock>) => lastingLock({ id: `L${id}`, rule: id, onBreach: 'terminate', ...change })
    await add(acting('a', { needsConfirmation: true }), acting('b', { needsConfirmation: true }), acting('c', {}), acting('denying', { onBreach: 'deny' }))
    const waiting = async (): Promise<string[]> => (await open.stores.read(() => open.stores.breaches.activeLocks(NOON))).filter(lock => lock.needsConfirmation).map(({ id }) => id).sort()
    const confirm = (rule: string) => open.stores.transaction(() => open.stores.breaches.confirm(rule, NOON))
    expect([await confirm('a'), await confirm('a'), await waiting()]).toEqual([1, 0, ['Lb']])
    expect(await open.stores.transaction(() => open.stores.breaches.holdForConfirmation(NOON))).toBe(4)
    // One that only denies has no signals that could wait.
    expect(await waiting()).toEqual(['La', 'Lb', 'Lc'])
    for (const id of ['La', 'Lb', 'Lc', 'Ldenying']) await open.stores.transaction(() => open.stores.breaches.release(id, 'dev', 'a test', later(-10 * DAY_MS)))
  })

  it('are pruned with their actions once released long enough, never while in force', async () => {
    await add(lastingLock({ id: 'Lold', lockedAt: later(-99 * DAY_MS) }), aLock({ id: 'Lgone' }))
    for (const id of ['Lold', 'Lgone']) await open.stores.transaction(() => open.stores.breaches.addAction(action(id)))
    await open.stores.transaction(() => open.stores.breaches.release('Lgone', 'dev', 'a test', later(-5 * DAY_MS)))
    const removed = await open.stores.transaction(() => open.stores.breaches.prune(later(-4 * DAY_MS)))
    expect([removed, await byId('Lgone'), (await byId('Lold'))?.id]).toEqual([5, null, 'Lold'])
    expect(await open.stores.read(() => open.stores.breaches.actionsOf('Lgone'))).toEqual([])
    expect(await open.stores.read(() => open.stores.breaches.actionsOf('Lold'))).toEqual([action('Lold')])
  })

  it('are listed newest first, at most as many as asked', async () => {
    await add(aLock({ id: 'Lnew', lockedAt: later(99) }))
    expect((await open.stores.read(() => open.stores.breaches.locks(1))).map(({ id }) => id)).toEqual(['Lnew'])
  })

  it('add up raises of one rule, value and window', async () => {
    const raise = (amount: string, perValue = '') => open.stores.transaction(() => open.stores.breaches.raise({ rule: 'r', perValue, windowStart: NOON, amount: parseUsd(amount), reason: 'x', at: NOON }))
    for (const amount of ['1.10', '2.20']) await raise(amount)
    await raise('5', 'main')
    const raises = await open.stores.read(() => open.stores.breaches.raises())
    expect(raises.map(({ perValue, amount }) => [perValue, amount]).sort()).toEqual([['', parseUsd('3.30')], ['main', parseUsd('5')]])
  })
})
