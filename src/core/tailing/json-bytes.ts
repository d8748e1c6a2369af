// Walks one line of JSON on its bytes, so that message bodies are skipped and never become strings.
// It trusts nothing: on bytes that are not JSON it says so (-1, `broken`), it never throws and never leaves its range.
// Not a validator: what is skipped is only balanced, not checked.
import { decodeUtf8, plainText, safeText, TEXT_MAX } from './safe-text.ts'

const QUOTE = 0x22, BACKSLASH = 0x5c, COLON = 0x3a, COMMA = 0x2c
// Every character of a storable string written as \uXXXX.
const ESCAPED_MAX = 6 * TEXT_MAX
const OPEN_BRACE = 0x7b, CLOSE_BRACE = 0x7d, OPEN_BRACKET = 0x5b, CLOSE_BRACKET = 0x5d

// Keys, ids and times are shorter than this: a loop over their bytes costs half of what calling `indexOf` does.
const NEAR = 40

/** Index of the closing quote of a string whose first character is at `at`; -1 when it does not end before `end`. */
export function stringEnd(bytes: Uint8Array, at: number, end: number): number {
  const near = at + NEAR < end ? at + NEAR : end
  let here = at
  while (here < near) {
    const byte = bytes[here]
    if (byte === QUOTE) return here
    if (byte === BACKSLASH) break
    here++
  }
  return here === end ? -1 : farEnd(bytes, here, end)
}

/** The same from within the string, where an even number of backslashes stands before `at`. */
function farEnd(bytes: Uint8Array, at: number, end: number): number {
  // indexOf is memchr: over long text it beats a loop over bytes by a factor of two to three.
  for (let from = at; from < end;) {
    const quote = bytes.indexOf(QUOTE, from)
    if (quote === -1 || quote >= end) return -1
    let before = quote - 1
    while (before >= at && bytes[before] === BACKSLASH) before--
    if ((quote - before) % 2 === 1) return quote
    from = quote + 1
  }
  return -1
}

/** Index of the first byte that is not JSON white space, at most `end`. */
export function skipSpace(bytes: Uint8Array, at: number, end: number): number {
  while (at < end) {
    const byte = bytes[at] as number
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break
    at++
  }
  return at
}

/** Index just past the value that starts at `at`; -1 when it does not end before `end`. Depth costs nothing: no recursion. */
export function valueEnd(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return -1
  const first = bytes[at]
  if (first === QUOTE) return stringEnd(bytes, at + 1, end) + 1 || -1
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return nestedEnd(bytes, at, end)
  let after = at
  while (after < end && isScalarByte(bytes[after] as number)) after++
  return after === at ? -1 : after
}

const isScalarByte = (byte: number): boolean => byte !== COMMA && byte !== CLOSE_BRACE && byte !== CLOSE_BRACKET && byte > 0x20

function nestedEnd(bytes: Uint8Array, at: number, end: number): number {
  let depth = 0
  for (let here = at; here < end; here++) {
    const byte = bytes[here]
    if (byte === QUOTE) {
      here = stringEnd(bytes, here + 1, end)
      if (here === -1) return -1
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++
    else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return here + 1
  }
  return -1
}

/**
 * Steps through the members of an object. After `next()` is true the key is [keyStart, keyEnd) without its quotes and
 * the value starts at `valueStart`; `end()` finds where the value ends, `enter()` reads it as an object in its place.
 */
export class Members {
  keyStart = 0
  keyEnd = 0
  valueStart = 0
  /** True once the bytes turned out not to be an object. */
  broken = false
  /** Just past the closing brace, once `next()` was false and nothing is broken. */
  after = -1
  #bytes: Uint8Array
  #limit: number
  #at: number
  #valueEnd = -1
  #nested: Members | null = null
  #first = true
  /** What `enter()` gave last, to be given again: one line in a gigabyte has a dozen objects to enter. */
  #spare: Members | null = null

  constructor(bytes: Uint8Array, at: number, limit: number) {
    this.#bytes = bytes
    this.#limit = limit
    this.#at = at + 1
    this.broken = at >= limit || bytes[at] !== OPEN_BRACE
  }

  /** Starts over on another object, as a new one would. */
  restart(bytes: Uint8Array, at: number, limit: number): void {
    this.#bytes = bytes
    this.#limit = limit
    this.#at = at + 1
    this.broken = at >= limit || bytes[at] !== OPEN_BRACE
    this.after = -1
    this.#valueEnd = -1
    this.#nested = null
    this.#first = true
  }

  next(): boolean {
    if (this.broken || this.after !== -1) return false
    const bytes = this.#bytes, limit = this.#limit
    let at = this.#first ? this.#at : this.end()
    if (at === -1) return this.#break()
    // No client writes white space: the plain byte is looked at first.
    if (bytes[at] !== COMMA) at = skipSpace(bytes, at, limit)
    if (bytes[at] === CLOSE_BRACE && at < limit) {
      this.after = at + 1
      return false
    }
    if (!this.#first) {
      if (bytes[at] !== COMMA || at >= limit) return this.#break()
      at++
      if (bytes[at] !== QUOTE) at = skipSpace(bytes, at, limit)
    }
    this.#first = false
    if (bytes[at] !== QUOTE || at >= limit) return this.#break()
    this.keyStart = at + 1
    const keyEnd = stringEnd(bytes, at + 1, limit)
    this.keyEnd = keyEnd
    if (keyEnd === -1) return this.#break()
    at = keyEnd + 1
    if (bytes[at] !== COLON) at = skipSpace(bytes, at, limit)
    if (bytes[at] !== COLON || at >= limit) return this.#break()
    at++
    this.valueStart = (bytes[at] as number) > 0x20 ? at : skipSpace(bytes, at, limit)
    this.#valueEnd = -1
    this.#nested = null
    return true
  }

  /** Just past the current value; -1 when it is broken. What `enter()` walked is not walked again. */
  end(): number {
    if (this.#valueEnd !== -1) return this.#valueEnd
    const nested = this.#nested
    if (nested) {
      while (nested.next());
      this.#valueEnd = nested.broken ? -1 : nested.after
    } else this.#valueEnd = valueEnd(this.#bytes, this.valueStart, this.#limit)
    return this.#valueEnd
  }

  /** The members of the current value, or null when it is not an object. Good until the next value is entered. */
  enter(): Members | null {
    if (this.#bytes[this.valueStart] !== OPEN_BRACE) return null
    if (this.#spare) this.#spare.restart(this.#bytes, this.valueStart, this.#limit)
    else this.#spare = new Members(this.#bytes, this.valueStart, this.#limit)
    this.#nested = this.#spare
    return this.#nested
  }

  keyIs(key: Uint8Array): boolean {
    return sameBytes(this.#bytes, this.keyStart, this.keyEnd, key)
  }

  #break(): false {
    this.broken = true
    return false
  }
}

/** An ASCII word as bytes, for keys and markers. */
export const ascii = (word: string): Uint8Array => Uint8Array.from(word, character => character.charCodeAt(0))

/** Are bytes [start, end) exactly `word`? */
export function sameBytes(bytes: Uint8Array, start: number, end: number, word: Uint8Array): boolean {
  if (end - start !== word.length) return false
  for (let k = 0; k < word.length; k++) if (bytes[start + k] !== word[k]) return false
  return true
}

/** Is the value at `at` the string `word` (ASCII, nothing to escape)? */
export function isString(bytes: Uint8Array, at: number, word: Uint8Array): boolean {
  return bytes[at] === QUOTE && bytes[at + 1 + word.length] === QUOTE && sameBytes(bytes, at + 1, at + 1 + word.length, word)
}

/** The string value [start, end) with its quotes as storable text; null when it is no string. */
export function textAt(bytes: Uint8Array, start: number, end: number): string | null {
  if (bytes[start] !== QUOTE || end - start < 2) return null
  // A longer string is cut anyway; cutting it first bounds the work, and an escape split by the cut stays as written.
  if (end - start > ESCAPED_MAX) return safeText(decodeUtf8(bytes, start + 1, start + TEXT_MAX))
  const raw = decodeUtf8(bytes, start + 1, end - 1)
  return safeText(raw.includes('\\') ? unescaped(raw) : raw)
}

function unescaped(raw: string): string {
  try {
    return JSON.parse(`"${plainText(raw)}"`) as string
  } catch {
    return raw
  }
}

/** A non-negative integer of at most nine digits at `at`, and only that; -1 for anything else, so that the slow way decides. */
export function smallIntegerAt(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > 9 || end === start || (bytes[start] === 0x30 && end - start > 1)) return -1
  let value = 0
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] as number) - 0x30
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

/** The value [start, end) parsed whole; undefined when it is not JSON. For small values only: the caller bounds it. */
export function parsedAt(bytes: Uint8Array, start: number, end: number): unknown {
  try {
    return JSON.parse(decodeUtf8(bytes, start, end)) as unknown
  } catch {
    return undefined
  }
}
