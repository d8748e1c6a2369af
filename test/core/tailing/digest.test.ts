import { describe, expect, it } from 'vitest'
import { digest } from '../../../src/core/tailing/digest.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('digest', () => {
  it('never changes: stored fingerprints of every user depend on it', () => {
    expect([digest(bytes('')), digest(bytes('a')), digest(bytes('{"type":"assistant"}'))]).toEqual(['5606d0e9e0f7b765', '380e053180546f17', 'a29005c1cb498233'])
  })

  it('tells apart ranges that differ in one bit anywhere', () => {
    const base = Uint8Array.from({ length: 64 }, (_, at) => (at * 37) & 0xff)
    const seen = new Set([digest(base)])
    for (let at = 0; at < base.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const other = Uint8Array.from(base)
        other[at] = (other[at] as number) ^ (1 << bit)
        seen.add(digest(other))
      }
    }
    expect(seen.size).toBe(1 + 64 * 8)
  })

  it('tells apart lengths of equal bytes, and swapped neighbours', () => {
    const zeros = Array.from({ length: 200 }, (_, length) => digest(new Uint8Array(length)))
    expect(new Set(zeros).size).toBe(200)
    expect(digest(bytes('ab'))).not.toBe(digest(bytes('ba')))
  })

  it('has no collision in a hundred thousand short records that differ in a counter', () => {
    const seen = new Set<string>()
    for (let n = 0; n < 100_000; n++) seen.add(digest(bytes(`{"type":"assistant","uuid":"${n}"}`)))
    expect(seen.size).toBe(100_000)
  })

  it('digests the range it is given, whatever lies around it', () => {
    expect(digest(bytes('xxabcxx'), 2, 5)).toBe(digest(bytes('abc')))
  })
})
