// A 64-bit digest of text (FNV-1a over its UTF-8 bytes): names a version of a rule or a file, so that two can be told
// apart at a glance. Not a defence against somebody who looks for a collision; whoever may write our config need not.

// The FNV prime is 2^40 + 0x1b3. In two 32-bit halves its product stays below 2^53, so doubles are exact and no bigint
// is made per byte (70 times faster).
const PRIME_LOW = 0x1b3
const WORD = 0x1_0000_0000
const OFFSET_HIGH = 0xcbf29ce4, OFFSET_LOW = 0x84222325

/** Sixteen hex digits; the same text gives the same digits on every platform, for good: they are stored. */
export function textDigest(text: string): string {
  let high = OFFSET_HIGH, low = OFFSET_LOW
  const byte = (value: number): void => {
    low = (low ^ value) >>> 0
    const product = low * PRIME_LOW
    const carry = Math.floor(product / WORD)
    high = (high * PRIME_LOW + carry + low * 0x100) % WORD
    low = product % WORD
  }
  for (const character of text) utf8(character.codePointAt(0) as number, byte)
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')
}

/** Digest of several texts; ('ab', 'c') and ('a', 'bc') differ. */
export const partsDigest = (parts: readonly string[]): string => textDigest(parts.map(part => `${part.length}:${part}`).join(''))

const REPLACEMENT = 0xfffd
const isSurrogate = (point: number): boolean => point >= 0xd800 && point <= 0xdfff

function utf8(found: number, byte: (value: number) => void): void {
  const point = isSurrogate(found) ? REPLACEMENT : found
  if (point < 0x80) return byte(point)
  if (point < 0x800) byte(0xc0 | (point >> 6))
  else {
    if (point < 0x10000) byte(0xe0 | (point >> 12))
    else {
      byte(0xf0 | (point >> 18))
      byte(0x80 | ((point >> 12) & 0x3f))
    }
    byte(0x80 | ((point >> 6) & 0x3f))
  }
  byte(0x80 | (point & 0x3f))
}
