// The states of a task: what may follow what, whatever happens in whatever order.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { after, attemptOf, isOver, isTaskId, RETRY_MS, taskIdFrom, type Task, type TaskEvent } from '../../../src/core/tasks/task.ts'
import { instant } from '../../../src/core/time.ts'

type Part = Pick<Task, 'now' | 'attempts' | 'attemptsMax'>
const AT = instant(Date.UTC(2026, 10, 21, 12))
const queued: Part = { now: { state: 'queued', notBefore: null, because: '' }, attempts: 0, attemptsMax: 3 }
const next = (task: Part, event: TaskEvent, at = AT): Part => ({ ...task, ...after(task, event, at) })
const running = (attempts = 0): Part => next(next({ ...queued, attempts }, { event: 'picked', attempt: 'a' }), { event: 'let_go', attempt: 'a' })
const ended = (outcome: Extract<TaskEvent, { event: 'ended' }>['outcome'], verify = false, until: number | null = null): TaskEvent => ({ event: 'ended', attempt: 'a', outcome, because: 'why', until: until === null ? null : instant(until), verify })

describe('a task', () => {
  it('counts an attempt when it is let go, and not before', () => {
    expect(next(queued, { event: 'picked', attempt: 'a' })).toMatchObject({ attempts: 0, now: { state: 'starting' } })
    expect(running()).toMatchObject({ attempts: 1, now: { state: 'running', attempt: 'a' } })
    expect(next(next(queued, { event: 'picked', attempt: 'a' }), { event: 'held', attempt: 'a', because: 'b', until: AT })).toMatchObject({ attempts: 0, now: { state: 'queued' } })
  })
  it('is tried again more slowly each time, and put aside after the last', () => {
    expect([0, 1].map(before => next(running(before), ended('failed')).now)).toEqual([0, 1].map(at => ({ state: 'queued', notBefore: AT + (RETRY_MS[at] as number), because: 'why' })))
    expect(next(running(2), ended('failed')).now).toEqual({ state: 'dead', at: AT, because: 'why' })
  })
  it('is verified once, when its client ended well', () => {
    const verifying = next(running(), ended('done', true))
    expect(verifying.now).toEqual({ state: 'verifying', attempt: 'a' })
    expect(next(verifying, ended('done', true)).now.state).toBe('done')
    expect(next(verifying, ended('unverified', true)).now.state).toBe('queued')
  })
  it('is not tried again by itself after its budget stopped it', () => {
    expect(next(running(), ended('stopped')).now.state).toBe('dead')
  })
  it('that met a limit waits until its end, and that attempt does not count', () => {
    const parked = next(running(), ended('limit', false, AT + 5))
    expect(parked).toMatchObject({ attempts: 0, now: { state: 'parked', until: AT + 5 } })
    expect([after(parked, { event: 'due' }, AT), after(parked, { event: 'due' }, instant(AT + 5))?.now.state]).toEqual([null, 'queued'])
  })
  it('hears nothing of an attempt that is not its own', () => {
    expect(after(running(), { ...ended('done'), attempt: 'b' } as TaskEvent, AT)).toBeNull()
    expect(after(next(queued, { event: 'picked', attempt: 'a' }), { event: 'let_go', attempt: 'b' }, AT)).toBeNull()
  })
  it('has an id that is no path', () => {
    expect(isTaskId(taskIdFrom('4f1c09a2-b7e1-4f4e-9a55-02a1c1b0a001'))).toBe(true)
    expect(['task-../../x', 'task-', 'task-0123456789a', '../task-0123456789'].some(isTaskId)).toBe(false)
  })

  it('keeps its promises whatever happens in whatever order', () => {
    const attempt = fc.constantFrom('a', 'b', 'c', 'd')
    const anEvent: fc.Arbitrary<TaskEvent> = fc.oneof(
      attempt.map((id): TaskEvent => ({ event: 'picked', attempt: id })), attempt.map((id): TaskEvent => ({ event: 'let_go', attempt: id })), attempt.map((id): TaskEvent => ({ event: 'held', attempt: id, because: 'b', until: AT })),
      fc.record({ event: fc.constant('ended' as const), attempt, outcome: fc.constantFrom('done', 'failed', 'unverified', 'limit', 'stopped', 'timeout', 'cancelled'), because: fc.constant('w'), until: fc.constantFrom(null, AT), verify: fc.boolean() }),
      fc.constantFrom<TaskEvent>({ event: 'due' }, { event: 'cancelled', because: 'c' }, { event: 'retried' }, { event: 'parked', until: AT, because: 'q' }, { event: 'waits', because: 'w', until: null }),
    )
    fc.assert(fc.property(fc.array(anEvent, { maxLength: 40 }), fc.integer({ min: 1, max: 3 }), (events, attemptsMax) => {
      let task: Part = { ...queued, attemptsMax }
      for (const [step, event] of events.entries()) {
        const before = task, at = instant(AT + step * 3_600_000)
        task = next(task, event, at)
        // Over is over, but for what was put aside and is begun anew.
        if (isOver(before) && !(before.now.state === 'dead' && (event.event === 'retried' || event.event === 'cancelled'))) expect(task).toEqual(before)
        // One attempt at a time: another one only from the queue.
        if (attemptOf(before) !== null && attemptOf(task) !== null) expect(attemptOf(task)).toBe(attemptOf(before))
        expect(task.attempts).toBeLessThanOrEqual(attemptsMax)
        expect(task.attempts).toBeGreaterThanOrEqual(0)
        // Letting go is the only way to work, and it is counted.
        if (task.now.state === 'running' && before.now.state !== 'running') expect([before.now.state, task.attempts]).toEqual(['starting', before.attempts + 1])
      }
    }), { numRuns: 500 })
  })
})
