// Three edits of JSON text: append a member, append an item, cut a child. What is inserted takes the indentation and
// the line ends of its surroundings; cutting what was appended gives back the text of before.
import type { SettingsEdit } from '../../core/enforcement/hook-installation.ts'
import { JsonProblem, type JsonNode } from './json-text.ts'

const BOM = '\ufeff'

export function appendMember(text: string, container: JsonNode, key: string, value: unknown): string {
  return append(text, container, { prefix: `${JSON.stringify(key)}:`, value })
}

export function appendItem(text: string, container: JsonNode, value: unknown): string {
  return append(text, container, { prefix: '', value })
}

/** Cuts a child and the comma that is then too many; the only child leaves an empty container. */
export function cutChild(text: string, container: JsonNode, index: number): string {
  const children = childrenOf(container)
  const [before, child, after] = [children[index - 1], children[index], children[index + 1]]
  if (!child) return text
  if (after) return text.slice(0, child.start) + text.slice(after.start)
  if (before) return text.slice(0, before.end) + text.slice(child.end)
  return text.slice(0, container.start + 1) + text.slice(container.end - 1)
}

interface Added { readonly prefix: string; readonly value: unknown }

function append(text: string, container: JsonNode, added: Added): string {
  const last = childrenOf(container).at(-1)
  const style = styleOf(text)
  if (!last) {
    const inside = style.oneLine ? rendered(added, null, style) : style.newline + indented(added, style, padOf(text, container.start) + style.unit) + style.newline + padOf(text, container.start)
    return text.slice(0, container.start + 1) + inside + text.slice(container.end - 1)
  }
  const separate = startsLine(text, last.start) ? `,${style.newline}` : text.slice(container.start, container.end).includes(', ') ? ', ' : ','
  const inserted = separate.endsWith('\n') ? indented(added, style, padOf(text, last.start)) : rendered(added, null, style)
  return text.slice(0, last.end) + separate + inserted + text.slice(last.end)
}

interface Span { readonly start: number; readonly end: number }

function childrenOf(container: JsonNode): readonly Span[] {
  if (container.kind === 'array') return container.items
  return container.kind === 'object' ? container.members.map(member => ({ start: member.keyStart, end: member.value.end })) : []
}

interface Style { readonly newline: string; readonly unit: string; readonly oneLine: boolean }

/** A file that is only `{}` has no style of its own and gets the client's: two spaces. */
function styleOf(text: string): Style {
  const firstBreak = text.indexOf('\n')
  const unit = /\n([ \t]+)\S/.exec(text)?.[1] ?? '  '
  const body = text.trim()
  return { newline: firstBreak > 0 && text[firstBreak - 1] === '\r' ? '\r\n' : '\n', unit, oneLine: !body.includes('\n') && !/^\{\s*\}$/.test(body) }
}

function rendered({ prefix, value }: Added, unit: string | null, style: Style): string {
  const text = unit === null ? JSON.stringify(value) : JSON.stringify(value, null, unit)
  return prefix === '' ? text : `${prefix}${unit === null && style.oneLine ? '' : ' '}${text}`
}

function indented(added: Added, style: Style, pad: string): string {
  return pad + rendered(added, style.unit, style).split('\n').join(style.newline + pad)
}

/** The blanks at the start of the line that holds this position. */
function padOf(text: string, at: number): string {
  const lineStart = text.lastIndexOf('\n', at - 1) + 1
  return /^[ \t]*/.exec(text.slice(lineStart, at))?.[0] ?? ''
}

function startsLine(text: string, at: number): boolean {
  const lineStart = text.lastIndexOf('\n', at - 1) + 1
  return lineStart > 0 && text.slice(lineStart, at).trim() === ''
}

/** A change of a settings file's text as an edit: its byte order mark stays, and what is no JSON is refused with its line. */
export function guarded(text: string, change: (body: string) => string): SettingsEdit {
  const mark = text.startsWith(BOM) ? BOM : ''
  try {
    const after = mark + change(text.slice(mark.length))
    return after === text ? { edit: 'unchanged' } : { edit: 'changed', text: after }
  } catch (error) {
    if (error instanceof JsonProblem) return { edit: 'refused', line: error.line, problem: error.message }
    throw error
  }
}
