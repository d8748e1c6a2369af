// JSON with positions: enough to change a person's settings file by inserting and cutting text, so that every byte we
// did not write stays as it was. Reads strict JSON only and names the line of what it refuses.

export interface JsonMember { readonly key: string; readonly keyStart: number; readonly value: JsonNode }
export type JsonNode = { readonly start: number; readonly end: number } & (
  | { readonly kind: 'object'; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'other'; readonly value: number | boolean | null }
)

/** What is wrong and where; the text itself is never quoted, a settings file may hold secrets. */
export class JsonProblem extends Error {
  readonly line: number
  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}

// Deeper than any settings file; a recursive reader must not be talked into a stack overflow.
const DEPTH_MAX = 100

export function parseJson(text: string): JsonNode {
  const reader = new Reader(text)
  const node = reader.value(0)
  reader.blanks()
  if (reader.at < text.length) throw reader.problem('there is something after the end of the JSON value')
  return node
}

export function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length
}

/** The last member with this name is the one a JSON reader sees; more than one is refused before we choose. */
export function memberOf(text: string, node: JsonNode, key: string): JsonMember | null {
  if (node.kind !== 'object') return null
  const found = node.members.filter(member => member.key === key)
  if (found.length > 1) throw new JsonProblem(lineOf(text, (found[1] as JsonMember).keyStart), `"${key}" is there twice`)
  return found[0] ?? null
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const BLANKS = /[ \t\r\n]*/y

class Reader {
  readonly #text: string
  at = 0
  constructor(text: string) { this.#text = text }

  problem(message: string, at = this.at): JsonProblem { return new JsonProblem(lineOf(this.#text, at), message) }

  blanks(): void {
    BLANKS.lastIndex = this.at
    BLANKS.exec(this.#text)
    this.at = BLANKS.lastIndex
    if (this.#text[this.at] === '/' && /[/*]/.test(this.#text[this.at + 1] ?? '')) throw this.problem('comments are not JSON')
  }

  value(depth: number): JsonNode {
    if (depth > DEPTH_MAX) throw this.problem(`nested deeper than ${DEPTH_MAX} levels`)
    this.blanks()
    const start = this.at
    const char = this.#text[start]
    if (char === '{') return this.#object(depth)
    if (char === '[') return this.#array(depth)
    if (char === '"') { const text = this.#string(); return { kind: 'string', start, end: this.at, text } }
    for (const [word, value] of WORDS) if (this.#text.startsWith(word, start)) { this.at += word.length; return { kind: 'other', start, end: this.at, value } }
    NUMBER.lastIndex = start
    const number = NUMBER.exec(this.#text)
    if (!number) throw this.problem(start >= this.#text.length ? 'the file ends in the middle' : 'a value is expected here')
    this.at = NUMBER.lastIndex
    return { kind: 'other', start, end: this.at, value: Number(number[0]) }
  }

  #object(depth: number): JsonNode {
    const start = this.at++
    const members: JsonMember[] = []
    this.blanks()
    if (this.#take('}')) return { kind: 'object', start, end: this.at, members }
    do {
      this.blanks()
      const keyStart = this.at
      if (this.#text[keyStart] !== '"') throw this.problem('a name in double quotes is expected here')
      const key = this.#string()
      this.blanks()
      if (!this.#take(':')) throw this.problem('a colon is expected here')
      members.push({ key, keyStart, value: this.value(depth + 1) })
      this.blanks()
    } while (this.#take(','))
    if (!this.#take('}')) throw this.problem(this.at >= this.#text.length ? 'the file ends in the middle' : 'a comma or } is expected here')
    return { kind: 'object', start, end: this.at, members }
  }

  #array(depth: number): JsonNode {
    const start = this.at++
    const items: JsonNode[] = []
    this.blanks()
    if (this.#take(']')) return { kind: 'array', start, end: this.at, items }
    do {
      items.push(this.value(depth + 1))
      this.blanks()
    } while (this.#take(','))
    if (!this.#take(']')) throw this.problem(this.at >= this.#text.length ? 'the file ends in the middle' : 'a comma or ] is expected here')
    return { kind: 'array', start, end: this.at, items }
  }

  /** Finds the end by hand (a pattern with a repeated run takes exponential time on an unclosed text), then JSON.parse judges. */
  #string(): string {
    const start = this.at
    let end = start + 1
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === '\\' ? 2 : 1
    try {
      const text = JSON.parse(this.#text.slice(start, end + 1)) as string
      this.at = end + 1
      return text
    } catch {
      throw this.problem('a text is not closed, or holds a character JSON does not allow')
    }
  }

  #take(char: string): boolean {
    if (this.#text[this.at] !== char) return false
    this.at++
    return true
  }
}

const WORDS: readonly (readonly [string, boolean | null])[] = [['true', true], ['false', false], ['null', null]]
