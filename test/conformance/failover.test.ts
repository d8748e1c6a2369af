// Moves of work between accounts, alike on every engine.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Saga } from '../../src/core/failover/saga.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'
import { aMove, aSaga, after, NOON } from '../support/failover-samples.ts'

describe.each(ENGINES)('moves between accounts on $name', engine => {
  let open: OpenStores
  beforeAll(async () => { open = await engine.open() })
  afterAll(async () => { await open.close() })
  const admit = (saga: Saga, node = 'n1') => open.stores.transaction(() => open.stores.failover.admit(node, saga))
  const save = (saga: Saga) => open.stores.transaction(() => open.stores.failover.save(saga))
  const get = (id: string) => open.stores.read(() => open.stores.failover.get('n1', id))
  const saga = (id: string, change: Partial<Saga> = {}): Saga => aSaga({ id, from: `~/.${id}`, episode: id, ...change })

  it('come back as they were written, sessions and all', async () => {
    const whole = saga('whole', { moves: [aMove('s-1', { words: ['claude', '--resume', 's-1'], seat: 'x-1' }), aMove('s-2', { state: 'left', because: 'it waits' })] })
    expect(await admit(whole)).toBe(true)
    expect(await get('whole')).toEqual(whole)
    const later: Saga = { ...whole, state: 'relaunching', to: '~/.c', updatedAt: after(5), body: { ...whole.body, activated: true }, moves: whole.moves.map(move => (move.session === 's-1' ? { ...move, state: 'ended' } : move)) }
    await save(later)
    expect(await get('whole')).toEqual(later)
    expect(await open.stores.read(() => open.stores.failover.get('n2', 'whole'))).toBeNull()
  })

  it('leave an account once at a time, and once for one exhaustion', async () => {
    expect(await admit(saga('one', { from: '~/.x', episode: 'spent at noon' }))).toBe(true)
    expect(await admit(saga('two', { from: '~/.x', episode: 'spent at six' }))).toBe(false)
    expect(await admit(saga('two', { from: '~/.y', episode: 'spent at noon' }))).toBe(false)
    expect(await admit(saga('elsewhere', { from: '~/.x', episode: 'spent at noon' }), 'n2')).toBe(true)
    await save({ ...saga('one', { from: '~/.x', episode: 'spent at noon' }), state: 'aborted', endedAt: after(1) })
    expect(await admit(saga('three', { from: '~/.x', episode: 'spent at noon' }))).toBe(false)
    expect(await admit(saga('two', { from: '~/.x', episode: 'spent at six' }))).toBe(true)
    expect(await open.stores.read(() => open.stores.failover.hadEpisode('n1', 'spent at noon'))).toBe(true)
    expect(await open.stores.read(() => open.stores.failover.hadEpisode('n1', 'never'))).toBe(false)
  })

  it('are active until they are over, and then history', async () => {
    await admit(saga('over', { createdAt: after(9_000) }))
    await save(saga('over', { state: 'committed', endedAt: after(9_999), body: { ...aSaga().body, departure: { account: '~/.over', at: NOON, used: 9_999, recoversAt: null } } }))
    expect((await open.stores.read(() => open.stores.failover.active('n1'))).map(({ id }) => id)).not.toContain('over')
    expect((await open.stores.read(() => open.stores.failover.recent('n1', 1))).map(({ id }) => id)).toEqual(['over'])
    expect((await open.stores.read(() => open.stores.failover.departures('n1', 'claude-code', 9)))[0]).toEqual({ account: '~/.over', at: NOON, used: 9_999, recoversAt: null })
    expect(await open.stores.read(() => open.stores.failover.departures('n1', 'codex', 9))).toEqual([])
  })

  it('keep what was begun beside what became of it, each in its order', async () => {
    await admit(saga('steps'))
    const begin = (kind: string, session = '') => open.stores.transaction(() => open.stores.failover.beginStep('steps', { kind, session }, NOON))
    expect([await begin('ready'), await begin('end', 's-1'), await begin('start', 's-1')]).toEqual([1, 2, 3])
    await open.stores.transaction(() => open.stores.failover.endStep('steps', 2, 'it is gone', after(4)))
    await open.stores.transaction(() => open.stores.failover.endStep('steps', 2, 'again', after(5)))
    expect(await open.stores.read(() => open.stores.failover.steps('steps'))).toEqual([
      { seq: 1, kind: 'ready', session: '', startedAt: NOON, endedAt: null, outcome: '' },
      { seq: 2, kind: 'end', session: 's-1', startedAt: NOON, endedAt: after(4), outcome: 'it is gone' },
      { seq: 3, kind: 'start', session: 's-1', startedAt: NOON, endedAt: null, outcome: '' },
    ])
  })

  it('have one way back for each agent, which is dropped by the move it belongs to alone', async () => {
    const intent = { agent: 'claude-code', failover: 'fo-1', from: '~/.b', to: '~/.a', generation: 2, dueAt: after(1), madeAt: NOON }
    const { stores } = open
    await stores.transaction(() => stores.failover.saveReturn('n1', intent))
    await stores.transaction(() => stores.failover.saveReturn('n1', { ...intent, failover: 'fo-2', generation: 4 }))
    expect(await stores.read(() => stores.failover.returnIntents('n1'))).toEqual([{ ...intent, failover: 'fo-2', generation: 4 }])
    expect(await stores.transaction(() => stores.failover.dropReturn('n1', intent))).toBe(false)
    expect(await stores.transaction(() => stores.failover.dropReturn('n1', { agent: 'claude-code', failover: 'fo-2' }))).toBe(true)
    expect(await stores.read(() => stores.failover.returnIntent('n1', 'claude-code'))).toBeNull()
  })
})
