import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { displayWidth } from '../../../src/core/text/display-width.ts'
import { plainLine, strong, type Line } from '../../../src/core/text/line.ts'
import { cutLine, fitEnd, layoutTable, naturalWidth, wrapLine, wrapParts, wrapWords } from '../../../src/core/text/table.ts'

const text = (lines: readonly Line[]): string[] => lines.map(plainLine)
const COLUMNS = [{ title: 'NAME', shrinkTo: 6 }, { title: 'NOTE', drop: 1 }, { title: 'COST', align: 'right' }] as const

describe('a table', () => {
  it('aligns its columns and trims what trails', () => {
    expect(text(layoutTable({ columns: COLUMNS, width: Infinity, rows: [['web', 'a', '$1.00'], ['api-server', 'bb', '$12.00']] }))).toEqual([
      'NAME        NOTE    COST',
      'web         a      $1.00',
      'api-server  bb    $12.00',
    ])
  })
  it('leaves optional columns out first, then cuts the one that may shrink', () => {
    const rows = [['api-server', 'a long remark', '$12.00']]
    expect(text(layoutTable({ columns: COLUMNS, width: 30, rows }))).toEqual(['NAME     NOTE             COST', 'api-se…  a long remark  $12.00'])
    expect(text(layoutTable({ columns: COLUMNS, width: 22, rows }))).toEqual(['NAME          COST', 'api-server  $12.00'])
    expect(text(layoutTable({ columns: COLUMNS, width: 15, rows }))).toEqual(['NAME       COST', 'api-se…  $12.00'])
  })
  it('measures wide characters by what they take on a screen', () => {
    const lines = text(layoutTable({ columns: COLUMNS, width: Infinity, rows: [['漢字', 'x', '$1.00'], ['ab', 'y', '$2.00']] }))
    expect(lines.map(displayWidth)).toEqual([17, 17, 17])
  })
  it('wraps its last column below itself', () => {
    expect(text(layoutTable({ columns: [{ title: 'K' }, { title: 'WHY', wrap: true }], width: 24, rows: [['a', 'one two three four five']] }))).toEqual(['K  WHY', 'a  one two three four', '   five'])
  })
  it('begins a word that is too long for its column further left, where it fits the screen whole', () => {
    const lines = (width: number) => text(layoutTable({ columns: [{ title: '' }, { title: '', wrap: true }], header: false, width, rows: [['a-key-of-ten', 'one 01183854-4169-4b98-a0ed-2d2ed15bc228 two']] }))
    expect(lines(44)).toEqual(['a-key-of-ten  one', '        01183854-4169-4b98-a0ed-2d2ed15bc228', '              two'])
    expect(lines(34)).toEqual(['a-key-of-ten  one', '              01183854-4169-4b98-a0ed-2d2ed15bc228', '              two'])
  })
  it('puts the wrapped column below the others when there is no room beside them', () => {
    expect(text(layoutTable({ columns: [{ title: 'K' }, { title: 'WHY', wrap: true }], header: false, width: 24, rows: [['a-key-of-twenty-chars', 'one two three four five']] }))).toEqual(['a-key-of-twenty-chars', '  one two three four', '  five'])
  })
  it('counts escapes in a cell as nothing, because they are gone', () => {
    expect(text(layoutTable({ columns: COLUMNS, width: Infinity, header: false, rows: [['\u001b[31mred\u001b[0m', 'x', '1']] }))).toEqual(['red  x  1'])
  })
  it('never passes its width while its columns may give', () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 60 })
    fc.assert(fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 6 }), fc.integer({ min: 20, max: 120 }), (rows, width) => {
      const lines = layoutTable({ columns: [{ title: 'A', shrinkTo: 4 }, { title: 'B', shrinkTo: 4 }], width, rows })
      expect(naturalWidth(lines)).toBeLessThanOrEqual(width)
    }))
  })
})

describe('cutting', () => {
  it('keeps the end of a path', () => {
    expect(fitEnd('/home/ada/src/web', 8)).toBe('…src/web')
    expect([fitEnd('abc', 3), fitEnd('abc', 1), fitEnd('abc', 0)]).toEqual(['abc', '…', ''])
  })
  it('cuts across spans where the width ends', () => {
    expect(plainLine(cutLine([strong('abc'), 'defgh'], 6))).toBe('abcde…'.slice(0, 5) + '…')
    expect(plainLine(cutLine(['abcdef'], 4, 'end'))).toBe('…def')
  })
})

describe('wrapping', () => {
  it('breaks between words and leaves an endless word whole, so that it can be copied', () => {
    expect(text(wrapWords(['aa bb cccccccccc d'], 5))).toEqual(['aa bb', 'cccccccccc', 'd'])
  })
  it('never breaks a command, whatever its width, in a table or in a line', () => {
    const line: Line = ['See: ', { text: 'tail -c +12 /a/long/path | head -n 1', tone: 'command' }, ' now']
    expect(text(wrapLine(['  ', ...line], 20))).toEqual(['  See:', '  tail -c +12 /a/long/path | head -n 1', '  now'])
    expect(text(layoutTable({ columns: [{ title: '', wrap: true }], header: false, width: 20, indent: 2, rows: [[line]] }))).toEqual(['  See:', '  tail -c +12 /a/long/path | head -n 1', '  now'])
  })
  it('keeps the indent of the first line', () => {
    expect(text(wrapLine(['    one two three'], 10))).toEqual(['    one', '    two', '    three'])
    expect(text(wrapLine(['  ', 'a-path-that-is-longer-than-all'], 10))).toEqual(['  a-path-that-is-longer-than-all'])
  })
  it('keeps parts whole where it can', () => {
    expect(wrapParts(['aaa', 'bbb', 'c c c c'], ' · ', 9)).toEqual(['aaa · bbb', 'c c c c'])
    expect(wrapParts(['aaa bbb ccc'], ' · ', 7)).toEqual(['aaa bbb', 'ccc'])
    expect(wrapParts([], ' · ', 7)).toEqual([])
  })
  it('loses no word', () => {
    fc.assert(fc.property(fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 40 }), (words, width) => {
      expect(text(wrapWords([words.join(' ')], width)).join(' ').split(' ')).toEqual(words)
    }))
  })
})
