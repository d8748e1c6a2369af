import { describe, expect, it } from 'vitest'
import { fieldPlan, oneOf, slotOf, SLOTS_MAX } from '../../../src/core/tailing/field-plan.ts'

describe('a plan of fields', () => {
  it('gives every field a slot of its own, objects included', () => {
    const plan = fieldPlan({ a: true, b: { c: true, d: { a: true } }, type: oneOf({ take: ['x'], leave: [] }) })
    const slots = [['a'], ['b'], ['b', 'c'], ['b', 'd'], ['b', 'd', 'a'], ['type']].map(path => slotOf(plan, ...path))
    expect(slots).toEqual([0, 1, 2, 3, 4, 5])
    expect(plan.slots).toBe(6)
  })

  it('refuses names it cannot compare, more fields than there is room for, and paths it does not have', () => {
    expect(() => fieldPlan({ é: true })).toThrow('short ASCII')
    expect(() => fieldPlan({ ['a'.repeat(32)]: true })).toThrow('short ASCII')
    expect(() => fieldPlan({ type: oneOf({ take: [''], leave: [] }) })).toThrow('short ASCII')
    expect(() => fieldPlan(Object.fromEntries(Array.from({ length: SLOTS_MAX + 1 }, (_, n) => [`f${n}`, true as const])))).toThrow('few enough')
    expect(() => slotOf(fieldPlan({ a: true }), 'a', 'b')).toThrow('a.b is in the plan')
  })
})
