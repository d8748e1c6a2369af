// From text to tables: TOML syntax, numbers kept as written, one FoundTable per table of the file. Knows no key's meaning.
import { parse } from 'smol-toml'
import { messageOf } from '../core/errors.ts'
import { nearestWord } from '../core/config/nearest.ts'
import { SECTIONS, TOP_KEYS } from './keys.ts'
import type { Problem } from './problems.ts'
import { NumberText } from './readers.ts'
import type { FoundTable } from './schema.ts'
import { mapToml, type TomlMap, type TomlPath } from './toml-map.ts'

export interface ParsedConfig {
  readonly map: TomlMap
  readonly top: FoundTable
  /** By section name, in file order; a section that is not in the file is an empty list. */
  readonly sections: ReadonlyMap<string, readonly FoundTable[]>
  readonly problems: readonly Problem[]
}

type Tree = Readonly<Record<string, unknown>>
type Syntax = { readonly tree: Tree } | { readonly problem: Problem }

/** Splits a config into its tables. A syntax error leaves nothing to look at, so it comes alone. */
export function parseConfig(text: string): ParsedConfig {
  const syntax = parseToml(text)
  const map = mapToml('tree' in syntax ? text : '')
  const tree = 'tree' in syntax ? (digits(syntax.tree, [], map) as Tree) : {}
  const problems: Problem[] = 'problem' in syntax ? [syntax.problem] : []
  const names = SECTIONS.map(({ name }) => name)
  const top: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(tree)) {
    if (names.includes(name)) continue
    if (isTable(value) || isListOfTables(value)) problems.push(unknownTable(name, map))
    else top[name] = value
  }
  const sections = new Map(SECTIONS.map(({ name, repeated }) => [name, tablesOf(name, repeated, tree[name], map, problems)]))
  return { map, top: { map, path: [], where: '', section: '', table: top }, sections, problems }
}

function parseToml(text: string): Syntax {
  try {
    return { tree: parse(text, { integersAsBigInt: true }) }
  } catch (error) {
    const { line = 1, column = 1 } = error as { line?: number; column?: number }
    const said = messageOf(error).split('\n')[0]?.replace('Invalid TOML document: ', '') ?? ''
    return { problem: { line, column, where: `column ${column}`, key: '', message: `not TOML: ${said}`, fix: hint(said) } }
  }
}

/** A single value as a config would hold it: `"2s"`, `[50, 80]`. For the table's own defaults and examples. */
export function literal(toml: string): unknown {
  const text = `value = ${toml}`
  return digits(parse(text, { integersAsBigInt: true })['value'], ['value'], mapToml(text))
}

/** What usually causes the parser's complaint. */
function hint(said: string): string {
  if (said.includes('redefine')) return 'Each key may stand once in its table, and each [table] once in the file; more budgets are more [[budget]] tables'
  if (said.includes('invalid value')) return 'Text needs quotes: key = "value"'
  if (said.includes('incomplete key')) return 'A line is: key = value'
  return ''
}

function tablesOf(name: string, repeated: boolean, value: unknown, map: TomlMap, problems: Problem[]): readonly FoundTable[] {
  if (value === undefined) return []
  const say = (message: string, fix: string, path: TomlPath = [name]): readonly FoundTable[] => {
    problems.push({ ...map.placeOf(path), where: '', key: name, message, fix })
    return []
  }
  if (!repeated) {
    if (isTable(value)) return [found(name, [name], `[${name}]`, value, map)]
    return isListOfTables(value) ? say(`[[${name}]] is one table only`, `Write its header once, as [${name}]`) : say(`${name} is a table, not a value`, `Write the header [${name}] and its keys below`)
  }
  if (isTable(value)) return say(`[${name}] stands for one table, but there may be several`, `Write its header as [[${name}]]`)
  if (!Array.isArray(value)) return say(`${name} is a list of tables, not a value`, `Write the header [[${name}]] and its keys below`)
  return value.flatMap((each, position) => {
    const path = [name, position]
    if (!isTable(each)) return say(`${name} ${position + 1} is not a table`, `Write the header [[${name}]] and its keys below`, path)
    return [found(name, path, calledBy(name, position, each), each, map)]
  })
}

const found = (section: string, path: TomlPath, where: string, table: Tree, map: TomlMap): FoundTable => ({ map, path, where, section, table })

/** `budget "web-daily"`, or `budget 2` while it has no usable name. */
function calledBy(name: string, position: number, table: Tree): string {
  const own = name === 'notify' ? table['channel'] : table['id']
  return typeof own === 'string' && own !== '' && own.length <= 64 ? `${name} ${JSON.stringify(own)}` : `${name} ${position + 1}`
}

function unknownTable(name: string, map: TomlMap): Problem {
  const meant = nearestWord(name, SECTIONS.map(section => section.name))
  const section = SECTIONS.find(each => each.name === meant)
  const header = section === undefined ? null : section.repeated ? `[[${section.name}]]` : `[${section.name}]`
  const known = [...Object.keys(TOP_KEYS), ...SECTIONS.map(each => (each.repeated ? `[[${each.name}]]` : `[${each.name}]`))].join(', ')
  return { ...map.placeOf([name]), where: '', key: name, message: `${name} is not a table of this file`, fix: header === null ? `Known here: ${known}` : `Did you mean ${header}?` }
}

const isTable = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date) && !(value instanceof NumberText)
const isListOfTables = (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every(isTable)

/** Every number as the digits in the file: 0.1 has no exact double, and 1e3 or nan is refused as what it is. */
function digits(value: unknown, path: TomlPath, map: TomlMap): unknown {
  if (typeof value === 'number' || typeof value === 'bigint') {
    const entry = map.entry(path)
    return new NumberText(entry ? map.text.slice(entry.valueStart, entry.valueEnd) : String(value))
  }
  if (Array.isArray(value)) return value.map((each, position) => digits(each, [...path, position], map))
  if (!isTable(value)) return value
  const table = Object.create(null) as Record<string, unknown>
  for (const [name, each] of Object.entries(value)) table[name] = digits(each, [...path, name], map)
  return table
}
