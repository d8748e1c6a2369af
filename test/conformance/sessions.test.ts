// Sessions, the scopes they spend in, and small facts, alike on every engine.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Scope } from '../../src/core/scope.ts'
import { instant } from '../../src/core/time.ts'
import { ScopeStore } from '../../src/store/scopes.ts'
import { aScope } from '../support/a-lock.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'

const AT = Date.UTC(2026, 10, 21, 12)
const at = (ms: number) => instant(AT + ms)

describe.each(ENGINES)('sessions on $name', engine => {
  let open: OpenStores
  beforeAll(async () => { open = await engine.open() })
  afterAll(async () => { await open.close() })
  const seen = (id: string, when: number, change = {}) => open.stores.transaction(() => open.stores.sessions.seenInLog({ agent: 'claude-code', id, account: '~/.claude', project: '/p', branch: 'main', cwd: '/p', transcript: '/t', model: 'm', ...change }, at(when)))
  const bind = (id: string, when: number, change = {}) => open.stores.transaction(() => open.stores.sessions.bind({ agent: 'claude-code', id, cwd: '/p', project: '/p', transcript: '/t', pid: 4711, startTime: '77', proof: 'hook', ...change }, at(when)))
  const get = (id: string) => open.stores.read(() => open.stores.sessions.get('claude-code', id))

  it('take the newest word of the log, and the earliest start that a newer word tells', async () => {
    await seen('log', 10, { branch: 'a' })
    await seen('log', 20, { branch: 'b' })
    await seen('log', 5, { branch: 'old' })
    expect(await get('log')).toMatchObject({ branch: 'b', startedAt: at(10), seenAt: at(20), pid: null, proof: 'log' })
    expect(await get('nobody')).toBeNull()
  })

  it('are bound to a process by proof alone: no log line unbinds or renames it', async () => {
    await bind('bound', 10)
    await seen('bound', 20, { branch: 'dev' })
    expect(await get('bound')).toMatchObject({ pid: 4711, startTime: '77', proof: 'hook', branch: 'dev', seenAt: at(20) })
    await bind('bound', 15, { pid: 9, startTime: '88', cwd: '', project: '', transcript: '' })
    expect(await get('bound')).toMatchObject({ pid: 9, startTime: '88', cwd: '/p', project: '/p', transcript: '/t', seenAt: at(20) })
  })

  it('lose their process when they end, and live again when they are bound again', async () => {
    await bind('ends', 1)
    await open.stores.transaction(() => open.stores.sessions.end('claude-code', 'ends', at(2)))
    expect(await get('ends')).toMatchObject({ pid: null, startTime: null, endedAt: at(2) })
    await bind('ends', 3)
    expect(await get('ends')).toMatchObject({ pid: 4711, endedAt: null })
  })

  it('are listed newest first, since an instant, at most as many as asked', async () => {
    for (const [id, when] of [['n1', 1_000], ['n2', 3_000], ['n3', 2_000]] as const) await seen(id, when)
    const recent = async (since: number, most: number) => (await open.stores.read(() => open.stores.sessions.recent(at(since), most))).map(({ id }) => id)
    expect([await recent(1_000, 9), await recent(1_001, 9), await recent(0, 1)]).toEqual([['n2', 'n3', 'n1'], ['n2', 'n3'], ['n2']])
  })

  it('spend in scopes that have one id for good, whoever asks first', async () => {
    const ids = (scopes: ScopeStore, scope: Scope) => open.stores.transaction(() => scopes.idOf(scope))
    const [one, other] = [new ScopeStore(), new ScopeStore()]
    const id = await ids(one, aScope())
    expect([await ids(one, aScope()), await ids(other, aScope())]).toEqual([id, id])
    expect(await ids(other, aScope({ subagent: 'a1' }))).not.toBe(id)
    expect(await open.stores.read(() => new ScopeStore().scopeOf(id))).toEqual(aScope())
    await expect(open.stores.read(() => new ScopeStore().scopeOf(999_999n))).rejects.toThrow('scope 999999')
  })

  it('keep two scopes apart whose parts only read alike', async () => {
    const scopes = new ScopeStore()
    const ids = await Promise.all([aScope({ project: '/a', branch: 'b' }), aScope({ project: '/a b', branch: '' }), aScope({ project: '', branch: '/a b' })].map(scope => open.stores.transaction(() => scopes.idOf(scope))))
    expect(new Set(ids).size).toBe(3)
  })

  it('remember a small fact until it is taken back', async () => {
    const { meta, transaction, read } = { ...open.stores, meta: open.stores.meta }
    for (const value of ['1', '2']) await transaction(() => meta.set('fact', value))
    expect(await read(() => meta.get('fact'))).toBe('2')
    await transaction(() => meta.remove('fact'))
    expect(await read(() => meta.get('fact'))).toBeNull()
  })
})
