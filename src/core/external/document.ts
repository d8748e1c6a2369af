// From the text of a bill to its rows: JSON with every number kept as it was written, and CSV with a header. Says where
// a text is no such thing; knows no field's meaning.
import { AppError, messageOf } from '../errors.ts'
import { within, type Fields } from './reading.ts'
import type { TableSource } from './source.ts'

/** The rows a source's text holds. Throws `unavailable` naming the source and the place. */
export const rowsOf = (text: string, source: TableSource): readonly Fields[] =>
  (source.kind === 'json' ? jsonRows(text, source) : csvRows(text, source))

const wrong = (source: TableSource, what: string): AppError => new AppError('unavailable', `external source "${source.id}": ${what}`)

// A string as a whole, or a number outside of one.
const NUMBER_OR_STRING = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

function jsonRows(text: string, source: TableSource): readonly Fields[] {
  let tree: unknown
  try {
    JSON.parse(text)
    // Read once as it stands, so that the quotes below go around what is a number for certain.
    tree = JSON.parse(text.replace(NUMBER_OR_STRING, found => (found.startsWith('"') ? found : `"${found}"`)))
  } catch (error) {
    throw wrong(source, text.trim() === '' ? 'gave nothing, and a JSON document was expected' : `gave no JSON: ${messageOf(error).slice(0, 120)}`)
  }
  const found = within(tree, source.rows)
  if (found === undefined) throw wrong(source, `has no ${source.rows}; check its rows`)
  const rows = Array.isArray(found) ? found : [found]
  const bad = rows.findIndex(row => typeof row !== 'object' || row === null || Array.isArray(row))
  if (bad >= 0) throw wrong(source, `row ${bad + 1} is no object${source.rows === '' ? '; set rows to the way to its list, such as "data.items"' : ''}`)
  return rows as Fields[]
}

function csvRows(text: string, source: TableSource): readonly Fields[] {
  const [header, ...lines] = records(text.replace(/^\uFEFF/, ''), source)
  if (!header) throw wrong(source, 'gave nothing, and CSV with a header was expected')
  const names = header.map(name => name.trim())
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw wrong(source, `has two columns called ${twice}`)
  const needed = [source.amount, source.at, ...source.subject, ...Object.values(source.from)].filter(name => name !== '')
  const missing = needed.find(name => !names.includes(name))
  if (missing !== undefined) throw wrong(source, `has no column ${missing}; its columns: ${names.slice(0, 12).join(', ')}`)
  return lines.map((line, index) => {
    if (line.length !== names.length) throw wrong(source, `row ${index + 1} has ${line.length} columns, and the header has ${names.length}`)
    return Object.fromEntries(names.map((name, column) => [name, line[column] ?? '']))
  })
}

/** RFC 4180: quotes around what holds the delimiter, a line end or a quote, which is doubled. Empty lines are no rows. */
function records(text: string, source: TableSource): string[][] {
  const found: string[][] = []
  let [record, field, quoted, wasQuoted] = [[] as string[], '', false, false]
  const endField = (): void => { record.push(field); field = ''; wasQuoted = false }
  const endRecord = (): void => {
    const empty = record.length === 0 && field === '' && !wasQuoted
    endField()
    if (!empty) found.push(record)
    record = []
  }
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string
    if (quoted) {
      if (character !== '"') field += character
      else if (text[at + 1] === '"') { field += '"'; at++ } else quoted = false
    } else if (character === '"' && field === '' && !wasQuoted) [quoted, wasQuoted] = [true, true]
    else if (character === source.delimiter) endField()
    else if (character === '\n') endRecord()
    else if (character !== '\r' || text[at + 1] !== '\n') field += character
  }
  if (quoted) throw wrong(source, `row ${found.length} begins a quote that nothing ends`)
  endRecord()
  return found
}
