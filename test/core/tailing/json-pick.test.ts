import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pickLine, type Wanted } from '../../../src/core/tailing/json-pick.ts'
import { safeText } from '../../../src/core/tailing/safe-text.ts'
import { spacedJson } from '../../support/json-text.ts'

const WANTED: Wanted = { id: true, tokens: { input: true, deep: { n: true } }, messages: { id: true, tokens: { input: true } } }
const picked = (text: string): ReturnType<typeof pickLine> => pickLine(Buffer.from(text), WANTED)

describe('the wanted fields of a line', () => {
  it('are taken by name, from objects and from lists of objects, and nothing else is', () => {
    expect(picked('{"id":"a","body":{"id":"inner","tokens":{"input":9}},"tokens":{"input":1,"x":2,"deep":{"n":3,"m":4}},"messages":[{"id":"m1","text":"t"},7,{"id":"m2","tokens":{"input":5}}]}')).toEqual({
      read: 'object', object: { id: 'a', tokens: { input: 1, deep: { n: 3 } }, messages: [{ id: 'm1' }, { id: 'm2', tokens: { input: 5 } }] },
    })
  })

  it('read as JSON.parse reads them: plain values, escapes, the last of equal names', () => {
    expect(picked('{"id":"one","id":"t\\u00e9\\"o"}')).toEqual({ read: 'object', object: { id: 'té"o' } })
    for (const value of ['null', 'true', 'false', '-1', '0.5', '1e300', '12']) expect(picked(`{"id":${value}}`), value).toEqual({ read: 'object', object: { id: JSON.parse(value) as unknown } })
  })

  it('are no usable value where an object or a list stands for a plain one, so that a counter there is damaged', () => {
    for (const value of ['{}', '[1]', '1'.repeat(80), 'nonsense']) expect(picked(`{"id":${value}}`), value).toEqual({ read: 'object', object: { id: Number.NaN } })
  })

  it('are a plain value where an object is wanted and a plain value stands', () => {
    expect(picked('{"tokens":null,"messages":"none"}')).toEqual({ read: 'object', object: { tokens: null, messages: 'none' } })
  })

  it('never include what a hostile name could reach', () => {
    expect(picked('{"__proto__":{"id":"x"},"constructor":1,"toString":2}')).toEqual({ read: 'object', object: {} })
  })

  it('are not looked for in what is no line of JSON, and the reason is told', () => {
    expect(picked('   ')).toEqual({ read: 'empty' })
    expect(picked('[1]')).toEqual({ read: 'malformed', why: 'the line is not a JSON object' })
    expect(picked('{"id":"a"')).toEqual({ read: 'malformed', why: 'the line is cut or is not JSON' })
    expect(picked('{"id":"a"} {"id":"b"}')).toEqual({ read: 'malformed', why: 'something follows the JSON object' })
    expect(picked('{"messages":[{"id":"m1"},{"id"')).toMatchObject({ read: 'malformed' })
  })

  it('are the same as JSON.parse gives, for any spacing and any other fields', () => {
    const other = fc.jsonValue({ maxDepth: 3 })
    const number = fc.oneof(fc.nat(), fc.constantFrom(null, true, -3, 0.25))
    const message = fc.record({ id: fc.string(), text: other, tokens: fc.record({ input: number, other }, { requiredKeys: [] }) }, { requiredKeys: [] })
    const line = fc.record({ id: number, body: other, tokens: fc.record({ input: number, deep: fc.record({ n: number, m: other }, { requiredKeys: [] }), z: other }, { requiredKeys: [] }), messages: fc.array(message) }, { requiredKeys: [] })
    fc.assert(fc.property(line, fc.infiniteStream(fc.nat()), (record, choices) => {
      const text = spacedJson(record, choices, () => true)
      const message = ({ id, tokens }: { id?: unknown; tokens?: { input?: unknown } }) => ({ ...(id === undefined ? {} : { id: storable(id) }), ...(tokens === undefined ? {} : { tokens: only(tokens, 'input') }) })
      const { id, tokens, messages } = JSON.parse(text) as { id?: unknown; tokens?: { input?: unknown; deep?: { n?: unknown } }; messages?: { id?: unknown; tokens?: { input?: unknown } }[] }
      expect(picked(text)).toEqual({ read: 'object', object: {
        ...(id === undefined ? {} : { id }),
        ...(tokens === undefined ? {} : { tokens: { ...only(tokens, 'input'), ...(tokens.deep === undefined ? {} : { deep: only(tokens.deep, 'n') }) } }),
        ...(messages === undefined ? {} : { messages: messages.map(message) }),
      } })
    }), { numRuns: 500 })
  })

  it('are answered for any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom('', '{"id":', '{"messages":[{"id":', '{"tokens":{"input":'), (bytes, before) => {
      expect(['object', 'empty', 'malformed']).toContain(pickLine(Buffer.concat([Buffer.from(before), bytes]), WANTED).read)
    }), { numRuns: 2_000 })
  })
})

const only = (from: Record<string, unknown>, name: string): Record<string, unknown> => (Object.hasOwn(from, name) ? { [name]: from[name] } : {})
const storable = (value: unknown): unknown => (typeof value === 'string' ? safeText(value) : value)
