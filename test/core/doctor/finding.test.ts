import { describe, expect, it } from 'vitest'
import { atLeastVersion, count, fine, judged, shellWord, some } from '../../../src/core/doctor/finding.ts'

describe('judged', () => {
  it('judges what is known and never takes an unknown for health', () => {
    expect(judged('x', 'the x', 'known', () => [fine('x', 'good')])).toEqual([fine('x', 'good')])
    expect(judged('x', 'the x', { unknown: 'no permission' }, () => [fine('x', 'good')])).toMatchObject([{ id: 'x', level: 'info', title: 'Not checked: the x', detail: 'no permission' }])
  })
})

describe('atLeastVersion', () => {
  it.each([
    ['v20.19.0', [20, 19], true], ['20.18.9', [20, 19], false], ['21.0.0', [20, 19], true], ['3.51.3', [3, 51, 3], true], ['3.51.2', [3, 51, 3], false],
    ['3.52.0', [3, 51, 3], true], ['3.9.99', [3, 51, 3], false], ['4.0.0', [3, 51, 3], true], ['3.51', [3, 51, 3], false], ['26.0.0-nightly2', [20, 19], true], ['', [1], false], ['what', [0], true],
  ])('%s is at least %j: %s', (version, least, expected) => {
    expect(atLeastVersion(version, least)).toBe(expected)
  })
})

describe('words', () => {
  it('lists a few and counts the rest', () => {
    expect(some([])).toBe('')
    expect(some(['a', 'b', 'c'])).toBe('a, b, c')
    expect(some(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c and 2 more')
  })

  it('counts in one or many', () => {
    expect([count(1, 'file'), count(2, 'file'), count(0, 'file'), count(12_345, 'match', 'matches')]).toEqual(['1 file', '2 files', '0 files', '12,345 matches'])
  })

  it.each([['/a/b-c_d.json', '/a/b-c_d.json'], ['~/x', '~/x'], ['/a b', '\'/a b\''], ['/a\'b', '\'/a\'\\\'\'b\''], ['$(id)', '\'$(id)\''], ['', '\'\''], ['a;b', '\'a;b\''], ['ü', '\'ü\'']])('quotes %j for a shell as %s', (text, word) => {
    expect(shellWord(text)).toBe(word)
  })
})
