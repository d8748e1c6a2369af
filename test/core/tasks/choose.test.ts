import fc from 'fast-check'
import { expect, it } from 'vitest'
import { choose, type Placed } from '../../../src/core/tasks/choose.ts'
import { instant } from '../../../src/core/time.ts'

const AT = instant(1_000_000)
const task = (id: string, change: Partial<Placed> = {}): Placed => ({ id, agent: 'claude-code', project: `/p/${id}`, priority: 0, createdAt: instant(Number.parseInt(id, 36)), now: { state: 'queued', notBefore: null, because: '' }, on: '~/.claude', ...change })
const caps = { perProject: 1, perAccount: 2 }
const works = (id: string, change: Partial<Placed> = {}) => task(id, { now: { state: 'running', attempt: 'x' }, ...change })

it('starts the most urgent first, then the oldest', () => {
  expect(choose([task('c'), task('b'), task('a', { priority: -1 }), task('d', { priority: 3 })], { caps: { perProject: 9, perAccount: 9 }, seats: 3, now: AT }).start).toEqual(['d', 'b', 'c'])
})
it('says what each of the others waits for', () => {
  const { start, waits } = choose([works('a', { project: '/p' }), task('b', { project: '/p' }), task('c'), task('d'), task('e', { on: '~/.claude-work' })], { caps, seats: 1, now: AT })
  expect([start, [...waits]]).toEqual([['c'], [['b', '1 task works in this project already'], ['d', '2 tasks work on this account already'], ['e', 'every seat of the pool is taken']]])
})
it('leaves alone what is not due, parked or over', () => {
  const { start, waits } = choose([task('a', { now: { state: 'queued', notBefore: instant(AT + 1), because: '' } }), task('b', { now: { state: 'parked', until: AT, because: '' } }), task('c', { now: { state: 'done', at: AT, because: '' } })], { caps, seats: 5, now: AT })
  expect([start, [...waits]]).toEqual([[], []])
})
it('never goes beyond a cap, whatever there is', () => {
  const any = fc.record({ id: fc.uuid(), project: fc.constantFrom('/a', '/b'), on: fc.constantFrom('x', 'y'), priority: fc.integer({ min: -2, max: 2 }), busy: fc.boolean() })
  fc.assert(fc.property(fc.uniqueArray(any, { selector: each => each.id, maxLength: 30 }), fc.integer({ min: 0, max: 8 }), (sketches, seats) => {
    const tasks = sketches.map(({ busy, ...each }) => (busy ? works('a', each) : task('a', each)))
    const { start, waits } = choose(tasks, { caps, seats, now: AT })
    const now = tasks.filter(({ id, now: { state } }) => state === 'running' || start.includes(id))
    for (const project of ['/a', '/b']) expect(now.filter(each => each.project === project).length).toBeLessThanOrEqual(Math.max(caps.perProject, tasks.filter(each => each.now.state === 'running' && each.project === project).length))
    for (const on of ['x', 'y']) expect(now.filter(each => each.on === on).length).toBeLessThanOrEqual(Math.max(caps.perAccount, tasks.filter(each => each.now.state === 'running' && each.on === on).length))
    expect(start.length).toBeLessThanOrEqual(seats)
    expect(start.length + waits.size).toBe(tasks.filter(({ now: { state } }) => state === 'queued').length)
  }))
})
