// Lays rows out in columns that fit a width: first optional columns go, then wide ones shrink, then the last one wraps.
// Pure layout; knows nothing of what the cells mean.
import { displayWidth, fit } from './display-width.ts'
import { lineWidth, safeLine, textOf, toneOf, type Line, type Span } from './line.ts'

export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
  /** May be cut down to this many columns; absent = never cut. */
  readonly shrinkTo?: number
  /** Which side of a cut cell survives. Paths tell more at their end. */
  readonly keep?: 'start' | 'end'
  /** May be left out when the table is too wide; the highest number goes first. */
  readonly drop?: number
  /** Breaks between words onto further lines; only for the last column. */
  readonly wrap?: boolean
}
export type Cell = string | Span | Line

export interface Table {
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Cell[])[]
  /** Columns of the screen; Infinity for a pipe, where nothing is cut. */
  readonly width: number
  readonly indent?: number
  /** False leaves the titles out. */
  readonly header?: boolean
}

const GAP = 2
// Narrower than this a wrapped column is a ladder of single words; it then overflows instead.
const WRAP_MIN = 16

/** The lines of the table, the titles first. Rows with fewer cells than columns end early. */
export function layoutTable(table: Table): readonly Line[] {
  const indent = table.indent ?? 0
  const cells = table.rows.map(row => row.map(toLine))
  const natural = table.columns.map((column, index) => Math.max(
    table.header === false ? 0 : displayWidth(column.title), ...cells.map(row => lineWidth(row[index] ?? [])), 0))
  const kept = keepColumns(table.columns, natural, table.width - indent)
  const widths = shrinkColumns(kept.map(index => table.columns[index] as Column), kept.map(index => natural[index] as number), table.width - indent)
  const titles = table.header === false ? [] : [kept.map(index => toLine({ text: (table.columns[index] as Column).title, tone: 'faint' }))]
  return [...titles, ...cells.map(row => kept.map(index => row[index] ?? []))]
    .flatMap(row => layoutRow(row, kept.map(index => table.columns[index] as Column), widths, indent, table.width))
}

/** How wide the table would be if nothing were cut. */
export const naturalWidth = (lines: readonly Line[]): number => Math.max(0, ...lines.map(lineWidth))

function toLine(cell: Cell): Line {
  if (typeof cell === 'string') return safeLine([cell])
  return safeLine('tone' in cell ? [cell] : cell)
}

const total = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width, 0) + GAP * Math.max(0, widths.length - 1)

/** Indexes of the columns that stay. */
function keepColumns(columns: readonly Column[], natural: readonly number[], width: number): readonly number[] {
  const least = (index: number): number => {
    const { shrinkTo, wrap } = columns[index] as Column
    return Math.min(natural[index] as number, wrap ? WRAP_MIN : shrinkTo ?? Infinity)
  }
  let kept = columns.map((_, index) => index)
  const droppable = kept.filter(index => columns[index]?.drop !== undefined).sort((a, b) => (columns[b]?.drop ?? 0) - (columns[a]?.drop ?? 0))
  for (const index of droppable) {
    if (total(kept.map(least)) <= width) break
    kept = kept.filter(other => other !== index)
  }
  return kept
}

/** Takes from the widest column that may give, one step at a time, until the row fits or nobody can give more. */
function shrinkColumns(columns: readonly Column[], natural: readonly number[], width: number): readonly number[] {
  const widths = [...natural]
  const least = columns.map((column, index) => Math.min(natural[index] as number, column.wrap ? WRAP_MIN : column.shrinkTo ?? Infinity))
  for (let excess = total(widths) - width; excess > 0; excess--) {
    let widest = -1
    for (const [index, own] of widths.entries()) {
      if (own > (least[index] as number) && own > (widths[widest] ?? -1)) widest = index
    }
    if (widest < 0) break
    widths[widest] = (widths[widest] as number) - 1
  }
  return widths
}

function layoutRow(row: readonly Line[], columns: readonly Column[], widths: readonly number[], indent: number, width: number): readonly Line[] {
  const last = columns.length - 1
  if (columns[last]?.wrap && total(widths) + indent > width) return stackRow(row, columns, widths, indent, width)
  const wrapped = columns[last]?.wrap ? wrapWords(row[last] ?? [], widths[last] as number) : [row[last] ?? []]
  const before = indent + total(widths.slice(0, last)) + (last > 0 ? GAP : 0)
  return wrapped.map((tail, index) => {
    if (index > 0) return trimLine([' '.repeat(furtherIn(before, width - lineWidth(tail))), ...tail])
    const line: (string | Span)[] = indent > 0 ? [' '.repeat(indent)] : []
    for (const [at, column] of columns.entries()) {
      const cell = at === last ? tail : row[at] ?? []
      line.push(...(column.wrap ? cell : padCell(cell, widths[at] as number, column, at === last)))
      if (at < last) line.push(' '.repeat(GAP))
    }
    return trimLine(line)
  })
}

/** A word too long for its column begins further left, so that a terminal does not break it; one too long for any stays. */
const furtherIn = (before: number, room: number): number => (room < 0 ? before : Math.min(before, room))

/** No room beside the other columns: the wrapped cell goes below them, a step further in. */
function stackRow(row: readonly Line[], columns: readonly Column[], widths: readonly number[], indent: number, width: number): readonly Line[] {
  const last = columns.length - 1
  const above = layoutRow(row.slice(0, last), columns.slice(0, last), widths.slice(0, last), indent, Infinity)
  const step = ' '.repeat(indent + GAP)
  return [...above, ...wrapWords(row[last] ?? [], width - step.length).filter(line => line.length > 0).map((line): Line => [step, ...line])]
}

function padCell(cell: Line, width: number, column: Column, isLast: boolean): Line {
  const cut = cutLine(cell, width, column.keep ?? 'start')
  const gap = ' '.repeat(Math.max(0, width - lineWidth(cut)))
  if (column.align === 'right') return [gap, ...cut]
  return isLast ? cut : [...cut, gap]
}

/** At most `width` wide; several spans are cut where the width ends. */
export function cutLine(line: Line, width: number, keep: 'start' | 'end' = 'start'): Line {
  if (lineWidth(line) <= width) return line
  if (keep === 'end' && line.length === 1) return [{ text: fitEnd(textOf(line[0] ?? ''), width), tone: toneOf(line[0] ?? '') }]
  const cut: Span[] = []
  let left = width
  for (const part of line) {
    const text = fit(textOf(part), left)
    cut.push({ text, tone: toneOf(part) })
    left -= displayWidth(text)
    if (left <= 0 || text !== textOf(part)) break
  }
  return cut
}

/** Keeps the end: `…/src/web`. */
export function fitEnd(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  if (width <= 0) return ''
  let rest = text
  while (rest !== '' && displayWidth(rest) > width - 1) rest = rest.slice((rest.codePointAt(0) ?? 0) > 0xffff ? 2 : 1)
  return `…${rest}`
}

/** Breaks at spaces; a word or command longer than the width stands alone and overflows, so that it can be copied whole. */
export function wrapWords(line: Line, width: number): readonly Line[] {
  if (lineWidth(line) <= width) return [line]
  const lines: Span[][] = [[]]
  let used = 0
  for (const part of line) {
    for (const word of toneOf(part) === 'command' ? [textOf(part)] : textOf(part).split(/(?<= )/)) {
      const bare = displayWidth(word.trimEnd())
      // A blank at the end of a line would begin the next.
      if (bare === 0 && used >= width) continue
      if (used > 0 && used + bare > width) {
        lines.push([])
        used = 0
      }
      const current = lines.at(-1) as Span[]
      current.push({ text: word, tone: toneOf(part) })
      used += displayWidth(word)
    }
  }
  return lines.map(trimLine)
}

/** Parts that stay whole where they can: a part that does not fit begins a line of its own, and only then wraps. */
export function wrapParts(parts: readonly string[], separator: string, width: number): readonly string[] {
  const lines: string[] = []
  for (const part of parts) {
    const joined = lines.length === 0 ? part : `${lines.at(-1) ?? ''}${separator}${part}`
    if (displayWidth(joined) <= width) lines.splice(Math.max(0, lines.length - 1), 1, joined)
    else lines.push(...wrapWords([part], width).map(line => line.map(textOf).join('').trimEnd()))
  }
  return lines
}

/** Wraps a line that is too wide at its blanks, each further line as far in as the first. */
export function wrapLine(line: Line, width: number): readonly Line[] {
  const safe = safeLine(line)
  if (lineWidth(safe) <= width) return [safe]
  const indent = /^ */.exec(safe.map(textOf).join(''))?.[0] ?? ''
  const [first = [], ...rest] = wrapWords(safe, width)
  // Nothing fitted behind the indent: what follows brings its own.
  return [...(lineWidth(first) === 0 ? [] : [first]), ...rest.flatMap(more => wrapWords(more, width - indent.length)).map((more): Line => [indent, ...more])]
}

/** Trailing blanks make a diff noisy and a copied line longer. */
function trimLine(line: readonly (string | Span)[]): Line {
  const parts = [...line]
  while (parts.length > 0) {
    const part = parts.pop() as string | Span
    const text = textOf(part).trimEnd()
    if (text !== '') return [...parts, typeof part === 'string' ? text : { ...part, text }]
  }
  return []
}
