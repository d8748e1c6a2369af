import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freeNames, isPoolPrefix, planPool, poolIndex, type PoolSettings } from '../../../src/core/sessions/pool.ts'

const pool: PoolSettings = { prefix: 'x-', startIndex: 1, min: 0, max: 10, agent: 'claude-code', project: '' }
const plan = (wanted: number, seats: readonly { name: string; busy: boolean }[], taken: readonly string[] = []) => planPool(pool, { wanted, seats, taken: new Set([...taken, ...seats.map(({ name }) => name)]) })

describe('a pool', () => {
  it('is the names of its range, and no other: x-1 is never x-10', () => {
    expect(['x-1', 'x-10', 'x-0', 'x-11', 'x-01', 'x-1 ', 'x-', 'y-1', 'xx-1', 'x-1a', 'x--1'].map(name => poolIndex(pool, name))).toEqual([1, 10, null, null, null, null, null, null, null, null, null])
  })
  it('opens the lowest names that nobody has, and says how many do not fit', () => {
    expect(plan(2, [], ['x-1'])).toEqual({ open: ['x-2', 'x-3'], close: [], busy: [], missing: 0 })
    expect(planPool({ ...pool, max: 2 }, { wanted: 3, seats: [], taken: new Set(['x-2']) })).toEqual({ open: ['x-1'], close: [], busy: [], missing: 2 })
  })
  it('shrinks from its end, and closes nothing that works', () => {
    expect(plan(1, [{ name: 'x-1', busy: false }, { name: 'x-10', busy: true }, { name: 'x-3', busy: false }])).toEqual({ open: [], close: ['x-3', 'x-1'], busy: [], missing: 0 })
    expect(plan(0, [{ name: 'x-1', busy: true }])).toEqual({ open: [], close: [], busy: ['x-1'], missing: 0 })
  })
  it('never names what lies outside its range', () => {
    const name = fc.oneof(fc.constantFrom('x-1', 'x-10', 'x-11', 'main', 'x-100', 'x-5'), fc.string())
    fc.assert(fc.property(fc.array(fc.record({ name, busy: fc.boolean() })), fc.integer({ min: 0, max: 20 }), fc.array(name), (seats, wanted, taken) => {
      const { open, close, busy } = plan(wanted, seats, taken)
      for (const each of [...open, ...close, ...busy]) expect(poolIndex(pool, each)).not.toBeNull()
      for (const each of open) expect([...taken, ...seats.map(seat => seat.name)]).not.toContain(each)
      for (const each of close) expect(seats.some(seat => seat.name === each && !seat.busy)).toBe(true)
    }))
  })
  it('has a prefix that a terminal can begin with', () => {
    expect(['purser-', 'a', '', 'a b', 'a:', '-x', 'x'.repeat(60)].map(isPoolPrefix)).toEqual([true, true, false, false, false, false, false])
    expect(freeNames({ ...pool, max: 2 }, new Set(['x-1']))).toEqual(['x-2'])
  })
})
