import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeUtf8, plainText, safeText, TEXT_MAX } from '../../../src/core/tailing/safe-text.ts'

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
// Lead bytes, continuations and their borders are what a decoder gets wrong; uniform bytes rarely meet.
const trickyByte = fc.constantFrom(0x00, 0x41, 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff)
const bytes = fc.array(fc.oneof(trickyByte, fc.integer({ min: 0, max: 255 })), { maxLength: 80 }).map(values => Uint8Array.from(values))

describe('decodeUtf8', () => {
  it('decodes any bytes as the Encoding standard does, replacement for replacement', () => {
    fc.assert(fc.property(bytes, input => {
      expect(decodeUtf8(input, 0, input.length)).toBe(decoder.decode(input))
    }), { numRuns: 5_000 })
  })

  it('decodes text longer than one chunk, beyond the basic plane included', () => {
    const text = 'päth/漢字/🚀/'.repeat(1_500)
    const input = new TextEncoder().encode(text)
    expect(decodeUtf8(input, 0, input.length)).toBe(text)
    expect(decodeUtf8(new TextEncoder().encode('a'.repeat(5_000)), 1, 4_999)).toBe('a'.repeat(4_998))
  })

  it('looks only at the range it is given', () => {
    const input = new TextEncoder().encode('aéb')
    expect(decodeUtf8(input, 1, 3)).toBe('é')
    expect(decodeUtf8(input, 1, 2)).toBe('\ufffd')
  })
})

describe('safeText', () => {
  it('replaces every control character, so that the separator of scope keys never occurs', () => {
    const controls = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).join('')
    const safe = safeText(controls)
    expect([...safe].filter(each => each.charCodeAt(0) < 0x20 || (each.charCodeAt(0) >= 0x7f && each.charCodeAt(0) <= 0x9f))).toEqual([])
    expect(safe).toContain('ABC')
    expect(safe).toHaveLength(controls.length)
  })

  it('keeps different values different in length, rather than dropping what it replaces', () => {
    expect(safeText('a\u001fb')).not.toBe(safeText('ab'))
  })

  it('replaces lone surrogates and keeps pairs', () => {
    expect(safeText('x\ud800y\udc00z🚀')).toBe('x\ufffdy\ufffdz🚀')
  })

  it('bounds what a hostile log can store', () => {
    expect(safeText('p'.repeat(TEXT_MAX + 1))).toHaveLength(TEXT_MAX)
    expect(safeText(`${'p'.repeat(TEXT_MAX - 1)}🚀`)).toBe(`${'p'.repeat(TEXT_MAX - 1)}\ufffd`)
    expect(plainText('\u0007'.repeat(5_000))).toHaveLength(5_000)
  })
})
