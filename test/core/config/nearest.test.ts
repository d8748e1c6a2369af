import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { editDistance, nearestWord } from '../../../src/core/config/nearest.ts'

describe('editDistance', () => {
  it.each([['', '', 0], ['limit', 'limit', 0], ['limt', 'limit', 1], ['limti', 'limit', 1], ['kitten', 'sitting', 3], ['', 'abc', 3], ['ca', 'abc', 3]])('from %j to %j is %i', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance)
  })

  it('is the same both ways, and zero only for the same word', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 })
    fc.assert(fc.property(word, word, (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a))
      expect(editDistance(a, b) === 0).toBe(a === b)
    }))
  })
})

describe('nearestWord', () => {
  const KEYS = ['limit', 'window', 'on_breach', 'project', 'per', 'id', 'max_files']
  it.each([
    ['limt', 'limit'], ['Limit', 'limit'], ['on-breach', 'on_breach'], ['onbreach', 'on_breach'], ['on_b', 'on_breach'], ['windw', 'window'], ['files', 'max_files'], ['pre', 'per'],
    ['colour', null], ['', null], ['x'.repeat(65), null], ['zz', null],
  ])('%j is %j', (typed, meant) => {
    expect(nearestWord(typed, KEYS)).toBe(meant)
  })

  it('finds a zone by its city', () => {
    expect(nearestWord('paris', ['Europe/Paris', 'Europe/Prague', 'America/Paramaribo'])).toBe('Europe/Paris')
    expect(nearestWord('Europe/Pariss', Intl.supportedValuesOf('timeZone'))).toBe('Europe/Paris')
  })

  it('names nothing for a word that would have to be replaced whole', () => {
    expect(nearestWord('a', ['b'])).toBeNull()
  })
})
