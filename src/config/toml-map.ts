// Where everything stands in a TOML text that has parsed: tables, keys and values as offsets. The parser proper gives
// values and forgets their places; errors need lines, money needs its digits as written, and edits need spans.

export type TomlPath = readonly (string | number)[]

/** A `[table]` or `[[table]]`. The root has no header and is not listed. */
export interface TomlTable {
  /** Names, with the position in every array of tables: `['budget', 2]`. */
  readonly path: TomlPath
  readonly isArray: boolean
  /** Offset of the `[`, and just after the last `]`. */
  readonly start: number
  readonly headerEnd: number
}

/** A key with its value, or an item of an array. Offsets into the text, ends exclusive. */
export interface TomlEntry {
  readonly path: TomlPath
  /** Where the key begins; the value itself for an item of an array. */
  readonly keyStart: number
  readonly valueStart: number
  readonly valueEnd: number
  /** Position in `tables` of the header it stands under; -1 above the first. */
  readonly table: number
}

export interface Place { readonly line: number; readonly column: number }

export interface TomlMap {
  readonly text: string
  readonly tables: readonly TomlTable[]
  readonly entries: readonly TomlEntry[]
  entry(path: TomlPath): TomlEntry | undefined
  /** Line and column (both from 1) of a key, else of the closest thing that holds it, else of the beginning. */
  placeOf(path: TomlPath): Place
}

/** Maps a text that the TOML parser has accepted; on any other the map is incomplete, never an error. */
export function mapToml(text: string): TomlMap {
  const { tables, entries } = new Scanner(text).scan()
  const byPath = new Map(entries.map(entry => [nameOf(entry.path), entry]))
  const starts = new Map<string, number>()
  // The list `budget` itself begins at its first [[budget]].
  for (const { path, start } of tables) for (let length = path.length; length > 0; length--) {
    const name = nameOf(path.slice(0, length))
    if (!starts.has(name)) starts.set(name, start)
  }
  const entry = (path: TomlPath): TomlEntry | undefined => byPath.get(nameOf(path))
  const placeOf = (path: TomlPath): Place => {
    for (let length = path.length; length > 0; length--) {
      const part = path.slice(0, length)
      const at = entry(part)?.keyStart ?? starts.get(nameOf(part))
      if (at !== undefined) return placeAt(text, at)
    }
    return { line: 1, column: 1 }
  }
  return { text, tables, entries, entry, placeOf }
}

export function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: (before.at(-1)?.replace('\uFEFF', '').length ?? 0) + 1 }
}

const nameOf = (path: TomlPath): string => JSON.stringify(path)
interface KeyPart { readonly name: string; readonly start: number }

class Scanner {
  readonly #text: string
  #at = 0
  readonly #tables: TomlTable[] = []
  readonly #entries: TomlEntry[] = []
  /** Last position in each array of tables, by resolved path. */
  readonly #arrays = new Map<string, number>()
  constructor(text: string) { this.#text = text }

  scan(): { readonly tables: readonly TomlTable[]; readonly entries: readonly TomlEntry[] } {
    if (this.#text.startsWith('\uFEFF')) this.#at = 1
    let table: TomlPath = []
    for (;;) {
      this.#skip(true)
      if (this.#at >= this.#text.length) return { tables: this.#tables, entries: this.#entries }
      const before = this.#at
      if (this.#text[this.#at] === '[') table = this.#header()
      else this.#pair(table)
      if (this.#at === before) this.#at++
    }
  }

  #header(): TomlPath {
    const start = this.#at
    const isArray = this.#text.startsWith('[[', start)
    this.#at += isArray ? 2 : 1
    const names = this.#key()
    this.#at += isArray ? 2 : 1
    const path = this.#resolve(names.map(part => part.name), isArray)
    this.#tables.push({ path, isArray, start, headerEnd: this.#at })
    return path
  }

  #resolve(names: readonly string[], isArray: boolean): TomlPath {
    const path: (string | number)[] = []
    for (const [position, name] of names.entries()) {
      path.push(name)
      const key = nameOf(path)
      const last = this.#arrays.get(key)
      if (isArray && position === names.length - 1) {
        this.#arrays.set(key, (last ?? -1) + 1)
        path.push((last ?? -1) + 1)
      } else if (last !== undefined) path.push(last)
    }
    return path
  }

  #pair(table: TomlPath): void {
    const key = this.#key()
    this.#skip(false)
    if (this.#text[this.#at] === '=') this.#at++
    this.#skip(false)
    this.#value([...table, ...key.map(part => part.name)], key[0]?.start ?? this.#at)
  }

  #key(): readonly KeyPart[] {
    const parts: KeyPart[] = []
    for (;;) {
      this.#skip(false)
      const start = this.#at
      const quote = this.#text[start]
      if (quote === '"' || quote === "'") {
        this.#string()
        parts.push({ name: unquoted(this.#text.slice(start, this.#at)), start })
      } else {
        while (/[A-Za-z0-9_-]/.test(this.#text[this.#at] ?? '')) this.#at++
        parts.push({ name: this.#text.slice(start, this.#at), start })
      }
      this.#skip(false)
      if (this.#text[this.#at] !== '.') return parts
      this.#at++
    }
  }

  #value(path: TomlPath, keyStart: number): void {
    const valueStart = this.#at
    // Reserved first, so that entries stay in the order of the text: a table before what it holds.
    const slot = this.#entries.length
    this.#entries.push({ path, keyStart, valueStart, valueEnd: valueStart, table: this.#tables.length - 1 })
    const first = this.#text[valueStart]
    if (first === '"' || first === "'") this.#string()
    else if (first === '[') this.#array(path)
    else if (first === '{') this.#inlineTable(path)
    else this.#bare()
    this.#entries[slot] = { path, keyStart, valueStart, valueEnd: this.#at, table: this.#tables.length - 1 }
  }

  #array(path: TomlPath): void {
    this.#at++
    for (let position = 0; this.#at < this.#text.length;) {
      this.#skip(true)
      const found = this.#text[this.#at]
      const before = this.#at
      if (found === ',' || found === ']') this.#at++
      else this.#value([...path, position++], this.#at)
      if (found === ']' || found === undefined) return
      if (this.#at === before) this.#at++
    }
  }

  #inlineTable(path: TomlPath): void {
    this.#at++
    while (this.#at < this.#text.length) {
      this.#skip(true)
      const found = this.#text[this.#at]
      const before = this.#at
      if (found === ',' || found === '}') this.#at++
      else this.#pair(path)
      if (found === '}' || found === undefined) return
      if (this.#at === before) this.#at++
    }
  }

  /** Numbers, booleans and dates: up to what must end them, without trailing blanks. */
  #bare(): void {
    const bare = /[^,\]}#\r\n]*/y
    bare.lastIndex = this.#at
    this.#at += bare.exec(this.#text)?.[0].trimEnd().length ?? 0
  }

  #string(): void {
    const quote = this.#text[this.#at] as string
    const long = this.#text.startsWith(quote.repeat(3), this.#at)
    const close = long ? quote.repeat(3) : quote
    this.#at += close.length
    while (this.#at < this.#text.length && !this.#text.startsWith(close, this.#at)) this.#at += quote === '"' && this.#text[this.#at] === '\\' ? 2 : 1
    // A string nobody closed ends with the text, also when a lone backslash is its last character.
    this.#at = Math.min(this.#text.length, this.#at + close.length)
    // Up to two quotes may stand right before the closing three.
    if (long) while (this.#text[this.#at] === quote) this.#at++
  }

  /** Blanks and, where a value may go on over lines, newlines and comments. */
  #skip(lines: boolean): void {
    const trivia = lines ? /(?:[ \t\r\n]+|#[^\n]*)*/y : /[ \t]*/y
    trivia.lastIndex = this.#at
    this.#at += trivia.exec(this.#text)?.[0].length ?? 0
  }
}

/** The name a quoted key stands for. Keys of ours have no escapes; a foreign one only has to be shown. */
function unquoted(quotedKey: string): string {
  const inner = quotedKey.slice(1, -1)
  if (quotedKey.startsWith("'") || !inner.includes('\\')) return inner
  try {
    return JSON.parse(`"${inner}"`) as string
  } catch {
    // TOML has escapes JSON has not (\U, \e); the name is then shown as written.
    return inner
  }
}
