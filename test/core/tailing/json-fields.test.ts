import { describe, expect, it } from 'vitest'
import { firstText, instantOf, objectIn, parsedJson, textOf } from '../../../src/core/tailing/json-fields.ts'

const AT = Date.UTC(2026, 5, 1, 12)

describe('fields of foreign JSON', () => {
  it('are found by their path, and missing steps leave an empty object', () => {
    const value = { a: { b: { c: 1 } }, list: [1], no: null }
    expect(objectIn(value, 'a', 'b')).toEqual({ c: 1 })
    for (const path of [['a', 'x'], ['list'], ['no', 'b'], ['constructor'], ['__proto__']]) expect(objectIn(value, ...path)).toEqual({})
    for (const nothing of [null, undefined, 1, 'text', []]) expect(objectIn(nothing, 'a')).toEqual({})
  })

  it('are storable text, or none', () => {
    expect(textOf('model-1')).toBe('model-1')
    expect(textOf('a\u001fb')).toBe('a\ufffdb')
    expect([textOf(1), textOf(null), textOf({}), textOf(undefined)]).toEqual(['', '', '', ''])
    expect(firstText(null, '', 7, 'second', 'third')).toBe('second')
    expect(firstText(undefined, '')).toBe('')
  })

  it('parse where the text is JSON', () => {
    expect(parsedJson('{"a":1}')).toEqual({ a: 1 })
    for (const broken of ['{', '', 'undefined', 5, null, undefined]) expect(parsedJson(broken)).toBeUndefined()
  })

  it('are times in milliseconds, in seconds, as big integers and as text', () => {
    for (const value of [AT, AT / 1000, AT / 1000 + 0.0004, BigInt(AT), BigInt(AT / 1000), '2026-06-01T12:00:00Z', '2026-06-01T14:00:00.000+02:00', '2026-06-01 12:00:00', '2026-06-01 12:00:00.000']) expect(instantOf(value)).toBe(AT)
    for (const value of [0, -1, 4e15, Number.NaN, Number.POSITIVE_INFINITY, 'yesterday', '', '2026-06-01', '2026-06-01 12:00', '2026-13-01 12:00:00', null, undefined, {}, 2n ** 80n]) expect(instantOf(value)).toBeNull()
  })
})
