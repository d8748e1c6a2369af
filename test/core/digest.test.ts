import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { partsDigest, textDigest } from '../../src/core/digest.ts'

/** FNV-1a by its definition, in bigint. */
function reference(text: string): string {
  let hash = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(text)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn
  return hash.toString(16).padStart(16, '0')
}

describe('textDigest', () => {
  it.each([
    ['', 'cbf29ce484222325'],
    ['a', 'af63dc4c8601ec8c'],
    ['foobar', '85944171f73967e8'],
  ])('is FNV-1a 64 of %j', (text, digest) => {
    expect(textDigest(text)).toBe(digest)
  })

  it('follows the definition for any text, half surrogate pairs included', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: fc.integer({ min: 0, max: 0x10ffff }).map(point => String.fromCodePoint(point)) }), fc.constantFrom('\ud800', 'a\udfffb', '\u{1f3fb}')), text => {
      expect(textDigest(text)).toBe(reference(text))
    }))
  })
})

describe('partsDigest', () => {
  it('tells apart the same letters cut in different places', () => {
    expect(partsDigest(['ab', 'c'])).not.toBe(partsDigest(['a', 'bc']))
    expect(partsDigest(['a', ''])).not.toBe(partsDigest(['', 'a']))
    expect(partsDigest(['1:a'])).not.toBe(partsDigest(['1', 'a']))
  })
})
