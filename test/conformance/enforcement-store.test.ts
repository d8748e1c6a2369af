// What the store of enforcement promises, kept by both engines and by the fake that the flow's tests run on.
import { afterEach, describe, expect, it } from 'vitest'
import type { EnforcementStore } from '../../src/core/enforcement/enforcement-store.ts'
import { actionId, type Action, type Lock } from '../../src/core/enforcement/lock.ts'
import { instant } from '../../src/core/time.ts'
import { enforcer } from '../../src/flows/enforce.ts'
import { SqlEnforcement } from '../../src/store/actions.ts'
import { lastingLock, NOON } from '../support/a-lock.ts'
import { ENGINES } from '../support/databases.ts'
import { aWorld, stopLock } from '../support/enforcement-world.ts'
import { FakeEnforcementStore } from '../support/fake-enforcement-store.ts'

interface Opened { readonly store: EnforcementStore; release(id: string): Promise<void>; codes(): Promise<readonly string[]>; rungs(lock: string): Promise<readonly string[]>; close(): Promise<void> }
const implementations: readonly { name: string; open(locks: readonly Lock[]): Promise<Opened> }[] = [
  { name: 'the fake', open: async locks => {
    const store = new FakeEnforcementStore(locks)
    return { store, release: async id => store.release(id, NOON), codes: async () => store.codes(), rungs: async () => store.rungs().map(rung => rung.replace(/ \d+ /, ' ')), close: async () => {} }
  } },
  ...ENGINES.map(engine => ({ name: engine.name, open: async (locks: readonly Lock[]): Promise<Opened> => {
    const { stores, close } = await engine.open()
    for (const lock of locks) await stores.transaction(() => stores.breaches.addLock(lock))
    return {
      store: new SqlEnforcement(stores), close,
      release: async id => { await stores.transaction(() => stores.breaches.release(id, 'dev', 'a test', NOON)) },
      rungs: async lock => (await stores.read(() => stores.breaches.actionsOf(lock))).map(({ kind, state }) => `${kind} ${state}`),
      codes: async () => (await stores.read(() => stores.events.since(0, 100))).map(event => event.code),
    }
  } })),
]

const later = instant(NOON + 1_000)
const action = (change: Partial<Action> = {}): Action => {
  const key = { lock: 'L0011aabb', kind: 'interrupt', target: '4711@395962', attempt: 1, ...change } as const
  return { state: 'running', notBefore: NOON, outcome: '', createdAt: NOON, finishedAt: null, ...key, id: actionId(key) }
}
const happened = { code: 'target.signalled', level: 'info', fields: { target: '4711@395962' } } as const

describe.each(implementations)('the store of enforcement: $name', implementation => {
  let open: Opened | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const opened = async (...locks: readonly Lock[]): Promise<Opened> => (open = await implementation.open(locks))

  it('begins an attempt once, lets a crash take it up again, and never repeats a finished one', async () => {
    const { store, codes } = await opened(stopLock())
    expect(await store.begin(action(), NOON)).toBe('begun')
    expect(await store.begin(action({ createdAt: later }), later)).toBe('begun')
    expect(await store.openAttempts()).toEqual([action()])
    await store.finish(action().id, { state: 'done', outcome: 'SIGINT sent', at: later }, [happened])
    await store.finish(action().id, { state: 'failed', outcome: 'too late', at: later }, [happened])
    expect(await store.begin(action(), later)).toBe('finished')
    expect(await store.openAttempts()).toEqual([])
    expect(await store.history(['L0011aabb'])).toEqual([{ ...action(), state: 'done', outcome: 'SIGINT sent', finishedAt: later }])
    expect(await codes()).toEqual(['target.signalled'])
  })

  it('begins nothing under a lock that was released, that has expired, or that nobody made', async () => {
    const { store, release } = await opened(stopLock({ id: 'LR' }), stopLock({ id: 'LE', expiresAt: later }))
    await release('LR')
    expect(await store.begin(action({ lock: 'LR' }), NOON)).toBe('lock-gone')
    expect(await store.begin(action({ lock: 'LE' }), NOON)).toBe('begun')
    expect(await store.begin(action({ lock: 'LE', attempt: 2 }), later)).toBe('lock-gone')
    expect(await store.begin(action({ lock: 'LX' }), NOON)).toBe('lock-gone')
    expect(await store.history(['LR', 'LE', 'LX'])).toHaveLength(1)
  })

  it('begins nothing after a release was acknowledged, however the two race', async () => {
    const locks = Array.from({ length: 20 }, (_, at) => stopLock({ id: `L${at}` }))
    const { store, release } = await opened(...locks)
    for (const { id } of locks) {
      const racing = store.begin(action({ lock: id }), NOON)
      await release(id)
      expect(await store.begin(action({ lock: id, attempt: 2 }), NOON)).toBe('lock-gone')
      expect(['begun', 'lock-gone']).toContain(await racing)
    }
  })

  it('shows locks in force, releases expired ones once, and remembers both', async () => {
    const { store, release } = await opened(stopLock({ id: 'LA' }), stopLock({ id: 'LE', expiresAt: later }), lastingLock({ id: 'LL' }), stopLock({ id: 'LR' }))
    await release('LR')
    expect((await store.activeLocks(NOON)).map(({ id }) => id).sort()).toEqual(['LA', 'LE', 'LL'])
    expect((await store.releaseExpired(NOON)).map(({ id }) => id)).toEqual([])
    expect((await store.releaseExpired(later)).map(({ id }) => id)).toEqual(['LE'])
    expect(await store.releaseExpired(later)).toEqual([])
    expect((await store.lock('LE'))?.released?.by).toBe('expiry')
    expect(await store.lock('LA')).toEqual(stopLock({ id: 'LA' }))
    expect(await store.lock('LX')).toBeNull()
  })

  it('keeps notices out of the ladder\'s history', async () => {
    const { store } = await opened(stopLock())
    await store.begin(action({ kind: 'notify', target: 'unstoppable:4711@395962', state: 'pending' }), NOON)
    expect([await store.history(['L0011aabb']), await store.openAttempts()]).toEqual([[], []])
  })

  it('leaves a process whose verification has ended out of the ladder\'s history, under that lock alone', async () => {
    const { store } = await opened(stopLock(), stopLock({ id: 'L2' }))
    const ended = { state: 'done', outcome: '', at: later } as const
    for (const each of [action(), action({ lock: 'L2' }), action({ target: '4712@1' })]) await store.begin(each, NOON)
    await store.begin(action({ kind: 'verify', createdAt: later }), NOON)
    expect((await store.history(['L0011aabb'])).map(({ kind, target }) => `${kind} ${target}`).sort()).toEqual(['interrupt 4711@395962', 'interrupt 4712@1', 'verify 4711@395962'])
    await store.finish(action({ kind: 'verify' }).id, ended, [])
    expect((await store.history(['L0011aabb', 'L2'])).map(({ lock, target }) => `${lock} ${target}`)).toEqual(['L0011aabb 4712@1', 'L2 4711@395962'])
  })

  it('tells the ladder\'s history oldest first', async () => {
    const { store } = await opened(stopLock())
    for (const at of [2, 0, 1]) await store.begin(action({ target: `${4711 + at}@1`, createdAt: instant(NOON + at) }), NOON)
    expect((await store.history(['L0011aabb'])).map(({ createdAt }) => createdAt - NOON)).toEqual([0, 1, 2])
  })

  it('carries the flow from the first signal to a verified end, through a restart', async () => {
    const { store, codes, rungs } = await opened(stopLock())
    const world = aWorld()
    world.sent.onSignal = ({ pid }) => world.table.end(pid)
    await enforcer({ ...world, store }).pass()
    await enforcer({ ...world, store }).pass()
    world.time.pass(15_000)
    await enforcer({ ...world, store }).pass()
    expect(await rungs('L0011aabb')).toEqual(['interrupt done', 'verify done'])
    expect(await codes()).toEqual(['target.signalled', 'target.stopped'])
  })
})
