import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonProblem, lineOf, memberOf, parseJson, type JsonNode } from '../../../src/agents/claude-code/json-text.ts'

/** The value a node stands for, rebuilt from the tree. */
const valueOf = (node: JsonNode): unknown => {
  switch (node.kind) {
    case 'object': return Object.fromEntries(node.members.map(member => [member.key, valueOf(member.value)]))
    case 'array': return node.items.map(valueOf)
    case 'string': return node.text
    case 'other': return node.value
  }
}
const problemIn = (text: string): JsonProblem => { try { parseJson(text) } catch (error) { if (error instanceof JsonProblem) return error; throw error } throw new Error('accepted') }

describe('JSON with positions', () => {
  it('is the value JSON.parse gives, and every node spans its own text', () => {
    const spans = (text: string, node: JsonNode): void => {
      expect(JSON.parse(text.slice(node.start, node.end))).toEqual(valueOf(node))
      for (const child of node.kind === 'object' ? node.members.map(member => member.value) : node.kind === 'array' ? node.items : []) spans(text, child)
    }
    fc.assert(fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2, '\t'), fc.constantFrom('', ' ', '\r\n'), (value, indent, around) => {
      const text = around + JSON.stringify(value, null, indent) + around
      const node = parseJson(text)
      expect(JSON.stringify(valueOf(node))).toBe(JSON.stringify(JSON.parse(text)))
      spans(text, node)
    }), { numRuns: 300 })
  })

  it('accepts exactly what JSON.parse accepts', () => {
    const pieces = fc.array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '"\\u00e9"', '"\\u12"', '"\\x"', '"', '\\', '1', '-0', '-', '01', '1.5e3', '1.', '.5', 'true', 'tru', 'null', ' ', '\n', '\v', '\u00a0', '//x', '"\u0001"', '"\u007f\u0085"', 'é'), { maxLength: 8 }).map(parts => parts.join(''))
    fc.assert(fc.property(pieces, text => {
      const readable = ((): boolean => { try { JSON.parse(text); return true } catch { return false } })()
      const accepted = ((): boolean => { try { parseJson(text); return true } catch { return false } })()
      expect(accepted, JSON.stringify(text)).toBe(readable)
    }), { numRuns: 10_000 })
  })

  it('names the line of what it refuses', () => {
    expect(problemIn('{\n\n  // x\n}')).toMatchObject({ line: 3, message: 'comments are not JSON' })
    expect(problemIn('{\r\n "a": 1\r\n "b": 2}')).toMatchObject({ line: 3, message: 'a comma or } is expected here' })
    expect(problemIn('{"a":\n')).toMatchObject({ line: 2, message: 'the file ends in the middle' })
    expect(lineOf('a\nb\nc', 4)).toBe(3)
  })

  it('does not run out of stack on a deep file, nor of time on a long one', () => {
    expect(problemIn('['.repeat(200_000)).message).toContain('nested deeper')
    expect(valueOf(parseJson(JSON.stringify('x'.repeat(3_000_000))))).toHaveLength(3_000_000)
    expect(problemIn(`"${'x'.repeat(3_000_000)}`).message).toContain('not closed')
  })

  it('finds a member by name, and refuses to choose between two', () => {
    const text = '{"a": 1,\n "b": 2,\n "b": 3, "__proto__": 4}'
    const node = parseJson(text)
    expect(memberOf(text, node, 'a')?.value).toMatchObject({ value: 1 })
    expect(memberOf(text, node, '__proto__')?.value).toMatchObject({ value: 4 })
    expect(memberOf(text, node, 'c')).toBeNull()
    expect(() => memberOf(text, node, 'b')).toThrow('"b" is there twice')
  })
})
