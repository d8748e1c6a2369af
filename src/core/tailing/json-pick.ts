// The wanted fields of one line of JSON as a small object, so that a parser can be written plainly and message bodies
// still never become strings. Names that are not wanted are stepped over on their bytes; nothing here throws.
import { decodeUtf8 } from './safe-text.ts'
import { Members, parsedAt, skipSpace, textAt, valueEnd } from './json-bytes.ts'
import type { JsonObject } from './json-fields.ts'

/** Field names, each with `true` for a plain value, or with what is wanted of the object (or of each object in the list) there. */
export interface Wanted { readonly [name: string]: true | Wanted }

export type PickedLine =
  | { readonly read: 'object'; readonly object: JsonObject }
  | { readonly read: 'empty' }
  | { readonly read: 'malformed'; readonly why: string }

// Wanted names are short; a longer key cannot be one of them.
const NAME_BYTES_MAX = 64
// A JSON number of ours has at most a few dozen digits.
const NUMBER_BYTES_MAX = 64
// Longest list of a real record: the history a client writes again after compressing it.
const LIST_MAX = 100_000
const QUOTE = 0x22, COMMA = 0x2c, OPEN_BRACE = 0x7b, OPEN_BRACKET = 0x5b, CLOSE_BRACKET = 0x5d

/** Reads a whole line. A line that is cut, is no object or goes on behind it is malformed, with the reason. */
export function pickLine(line: Uint8Array, wanted: Wanted): PickedLine {
  const end = line.length
  const start = skipSpace(line, 0, end)
  if (start === end) return { read: 'empty' }
  const members = new Members(line, start, end)
  if (members.broken) return { read: 'malformed', why: 'the line is not a JSON object' }
  const object = pick(line, members, wanted, end)
  if (members.broken) return { read: 'malformed', why: 'the line is cut or is not JSON' }
  if (skipSpace(line, members.after, end) !== end) return { read: 'malformed', why: 'something follows the JSON object' }
  return { read: 'object', object }
}

/** The last of equal names wins, as in JSON.parse. */
function pick(bytes: Uint8Array, members: Members, wanted: Wanted, limit: number): JsonObject {
  const object: Record<string, unknown> = {}
  while (members.next()) {
    if (members.keyEnd - members.keyStart > NAME_BYTES_MAX) continue
    const name = decodeUtf8(bytes, members.keyStart, members.keyEnd)
    const want = Object.hasOwn(wanted, name) ? wanted[name] : undefined
    if (want === undefined) continue
    object[name] = want === true ? plainValue(bytes, members.valueStart, members.end()) : nestedValue(bytes, members, want, limit)
  }
  return object
}

/** A plain value; NaN (no counter, no text, no time) where an object or a list stands, so that it reads as damaged and not as absent. */
function plainValue(bytes: Uint8Array, start: number, end: number): unknown {
  if (end === -1) return undefined
  const first = bytes[start]
  if (first === QUOTE) return textAt(bytes, start, end) ?? undefined
  if (first === OPEN_BRACE || first === OPEN_BRACKET || end - start > NUMBER_BYTES_MAX) return Number.NaN
  const parsed = parsedAt(bytes, start, end)
  return parsed === undefined ? Number.NaN : parsed
}

function nestedValue(bytes: Uint8Array, members: Members, wanted: Wanted, limit: number): unknown {
  const nested = members.enter()
  if (nested) return pick(bytes, nested, wanted, limit)
  const end = members.end()
  return end !== -1 && bytes[members.valueStart] === OPEN_BRACKET ? pickList(bytes, members.valueStart + 1, end, wanted) : plainValue(bytes, members.valueStart, end)
}

/** The objects of a list, in their order; what is no object is left out. */
function pickList(bytes: Uint8Array, start: number, end: number, wanted: Wanted): unknown[] {
  const list: unknown[] = []
  for (let at = skipSpace(bytes, start, end); at < end && bytes[at] !== CLOSE_BRACKET && list.length < LIST_MAX;) {
    const after = valueEnd(bytes, at, end)
    if (after === -1) break
    if (bytes[at] === OPEN_BRACE) list.push(pick(bytes, new Members(bytes, at, after), wanted, after))
    at = skipSpace(bytes, after, end)
    if (bytes[at] !== COMMA) break
    at = skipSpace(bytes, at + 1, end)
  }
  return list
}
