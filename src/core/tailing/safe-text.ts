// Text out of foreign bytes: UTF-8 with the standard replacement of what is not, no control characters, bounded.
// Written by hand because core is compiled without TextDecoder; the decoder of Node is its oracle in the tests.

/** PATH_MAX on Linux; no name, id or path of ours is longer, and a hostile one cannot fill the ledger. */
export const TEXT_MAX = 4096

const REPLACEMENT = 0xfffd
// String.fromCharCode takes its characters as arguments; engines allow far more than this.
const CHUNK = 1024

/** Decodes UTF-8; every maximal invalid part becomes one U+FFFD, as the Encoding standard says. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  if (isAscii(bytes, start, end)) return fromAscii(bytes, start, end)
  const units: number[] = []
  let text = ''
  let at = start
  while (at < end) {
    const [code, next] = codePoint(bytes, at, end)
    at = next
    if (code > 0xffff) units.push(0xd800 + ((code - 0x10000) >> 10), 0xdc00 + ((code - 0x10000) & 0x3ff))
    else units.push(code)
    if (units.length >= CHUNK) text += String.fromCharCode(...units.splice(0))
  }
  return text + String.fromCharCode(...units)
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((bytes[at] as number) >= 0x80) return false
  return true
}

function fromAscii(bytes: Uint8Array, start: number, end: number): string {
  if (end - start < SHORT.length) return shortAscii(bytes, start, end)
  let text = ''
  for (let at = start; at < end;) {
    // A plain array spreads four times faster into arguments than a typed one (160 ns for an id, not 650).
    const units: number[] = []
    for (const stop = Math.min(at + CHUNK, end); at < stop; at++) units.push(bytes[at] as number)
    text += String.fromCharCode(...units)
  }
  return text
}

// One array for each length of an id, a time or a name, filled anew: 85 ns where a new one takes 160 and leaves 500 bytes.
const SHORT = Array.from({ length: 65 }, (_, length) => Array.from({ length }, () => 0))

function shortAscii(bytes: Uint8Array, start: number, end: number): string {
  const units = SHORT[end - start] as number[]
  for (let at = start, k = 0; at < end; at++, k++) units[k] = bytes[at] as number
  return String.fromCharCode(...units)
}

/** One code point from `at`, and where the next one starts. */
function codePoint(bytes: Uint8Array, at: number, end: number): readonly [code: number, next: number] {
  const lead = bytes[at] as number
  if (lead < 0x80) return [lead, at + 1]
  const length = lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0
  if (length === 0) return [REPLACEMENT, at + 1]
  let code = lead & (0xff >> (length + 1))
  for (let k = 1; k < length; k++) {
    const next = at + k < end ? (bytes[at + k] as number) : 0
    if (k === 1 ? !validSecond(lead, next) : (next & 0xc0) !== 0x80) return [REPLACEMENT, at + k]
    code = (code << 6) | (next & 0x3f)
  }
  return [code, at + length]
}

/** The second byte excludes overlong forms, surrogates and what lies past U+10FFFF. */
function validSecond(lead: number, byte: number): boolean {
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
  return byte >= low && byte <= high
}

/**
 * Makes any text storable: control characters (C0, DEL, C1) and lone surrogates become U+FFFD, so that different
 * values stay different; at most TEXT_MAX characters are kept. Scope keys rely on it: they are joined by U+001F.
 */
export const safeText = (text: string): string => plainText(text.length > TEXT_MAX ? text.slice(0, TEXT_MAX) : text)

/** As `safeText`, of any length. */
export const plainText = (text: string): string => (isPlain(text) ? text : [...text].map(plainCharacter).join(''))

function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (isControl(unit) || (unit >= 0xd800 && unit <= 0xdfff)) return false
  }
  return true
}

const isControl = (code: number): boolean => code < 0x20 || (code >= 0x7f && code <= 0x9f)

/** `character` is one code point; a surrogate that stands alone is its own code point. */
function plainCharacter(character: string): string {
  const code = character.codePointAt(0) as number
  return isControl(code) || (code >= 0xd800 && code <= 0xdfff) ? '\ufffd' : character
}
