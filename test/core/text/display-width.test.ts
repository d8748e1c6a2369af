import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { column, displayWidth, fit } from '../../../src/core/text/display-width.ts'

describe('displayWidth', () => {
  it.each([
    ['', 0], ['abc', 3], ['é', 1], ['e\u0301', 1], ['日本語', 6], ['한국', 4], ['ｆｕｌｌ', 8], ['ｶﾅ', 2], ['👍', 2], ['🇫🇷', 2], ['🫠', 2],
    ['☃', 1], ['⌚', 2], ['→', 1], ['…', 1], ['\u1112\u1161\u11ab', 2], ['𠀀', 2], ['\u{3fffd}', 2], ['\u{40000}', 1], ['मनी', 3], ['ё', 1],
  ])('%j takes %i columns', (text, columns) => {
    expect(displayWidth(text)).toBe(columns)
  })
})

describe('fit', () => {
  it.each([
    ['project', 7, 'project'], ['project', 6, 'proje…'], ['project', 1, '…'], ['project', 0, ''], ['project', -3, ''], ['', 4, ''],
    ['日本語', 6, '日本語'], ['日本語', 5, '日本…'], ['日本語', 4, '日 …'], ['日本語', 1, '…'], ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
    ['e\u0301', 1, 'e\u0301'], ['👍👍', 3, '👍…'], ['a日', 2, 'a…'],
  ])('cuts %j to %i columns as %j', (text, columns, expected) => {
    expect(fit(text, columns)).toBe(expected)
  })

  it('never overflows its column, never cuts what fits, and cuts no surrogate pair', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.integer({ min: 1, max: 30 }), (text, columns) => {
      const cut = fit(text, columns)
      expect(displayWidth(cut)).toBeLessThanOrEqual(columns)
      expect(cut === text).toBe(displayWidth(text) <= columns || text === '')
      expect(cut).not.toMatch(/\p{Cs}/u)
    }), { numRuns: 500 })
  })
})

describe('column', () => {
  it('is exactly as wide as asked, on either side', () => {
    expect(column('ab', 4)).toBe('ab  ')
    expect(column('ab', 4, 'right')).toBe('  ab')
    expect(column('日本語', 5)).toBe('日本…')
    expect(column('日本', 5, 'right')).toBe(' 日本')
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.integer({ min: 1, max: 20 }), (text, columns) => {
      expect(displayWidth(column(text, columns))).toBe(columns)
    }), { numRuns: 300 })
  })
})
