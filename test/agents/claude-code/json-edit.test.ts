import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { appendItem, appendMember, cutChild } from '../../../src/agents/claude-code/json-edit.ts'
import { parseJson, type JsonNode } from '../../../src/agents/claude-code/json-text.ts'

const size = (node: JsonNode): number => node.kind === 'object' ? node.members.length : node.kind === 'array' ? node.items.length : 0
const container = fc.oneof(fc.array(fc.jsonValue({ maxDepth: 2 }), { minLength: 1, maxLength: 4 }), fc.dictionary(fc.string({ maxLength: 5 }).filter(key => key !== 'new' && key !== '__proto__'), fc.jsonValue({ maxDepth: 2 }), { minKeys: 1, maxKeys: 4 }))
const layout = fc.tuple(fc.constantFrom(undefined, 1, 2, 4, '\t'), fc.constantFrom('\n', '\r\n'))
const append = (text: string, value: unknown): string => {
  const node = parseJson(text)
  return node.kind === 'object' ? appendMember(text, node, 'new', value) : appendItem(text, node, value)
}

const read = (text: string): unknown => { try { return JSON.parse(text) } catch { return `not JSON: ${text}` } }

describe('an appended child', () => {
  it('is the last, everything before it is untouched, and cutting it gives the text back', () => {
    fc.assert(fc.property(container, layout, fc.jsonValue({ maxDepth: 2 }), (value, [indent, newline], added) => {
      const text = JSON.stringify(value, null, indent).replaceAll('\n', newline)
      const after = append(text, added)
      const before: unknown = JSON.parse(text)
      expect(JSON.stringify(read(after))).toBe(JSON.stringify(Array.isArray(before) ? [...before as unknown[], added] : { ...before as object, new: added }))
      const node = parseJson(after)
      expect(cutChild(after, node, size(node) - 1)).toBe(text)
    }), { numRuns: 400 })
  })

  it('is indented like its neighbours, with their line ends', () => {
    expect(append('{\r\n\t"a": 1\r\n}', { b: [2] })).toBe('{\r\n\t"a": 1,\r\n\t"new": {\r\n\t\t"b": [\r\n\t\t\t2\r\n\t\t]\r\n\t}\r\n}')
    expect(append('{\n   "a": 1\n}\n', 2)).toBe('{\n   "a": 1,\n   "new": 2\n}\n')
  })

  it('stays on the line where its neighbours are on one', () => {
    expect(append('{"a":1}', { b: 2 })).toBe('{"a":1,"new":{"b":2}}')
    expect(append('[1, 2]', 3)).toBe('[1, 2, 3]')
    const text = '{\n  "list": [1, 2]\n}'
    const root = parseJson(text)
    if (root.kind !== 'object') throw new Error('no object')
    expect(appendItem(text, root.members[0]?.value as JsonNode, { b: 2 })).toBe('{\n  "list": [1, 2, {"b":2}]\n}')
  })

  it('opens an empty container', () => {
    expect(append('{}', 1)).toBe('{\n  "new": 1\n}')
    expect(append('{ }\n', 1)).toBe('{\n  "new": 1\n}\n')
    expect(append('[]', 1)).toBe('[1]')
  })
})

describe('cutting', () => {
  it('takes any child with one comma, and leaves JSON', () => {
    fc.assert(fc.property(container, layout, fc.nat(3), (value, [indent, newline], pick) => {
      const text = JSON.stringify(value, null, indent).replaceAll('\n', newline)
      const node = parseJson(text), index = pick % size(node)
      const left = read(cutChild(text, node, index))
      const before: unknown = JSON.parse(text)
      expect(left).toEqual(Array.isArray(before) ? before.filter((_child, at) => at !== index) : Object.fromEntries(Object.entries(before as object).filter((_child, at) => at !== index)))
    }), { numRuns: 300 })
  })
  it('of what is not there changes nothing', () => {
    expect(cutChild('[1]', parseJson('[1]'), 1)).toBe('[1]')
  })
})
