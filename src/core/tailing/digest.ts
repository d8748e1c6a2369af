// A 64-bit digest of bytes for fingerprints and keys. Tells versions of our own files apart; it is no defence against
// someone who forges a log, who could as well write the log.

// As signed 32-bit integers, like everything below: a word that once became a double would stay slow for good.
const PRIME_A = 0x01000193, PRIME_B = 0x85ebca6b | 0

/** Sixteen hex digits over bytes [start, end). The same on every platform, for good: digests are stored. */
export function digest(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let a = 0x811c9dc5 | 0, b = 0x9e3779b9 ^ (end - start)
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number
    a = Math.imul(a ^ byte, PRIME_A)
    b = Math.imul((b << 5) | (b >>> 27), PRIME_B) ^ byte
  }
  return hex(settle(a ^ (b >>> 7))) + hex(settle((b + Math.imul(a, PRIME_B)) | 0))
}

/** Spreads every input bit over the word, so that files that differ in their last byte differ everywhere. */
function settle(word: number): number {
  let value = word ^ (word >>> 16)
  value = Math.imul(value, 0x7feb352d)
  value ^= value >>> 15
  value = Math.imul(value, 0x846ca68b)
  return (value ^ (value >>> 16)) >>> 0
}

const hex = (word: number): string => word.toString(16).padStart(8, '0')
