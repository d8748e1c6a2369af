// Changes one budget in the text of a config and nothing else: comments, order, blank lines and line ends stay. A config
// with an error anywhere is refused as it is, because an edit on top of a misread file is how settings get lost.
import type { Settings } from '../core/config/settings.ts'
import { nearestWord } from '../core/config/nearest.ts'
import { AppError, assert } from '../core/errors.ts'
import { BUDGET_KEYS, type Key } from './keys.ts'
import { loadConfig, type ConfigContext } from './load.ts'
import { literal } from './parse.ts'
import { mapToml, placeAt, type TomlEntry, type TomlMap, type TomlPath, type TomlTable } from './toml-map.ts'

/** The file's text, its name for errors, and what the text alone cannot say. */
export interface EditedFile { readonly text: string; readonly file: string; readonly context: ConfigContext }

export type EditValue = string | number | boolean | readonly (string | number)[]
export type BudgetKeyName = keyof typeof BUDGET_KEYS
/** What to change, by config key. null takes the key out, so that its default holds again. */
export type BudgetChanges = { readonly [K in Exclude<BudgetKeyName, 'id'>]?: EditValue | null }

/**
 * The text with this budget changed, or added at the end. Throws `config_invalid` when the file has an error already,
 * `invalid_input` for a change that is one, and `conflict` for a budget that is written in a form we do not edit.
 */
export function setBudget(edited: EditedFile, id: string, changes: BudgetChanges): string {
  const before = loaded(edited)
  const checked = check(id, changes)
  const position = before.budgets.findIndex(budget => budget.id === id)
  if (position < 0 && !checked.some(({ name, toml }) => name === 'limit' && toml !== null)) {
    throw new AppError('invalid_input', `budget "${id}" is new and needs a limit; add: --limit 20`)
  }
  const map = mapToml(edited.text)
  const result = position < 0 ? appended(map, edited.file, id, checked) : changed(map, edited.file, ['budget', position], checked)
  verify(edited, result, before, id)
  const now = mapToml(result)
  const { entries } = tableOf(now, edited.file, ['budget', position < 0 ? before.budgets.length : position])
  for (const { name, toml } of checked) {
    const entry = entries.find(each => nameIs(each, name))
    assert(toml === null ? entry === undefined : entry !== undefined && same(name, toml, result.slice(entry.valueStart, entry.valueEnd)), `${name} of budget ${id} reads back as given`)
  }
  return result
}

/** The text without this budget's table. Throws like `setBudget`, and `not_found` with the nearest id. */
export function removeBudget(edited: EditedFile, id: string): string {
  const before = loaded(edited)
  const position = before.budgets.findIndex(budget => budget.id === id)
  if (position < 0) throw unknownBudget(id, before)
  const map = mapToml(edited.text)
  const { table, entries } = tableOf(map, edited.file, ['budget', position])
  const start = lineStart(edited.text, table.start)
  let end = nextLine(edited.text, entries.at(-1)?.valueEnd ?? table.headerEnd)
  // The blank line that set the table apart goes with it; one is enough between its neighbours.
  const blank = /^[ \t]*\r?\n/.exec(edited.text.slice(end))?.[0] ?? ''
  if (blank !== '' && (start === 0 || /\n[ \t]*\r?\n$/.test(edited.text.slice(0, start)))) end += blank.length
  const result = edited.text.slice(0, start) + edited.text.slice(end)
  verify(edited, result, before, id)
  return result
}

export function unknownBudget(id: string, { budgets }: Pick<Settings, 'budgets'>): AppError {
  const ids = budgets.map(budget => budget.id)
  const meant = nearestWord(id, ids)
  const next = meant !== null ? `did you mean "${meant}"?` : ids.length > 0 ? `there are: ${ids.join(', ')}` : 'there is none; type: purser budget set NAME --limit 20'
  return new AppError('not_found', `there is no budget "${id}"; ${next}`, { context: { id } })
}

const loaded = ({ text, file, context }: EditedFile): Settings => loadConfig(text, file, context).settings

interface Change { readonly name: BudgetKeyName; readonly toml: string | null }

/** Every change as TOML, read back by the key's own reader; in the order of the documentation. */
function check(id: string, changes: BudgetChanges): readonly Change[] {
  const all: Readonly<Record<string, EditValue | null | undefined>> = { ...changes, id }
  return (Object.keys(BUDGET_KEYS) as BudgetKeyName[]).flatMap((name): readonly Change[] => {
    const value = all[name]
    if (value === undefined) return []
    const key: Key<unknown> = BUDGET_KEYS[name]
    if (value === null) {
      if (key.fallback === null) throw new AppError('invalid_input', `a budget cannot be without ${name}`)
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

function changed(map: TomlMap, file: string, path: TomlPath, changes: readonly Change[]): string {
  const { table, entries } = tableOf(map, file, path)
  const removed = new Set(changes.filter(({ toml }) => toml === null).map(({ name }) => name))
  const last = entries.findLast(entry => ![...removed].some(name => nameIs(entry, name)))
  const indent = last ? map.text.slice(lineStart(map.text, last.keyStart), last.keyStart) : ''
  const splices: Splice[] = []
  const added: string[] = []
  for (const { name, toml } of changes) {
    const entry = entries.find(each => nameIs(each, name))
    if (!entry) {
      if (toml !== null) added.push(`${indent}${name} = ${toml}`)
    } else if (toml === null) splices.push({ start: lineStart(map.text, entry.keyStart), end: nextLine(map.text, entry.valueEnd), text: '' })
    else if (!same(name, toml, map.text.slice(entry.valueStart, entry.valueEnd))) splices.push({ start: entry.valueStart, end: entry.valueEnd, text: toml })
  }
  if (added.length > 0) {
    const at = lineEnd(map.text, last?.valueEnd ?? table.headerEnd)
    splices.push({ start: at, end: at, text: added.map(line => newlineOf(map.text) + line).join('') })
  }
  // From the end, so that offsets stay true.
  return [...splices].sort((a, b) => b.start - a.start).reduce((text, { start, end, text: by }) => text.slice(0, start) + by + text.slice(end), map.text)
}

/** `20` and `"20.00"` are the same limit: what means the same stays as it was written. */
function same(name: BudgetKeyName, toml: string, written: string): boolean {
  const key: Key<unknown> = BUDGET_KEYS[name]
  const [now, then] = [key.read(literal(toml)), key.read(literal(written))]
  return 'value' in now && 'value' in then && comparable(now.value) === comparable(then.value)
}

function appended(map: TomlMap, file: string, id: string, changes: readonly Change[]): string {
  refuseInline(map, file)
  const newline = newlineOf(map.text)
  const lines = ['[[budget]]', ...changes.filter(({ toml }) => toml !== null).map(({ name, toml }) => `${name} = ${toml ?? ''}`)]
  const body = map.text === '' || map.text === '\uFEFF' ? map.text : map.text.replace(/\r?\n?$/, newline)
  const gap = body === '' || body === '\uFEFF' || /\n[ \t]*\r?\n$/.test(body) ? '' : newline
  assert(changes.some(({ name, toml }) => name === 'id' && toml === JSON.stringify(id)), 'a new table has its id')
  return `${body}${gap}${lines.join(newline)}${newline}`
}

function tableOf(map: TomlMap, file: string, path: TomlPath): { readonly table: TomlTable; readonly entries: readonly TomlEntry[] } {
  refuseInline(map, file)
  const index = map.tables.findIndex(table => comparable(table.path) === comparable(path))
  const table = map.tables[index]
  assert(table !== undefined, 'a budget that is not inline has a header')
  return { table, entries: map.entries.filter(entry => entry.table === index && entry.path.length === path.length + 1) }
}

/** `budget = [{ ... }]` is valid TOML; lines cannot be added to it without rewriting what people wrote. */
function refuseInline(map: TomlMap, file: string): void {
  const inline = map.entry(['budget'])
  if (!inline) return
  const { line } = placeAt(map.text, inline.keyStart)
  throw new AppError('conflict', `${file}, line ${line}: budgets are written inline, which cannot be edited for you. Write each as a [[budget]] table, or edit the line by hand`)
}

function nameIs(entry: TomlEntry, name: BudgetKeyName): boolean {
  const key: Key<unknown> = BUDGET_KEYS[name]
  const written = String(entry.path.at(-1))
  return written === name || (key.also?.includes(written) ?? false)
}

/** Nothing but this budget may differ, and what was written must read back. Otherwise it is our bug, and nothing is written. */
function verify({ file, context }: EditedFile, result: string, before: Settings, id: string): void {
  const others = ({ budgets, ...rest }: Settings): string => comparable([rest, budgets.filter(budget => budget.id !== id)])
  assert(others(loadConfig(result, file, context).settings) === others(before), `editing budget ${id} leaves everything else alone`)
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
