import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ascii, isString, Members, parsedAt, skipSpace, smallIntegerAt, stringEnd, textAt, valueEnd } from '../../../src/core/tailing/json-bytes.ts'
import { TEXT_MAX } from '../../../src/core/tailing/safe-text.ts'
import { spacedJson } from '../../support/json-text.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const noise = fc.array(fc.oneof(fc.constantFrom(...bytesOf('{}[]",:\\ \t\r\nu0eE-+.truefalsn')), fc.integer({ min: 0, max: 255 })), { maxLength: 60 }).map(values => Uint8Array.from(values))

/** All members of an object as the walker sees them, values parsed. */
function walked(bytes: Uint8Array): Record<string, unknown> | null {
  const members = new Members(bytes, skipSpace(bytes, 0, bytes.length), bytes.length)
  const found: Record<string, unknown> = {}
  while (members.next()) {
    const key = parsedAt(bytes, members.keyStart - 1, members.keyEnd + 1) as string
    Object.defineProperty(found, key, { value: parsedAt(bytes, members.valueStart, members.end()), enumerable: true })
  }
  return members.broken ? null : found
}

describe('Members', () => {
  it('sees exactly the members that JSON.parse sees, whatever the spacing and the escapes', () => {
    const object = fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 6 }), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 6, noNullPrototype: true })
    fc.assert(fc.property(object, fc.infiniteStream(fc.nat()), (value, choices) => {
      expect(walked(bytesOf(spacedJson(value, choices)))).toEqual(JSON.parse(JSON.stringify(value)))
    }), { numRuns: 1_000 })
  })

  it('goes on after a nested object whether it was walked through, partly, or not at all', () => {
    const bytes = bytesOf('{"a":{"x":[1,{"y":"}"}],"z":2},"b":3}')
    for (const steps of [0, 1, 2, 3]) {
      const members = new Members(bytes, 0, bytes.length)
      members.next()
      const inner = members.enter()
      for (let step = 0; step < steps; step++) inner?.next()
      expect(members.next()).toBe(true)
      expect(members.keyIs(ascii('b'))).toBe(true)
      expect(members.next()).toBe(false)
      expect(members.after).toBe(bytes.length)
    }
  })

  it('calls broken what is cut anywhere', () => {
    const whole = '{"a":"x\\"y","b":[1,{"c":"}"}],"d":{"e":null}}'
    for (let cut = 0; cut < whole.length; cut++) expect(walked(bytesOf(whole.slice(0, cut))), whole.slice(0, cut)).toBeNull()
    expect(walked(bytesOf(whole))).not.toBeNull()
  })

  it('calls broken what lacks a comma, a colon, a quote or a value', () => {
    for (const text of ['{"a":1 "b":2}', '{"a" 1}', '{a:1}', '{"a":}', '{"a":1,}', '[1]', '', '{,"a":1}']) expect(walked(bytesOf(text)), text).toBeNull()
  })

  it('never throws, never leaves its range, and always ends, on any bytes', () => {
    fc.assert(fc.property(noise, fc.nat(60), (bytes, limit) => {
      const end = Math.min(limit, bytes.length)
      const members = new Members(bytes, 0, end)
      let steps = 0
      while (members.next()) {
        members.enter()?.next()
        expect(members.end()).toBeLessThanOrEqual(end)
        expect(++steps).toBeLessThan(100)
      }
    }), { numRuns: 5_000 })
  })
})

describe('valueEnd and stringEnd', () => {
  it('find the end of any JSON value among what follows it', () => {
    fc.assert(fc.property(fc.jsonValue(), fc.constantFrom(',"next":1}', '}', ']', ' , 2]'), (value, rest) => {
      const text = JSON.stringify(value), bytes = bytesOf(text + rest)
      expect(valueEnd(bytes, 0, bytes.length)).toBe(bytesOf(text).length)
    }))
  })

  it('do not take an escaped quote for the end, however many backslashes stand before it', () => {
    for (const [text, end] of [['a"', 1], ['a\\"b"', 4], ['a\\\\"', 3], ['a\\\\\\"b"', 6], ['\\"', -1], ['', -1]] as const) {
      expect(stringEnd(bytesOf(text), 0, bytesOf(text).length), text).toBe(end)
    }
  })

  it('do not look behind their start: a backslash before the opening quote escapes nothing', () => {
    expect(stringEnd(bytesOf('\\"'), 1, 2)).toBe(1)
  })

  it('do not use stack for depth', () => {
    const deep = bytesOf('['.repeat(200_000) + ']'.repeat(200_000))
    expect(valueEnd(deep, 0, deep.length)).toBe(deep.length)
  })
})

describe('small values', () => {
  it('reads strings with escapes, quotes and any letters as JSON.parse does', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), text => {
      const bytes = bytesOf(JSON.stringify(text))
      expect(textAt(bytes, 0, bytes.length)).toBe(text.replace(/\p{Cc}/gu, '\ufffd'))
    }))
  })

  it('keeps a string whose escapes are damaged as it is written, and raw control characters out', () => {
    expect(textAt(bytesOf('"a\\qb"'), 0, 6)).toBe('a\\qb')
    expect(textAt(bytesOf('"a\\n\u0001b"'), 0, 7)).toBe('a\ufffd\ufffdb')
  })

  it('bounds a string of megabytes without decoding it', () => {
    const long = bytesOf(`"${'\\u0041'.repeat(1_000_000)}"`)
    expect(textAt(long, 0, long.length)?.length).toBeLessThanOrEqual(TEXT_MAX)
    const escaped = bytesOf(`"${'\\u0041'.repeat(TEXT_MAX - 1)}"`)
    expect(textAt(escaped, 0, escaped.length)).toBe('A'.repeat(TEXT_MAX - 1))
  })

  it('is no text where there is no string', () => {
    for (const text of ['12', 'null', '{}', '']) expect(textAt(bytesOf(text), 0, text.length)).toBeNull()
  })

  it('reads plain integers of up to nine digits, and leaves all others to the slow way', () => {
    const read = (text: string): number => smallIntegerAt(bytesOf(text), 0, text.length)
    expect(['0', '7', '123456789'].map(read)).toEqual([0, 7, 123_456_789])
    expect(['', '-1', '1.0', '1e3', '007', '1234567890', 'null', '"7"', ' 7'].map(read)).toEqual(Array.from({ length: 9 }, () => -1))
  })

  it('recognises a word only whole', () => {
    const bytes = bytesOf('"fast" "faster" "fas"')
    expect([0, 7, 16].map(at => isString(bytes, at, ascii('fast')))).toEqual([true, false, false])
  })
})
