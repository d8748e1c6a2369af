import fc from 'fast-check'
import { parse } from 'smol-toml'
import { describe, expect, it } from 'vitest'
import { mapToml, placeAt, type TomlPath } from '../../src/config/toml-map.ts'

const TRICKY = `# a comment with = and [brackets] and "quotes"
top = 1 # after
"quoted key" = "a # is no comment"
'literal.key'.deep = '''
several "lines" ] } # here
'''
[logs] # the logs
roots = [ "a", # first
  'b]', [1, 2], { x = "}" , y = [3] } ]
big = """one \\""" two ""quotes"""""
inline = { a.b = 1, "c d" = [ { e = 2 } ] }
when = 1979-05-27 07:32:00Z
[[budget]]
id = "first"
  [[ budget ]]
id = "second" # with a comment
limit = 1_000.50
[other."x.y"]
z = -0.5e3
`

const mapped = (text: string) => {
  const map = mapToml(text)
  return { map, raw: (...path: TomlPath) => { const entry = map.entry(path); return entry && text.slice(entry.valueStart, entry.valueEnd) } }
}

describe('mapToml', () => {
  it('finds each value as it was written', () => {
    const { raw } = mapped(TRICKY)
    expect(raw('top')).toBe('1')
    expect(raw('quoted key')).toBe('"a # is no comment"')
    expect(raw('literal.key', 'deep')).toContain('several "lines"')
    expect([raw('logs', 'roots', 0), raw('logs', 'roots', 1), raw('logs', 'roots', 2, 1), raw('logs', 'roots', 3, 'x'), raw('logs', 'roots', 3, 'y', 0)]).toEqual(['"a"', "'b]'", '2', '"}"', '3'])
    expect(raw('logs', 'big')).toBe('"""one \\""" two ""quotes"""""')
    expect([raw('logs', 'inline', 'a', 'b'), raw('logs', 'inline', 'c d', 0, 'e')]).toEqual(['1', '2'])
    expect(raw('logs', 'when')).toBe('1979-05-27 07:32:00Z')
    expect([raw('budget', 0, 'id'), raw('budget', 1, 'id'), raw('budget', 1, 'limit')]).toEqual(['"first"', '"second"', '1_000.50'])
    expect(raw('other', 'x.y', 'z')).toBe('-0.5e3')
  })

  it('knows the line and column of keys, of the tables that hold them, and of the closest thing where there is no key', () => {
    const { map } = mapped(TRICKY)
    expect(map.placeOf(['budget', 1, 'limit'])).toEqual({ line: 17, column: 1 })
    expect(map.placeOf(['budget', 1])).toEqual({ line: 15, column: 3 })
    expect(map.placeOf(['budget', 1, 'nothing'])).toEqual({ line: 15, column: 3 })
    expect(map.placeOf(['budget'])).toEqual({ line: 13, column: 1 })
    expect(map.placeOf(['logs', 'roots', 1])).toEqual({ line: 9, column: 3 })
    expect(map.placeOf(['nowhere'])).toEqual({ line: 1, column: 1 })
  })

  it('counts lines the same with CRLF, and columns without the byte order mark', () => {
    expect(mapToml(TRICKY.replaceAll('\n', '\r\n')).placeOf(['budget', 1, 'limit'])).toEqual({ line: 17, column: 1 })
    expect(mapToml('\uFEFFa = 1').placeOf(['a'])).toEqual({ line: 1, column: 1 })
    expect(placeAt('ab\ncd', 4)).toEqual({ line: 2, column: 2 })
  })

  it('keeps entries with the header they stand under', () => {
    const { map } = mapped(TRICKY)
    expect(map.tables.map(table => table.path)).toEqual([['logs'], ['budget', 0], ['budget', 1], ['other', 'x.y']])
    expect(map.entry(['top'])?.table).toBe(-1)
    expect(map.entry(['budget', 1, 'limit'])?.table).toBe(2)
  })

  it('agrees with the parser on any document', () => {
    fc.assert(fc.property(document, ({ text }) => {
      const { raw } = mapped(text)
      for (const [path, value] of leaves(parse(text, { integersAsBigInt: true }))) {
        const written = raw(...path)
        expect(written, JSON.stringify(path)).toBeDefined()
        expect(parse(`x = ${written}`, { integersAsBigInt: true })['x']).toEqual(value)
      }
    }), { numRuns: 300 })
  })

  it('comes to an end on any text, TOML or not', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', "'", '=', ',', '.', '#', '\n', '\\', 'a', ' ', '1'), maxLength: 40 }), text => {
      expect(mapToml(text).entries.every(entry => entry.valueEnd <= text.length)).toBe(true)
    }), { numRuns: 2_000 })
  })
})

function leaves(value: unknown, path: TomlPath = []): (readonly [TomlPath, unknown])[] {
  if (Array.isArray(value)) return value.flatMap((each, position) => leaves(each, [...path, position]))
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) return Object.entries(value).flatMap(([name, each]) => leaves(each, [...path, name]))
  return [[path, value]]
}

// Documents of every form the map has to follow: comments, blanks, both quotes, long strings, nesting, both line ends.
const blank = fc.constantFrom('', ' ', '\t', '  ')
const string = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', '#', ']', '}', ',', '=', "'", ' ', '[') }).map(text => `"${text}"`),
  fc.constantFrom('"\\"#\\\\"', "'#]'", '"""a\n"b" # c"""', "'''\n]'}'''", '""', "''", '""""a""""'),
)
const number = fc.constantFrom('0', '1_000', '0.1', '-1.5e3', '0x1F', 'true', 'false', 'inf')
const scalar = fc.oneof(string, number)
const { value } = fc.letrec<{ value: string; list: string; table: string }>(tie => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalar, tie('list'), tie('table')),
  list: fc.tuple(fc.array(tie('value'), { maxLength: 3 }), fc.constantFrom('', ' ', '\n', ' # note ]\n')).map(([items, gap]) => `[${gap}${items.join(`,${gap}`)}${gap}]`),
  table: fc.array(tie('value'), { maxLength: 3 }).map(items => `{ ${items.map((item, position) => `${position % 2 === 0 ? `k${position}` : `"k ${position}".x`} = ${item}`).join(', ')} }`),
}))
const body = fc.array(fc.tuple(blank, value, fc.constantFrom('', ' # note', '\n# a line', '\n')), { maxLength: 4 })
  .map(lines => lines.map(([indent, each, after], position) => `${indent}${position % 2 === 0 ? `k${position}` : `'k ${position}'`} = ${each}${after}`).join('\n'))
const document = fc.tuple(body, fc.array(fc.tuple(fc.constantFrom('[t#]', '[[l]]', '[[l.m]]', '[ "q.#" ]'), body), { maxLength: 5 }), fc.boolean()).map(([top, tables, crlf]) => {
  const text = [top, ...tables.map(([header, lines], position) => `${header.replace('#', String(position))} # header\n${lines}`)].join('\n')
  return { text: crlf ? text.replaceAll('\n', '\r\n') : text }
}).filter(({ text }) => { try { parse(text, { integersAsBigInt: true }); return true } catch { return false } })
