// Changes one `[[table]]` in the text of a config and nothing else: comments, order, blank lines and line ends stay. A
// config with an error anywhere is refused as it is, because an edit on top of a misread file is how settings get lost.
import type { Settings } from '../core/config/settings.ts'
import { AppError, assert } from '../core/errors.ts'
import type { Key, Keys } from './keys.ts'
import { loadConfig, type ConfigContext } from './load.ts'
import { literal } from './parse.ts'
import { mapToml, placeAt, type TomlEntry, type TomlMap, type TomlPath, type TomlTable } from './toml-map.ts'

/** The file's text, its name for errors, and what the text alone cannot say. */
export interface EditedFile { readonly text: string; readonly file: string; readonly context: ConfigContext }

export type EditValue = string | number | boolean | readonly (string | number)[]
/** What to change, by config key. null takes the key out, so that its default holds again. */
export type Changes = Readonly<Record<string, EditValue | null | undefined>>

/** A kind of table that stands in the file once per id. */
export interface TableKind {
  /** `budget`: the header's name and the word for one of them. */
  readonly name: string
  readonly keys: Keys
  /** Ids in the order of the file. */
  ids(settings: Settings): readonly string[]
  /** Everything in the settings but the one with this id. */
  others(settings: Settings, id: string): unknown
  /** Refuses a new table that lacks what it cannot be without. */
  readonly needs: { readonly key: string; readonly type: string }
}

/**
 * The text with this table changed, or added at the end. Throws `config_invalid` when the file has an error already,
 * `invalid_input` for a change that is one, and `conflict` for a table that is written in a form we do not edit.
 */
export function setTable(edited: EditedFile, kind: TableKind, id: string, changes: Changes): string {
  const before = loaded(edited)
  const checked = check(kind, id, changes)
  const position = kind.ids(before).indexOf(id)
  if (position < 0 && !checked.some(({ name, toml }) => name === kind.needs.key && toml !== null)) {
    throw new AppError('invalid_input', `${kind.name} "${id}" is new and needs a ${kind.needs.key}; add: ${kind.needs.type}`)
  }
  const map = mapToml(edited.text)
  const result = position < 0 ? appended(map, edited.file, kind, id, checked) : changed(map, edited.file, kind, position, checked)
  verify(edited, kind, result, before, id)
  const { entries } = tableOf(mapToml(result), edited.file, kind, position < 0 ? kind.ids(before).length : position)
  for (const { name, toml } of checked) {
    const entry = entries.find(each => nameIs(kind, each, name))
    assert(toml === null ? entry === undefined : entry !== undefined && same(kind, name, toml, result.slice(entry.valueStart, entry.valueEnd)), `${name} of ${kind.name} ${id} reads back as given`)
  }
  return result
}

/** The text without this table, which has to be in it. Throws like `setTable`. */
export function removeTable(edited: EditedFile, kind: TableKind, id: string): string {
  const before = loaded(edited)
  const map = mapToml(edited.text)
  const { table, entries } = tableOf(map, edited.file, kind, kind.ids(before).indexOf(id))
  const start = lineStart(edited.text, table.start)
  let end = nextLine(edited.text, entries.at(-1)?.valueEnd ?? table.headerEnd)
  // The blank line that set the table apart goes with it; one is enough between its neighbours.
  const blank = /^[ \t]*\r?\n/.exec(edited.text.slice(end))?.[0] ?? ''
  if (blank !== '' && (start === 0 || /\n[ \t]*\r?\n$/.test(edited.text.slice(0, start)))) end += blank.length
  const result = edited.text.slice(0, start) + edited.text.slice(end)
  verify(edited, kind, result, before, id)
  return result
}

export const loaded = ({ text, file, context }: EditedFile): Settings => loadConfig(text, file, context).settings

interface Change { readonly name: string; readonly toml: string | null }

/** Every change as TOML, read back by the key's own reader; in the order of the documentation. */
function check(kind: TableKind, id: string, changes: Changes): readonly Change[] {
  const all: Changes = { ...changes, id }
  return Object.entries(kind.keys).flatMap(([name, key]): readonly Change[] => {
    const value = all[name]
    if (value === undefined) return []
    if (value === null) {
      if (key.fallback === null) throw new AppError('invalid_input', `a ${kind.name} cannot be without ${name}`)
      return [{ name, toml: null }]
    }
    const toml = tomlOf(value)
    const read = key.read(literal(toml))
    if ('wrong' in read) throw new AppError('invalid_input', `${name} ${read.wrong}${read.instead === undefined ? '' : `; did you mean ${read.instead}?`}`, { context: { key: name } })
    return [{ name, toml }]
  })
}

/** TOML's basic strings are JSON's, as far as our readers let characters through. */
function tomlOf(value: EditValue): string {
  if (typeof value === 'object') return `[${value.map(tomlOf).join(', ')}]`
  if (typeof value !== 'string') return String(value)
  // The readers refuse these; as written they would break the line before they could.
  return JSON.stringify(value.replace(/\p{Cs}/gu, '\uFFFD')).replaceAll('\u007f', '\\u007f')
}

interface Splice { readonly start: number; readonly end: number; readonly text: string }

function changed(map: TomlMap, file: string, kind: TableKind, position: number, changes: readonly Change[]): string {
  const { table, entries } = tableOf(map, file, kind, position)
  const removed = new Set(changes.filter(({ toml }) => toml === null).map(({ name }) => name))
  const last = entries.findLast(entry => ![...removed].some(name => nameIs(kind, entry, name)))
  const indent = last ? map.text.slice(lineStart(map.text, last.keyStart), last.keyStart) : ''
  const splices: Splice[] = []
  const added: string[] = []
  for (const { name, toml } of changes) {
    const entry = entries.find(each => nameIs(kind, each, name))
    if (!entry) {
      if (toml !== null) added.push(`${indent}${name} = ${toml}`)
    } else if (toml === null) splices.push({ start: lineStart(map.text, entry.keyStart), end: nextLine(map.text, entry.valueEnd), text: '' })
    else if (!same(kind, name, toml, map.text.slice(entry.valueStart, entry.valueEnd))) splices.push({ start: entry.valueStart, end: entry.valueEnd, text: toml })
  }
  if (added.length > 0) {
    const at = lineEnd(map.text, last?.valueEnd ?? table.headerEnd)
    splices.push({ start: at, end: at, text: added.map(line => newlineOf(map.text) + line).join('') })
  }
  // From the end, so that offsets stay true.
  return [...splices].sort((a, b) => b.start - a.start).reduce((text, { start, end, text: by }) => text.slice(0, start) + by + text.slice(end), map.text)
}

/** `20` and `"20.00"` are the same limit: what means the same stays as it was written. */
function same(kind: TableKind, name: string, toml: string, written: string): boolean {
  const key = kind.keys[name] as Key<unknown>
  const [now, then] = [key.read(literal(toml)), key.read(literal(written))]
  return 'value' in now && 'value' in then && comparable(now.value) === comparable(then.value)
}

function appended(map: TomlMap, file: string, kind: TableKind, id: string, changes: readonly Change[]): string {
  refuseInline(map, file, kind)
  const newline = newlineOf(map.text)
  const lines = [`[[${kind.name}]]`, ...changes.filter(({ toml }) => toml !== null).map(({ name, toml }) => `${name} = ${toml ?? ''}`)]
  const body = map.text === '' || map.text === '\uFEFF' ? map.text : map.text.replace(/\r?\n?$/, newline)
  const gap = body === '' || body === '\uFEFF' || /\n[ \t]*\r?\n$/.test(body) ? '' : newline
  assert(changes.some(({ name, toml }) => name === 'id' && toml === JSON.stringify(id)), 'a new table has its id')
  return `${body}${gap}${lines.join(newline)}${newline}`
}

function tableOf(map: TomlMap, file: string, kind: TableKind, position: number): { readonly table: TomlTable; readonly entries: readonly TomlEntry[] } {
  refuseInline(map, file, kind)
  const path: TomlPath = [kind.name, position]
  const index = map.tables.findIndex(table => comparable(table.path) === comparable(path))
  const table = map.tables[index]
  assert(table !== undefined, 'a table that is not inline has a header')
  return { table, entries: map.entries.filter(entry => entry.table === index && entry.path.length === path.length + 1) }
}

/** `budget = [{ ... }]` is valid TOML; lines cannot be added to it without rewriting what people wrote. */
function refuseInline(map: TomlMap, file: string, { name }: TableKind): void {
  const inline = map.entry([name])
  if (!inline) return
  const { line } = placeAt(map.text, inline.keyStart)
  throw new AppError('conflict', `${file}, line ${line}: ${name}s are written inline, which cannot be edited for you. Write each as a [[${name}]] table, or edit the line by hand`)
}

function nameIs(kind: TableKind, entry: TomlEntry, name: string): boolean {
  const key = kind.keys[name]
  const written = String(entry.path.at(-1))
  return written === name || (key?.also?.includes(written) ?? false)
}

/** Nothing but this table may differ, and what was written must read back. Otherwise it is our bug, and nothing is written. */
function verify({ file, context }: EditedFile, kind: TableKind, result: string, before: Settings, id: string): void {
  const others = (settings: Settings): string => comparable(kind.others(settings, id))
  assert(others(loadConfig(result, file, context).settings) === others(before), `editing ${kind.name} ${id} leaves everything else alone`)
}

const comparable = (value: unknown): string => JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? `${each}n` : each))
const newlineOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n')
const lineStart = (text: string, at: number): number => Math.max(text.lastIndexOf('\n', at - 1) + 1, text.startsWith('\uFEFF') ? 1 : 0)
/** Where the line's own newline begins (the `\r` of `\r\n`), or the end of the text. */
function lineEnd(text: string, at: number): number {
  const newline = text.indexOf('\n', at)
  if (newline < 0) return text.length
  return text[newline - 1] === '\r' ? newline - 1 : newline
}
function nextLine(text: string, at: number): number {
  const newline = text.indexOf('\n', at)
  return newline < 0 ? text.length : newline + 1
}
