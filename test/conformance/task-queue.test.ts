// Queued tasks, alike on every engine.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nanoUsd } from '../../src/core/money.ts'
import type { Attempt, Task } from '../../src/core/tasks/task.ts'
import { instant } from '../../src/core/time.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'

const AT = instant(Date.UTC(2026, 10, 21, 12))
const aTask = (id: string, change: Partial<Task> = {}): Task => ({
  id, node: 'n1', label: 'l', agent: 'claude-code', folder: '/p/x', project: '/p', account: 'work', mode: 'plan', model: 'm', priority: 0, budget: nanoUsd(9_007_199_254_740_993n), claims: ['a', 'b'], attemptsMax: 3,
  timeoutMs: 5, verified: true, keepOutput: false, createdAt: AT, attempts: 0, now: { state: 'queued', notBefore: null, because: '' }, ...change,
})
const anAttempt = (id: string, task: string): Attempt => ({ id, task, seat: '', process: null, session: 's', account: '~/.claude', startedAt: AT, letGoAt: null, endedAt: null, exitCode: null, outcome: null, because: '', cost: null })

describe.each(ENGINES)('queued tasks on $name', engine => {
  let open: OpenStores
  beforeAll(async () => { open = await engine.open() })
  afterAll(async () => { await open.close() })
  const write = <T>(body: Parameters<OpenStores['stores']['transaction']>[0]) => open.stores.transaction(body) as Promise<T>
  const get = (id: string) => open.stores.read(() => open.stores.queue.get(id))

  it('come back as they were written, in every state', async () => {
    const states: readonly Task['now'][] = [{ state: 'queued', notBefore: AT, because: 'w' }, { state: 'starting', attempt: 'a' }, { state: 'running', attempt: 'a' }, { state: 'verifying', attempt: 'a' }, { state: 'parked', until: AT, because: 'q' }, { state: 'done', at: AT, because: '' }, { state: 'dead', at: AT, because: 'f' }, { state: 'cancelled', at: AT, because: 'c' }]
    for (const [at, now] of states.entries()) {
      const task = aTask(`state-${at}`, { now, attempts: at, keepOutput: at % 2 === 0, node: 'n0' })
      await write(() => open.stores.queue.add(task))
      expect(await get(task.id)).toEqual(task)
    }
    expect((await open.stores.read(() => open.stores.queue.open('n0'))).map(({ id }) => id)).toEqual(['state-0', 'state-1', 'state-2', 'state-3', 'state-4'])
  })

  it('move only from what they are: of two who act on one, one is right', async () => {
    const task = aTask('moves')
    await write(() => open.stores.queue.add(task))
    const starting = { now: { state: 'starting', attempt: 'a' } as const, attempts: 0 }
    const move = (from: Task, to: Pick<Task, 'now' | 'attempts'>) => write<boolean>(() => open.stores.queue.move(from, to))
    expect([await move(task, starting), await move(task, starting)]).toEqual([true, false])
    expect(await move({ ...task, now: { state: 'starting', attempt: 'b' } }, { now: { state: 'running', attempt: 'b' }, attempts: 1 })).toBe(false)
    expect(await get('moves')).toMatchObject(starting)
  })

  it('have at most one attempt under way, whatever anybody believes', async () => {
    await write(() => open.stores.queue.add(aTask('one', { now: { state: 'running', attempt: 'one-a' } })))
    await write(() => open.stores.queue.begin(anAttempt('one-a', 'one')))
    await expect(write(() => open.stores.queue.begin(anAttempt('one-b', 'one')))).rejects.toThrow(/unique|colliding/i)
    const end = { at: AT, exitCode: 0, outcome: 'done', because: '', cost: nanoUsd(7n) } as const
    await write(() => open.stores.queue.end('one-a', end))
    await write(() => open.stores.queue.begin(anAttempt('one-b', 'one')))
    await write(() => open.stores.queue.end('one-a', { ...end, exitCode: 9 }))
    expect(await open.stores.read(() => open.stores.queue.attempts('one'))).toMatchObject([{ id: 'one-a', exitCode: 0, cost: 7n }, { id: 'one-b', endedAt: null }])
    expect((await open.stores.read(() => open.stores.queue.underWay('n1'))).map(({ id }) => id)).toEqual(['one-b'])
  })

  it('forget an attempt that was never let go, and no other', async () => {
    await write(() => open.stores.queue.add(aTask('undone')))
    await write(() => open.stores.queue.begin(anAttempt('undone-a', 'undone')))
    await write(() => open.stores.queue.seat('undone-a', 'stamp', { pid: 7, startTime: '77' }))
    expect(await open.stores.read(() => open.stores.queue.attempt('undone-a'))).toMatchObject({ seat: 'stamp', process: { pid: 7, startTime: '77' } })
    await write(() => open.stores.queue.letGo('undone-a', AT))
    await write(() => open.stores.queue.undo('undone-a'))
    expect(await open.stores.read(() => open.stores.queue.attempt('undone-a'))).toMatchObject({ letGoAt: AT })
    await write(() => open.stores.queue.end('undone-a', { at: AT, exitCode: null, outcome: 'failed', because: '', cost: null }))
    await write(() => open.stores.queue.begin(anAttempt('undone-b', 'undone')))
    await write(() => open.stores.queue.undo('undone-b'))
    expect(await open.stores.read(() => open.stores.queue.attempt('undone-b'))).toBeNull()
  })
})
