import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { paint, paintLine } from '../../../src/cli/render/paint.ts'
import { strong, toned } from '../../../src/core/text/line.ts'
import { actedOn } from '../../support/terminal-text.ts'

const plain = { colour: false, unicode: true, columns: Infinity }

describe('the boundary to a screen', () => {
  it('lets no control character of a value through, in colour or not', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => {
      expect(actedOn(paintLine([text, strong(text)], plain))).toEqual([])
      // Our own colours are the only escapes left.
      const coloured = paintLine([strong(text)], { colour: true, unicode: true })
      expect(actedOn(coloured.replaceAll('\u001b[1m', '').replaceAll('\u001b[0m', ''))).toEqual([])
    }))
  })
  it.each([
    ['a cleared screen', 'web\u001b[2J\u001b[H-app', 'web-app'],
    ['a clipboard write', 'a\u001b]52;c;ZXZpbA==\u0007b', 'ab'],
    ['a link', '\u001b]8;;http://evil\u001b\\web\u001b]8;;\u001b\\', 'web'],
    ['a line of its own', 'one\ntwo', 'one two'],
    ['text turned around', 'abc\u202edef', 'abcdef'],
  ])('takes out %s', (_, hostile, safe) => {
    expect(paint([[hostile]], plain)).toBe(`${safe}\n`)
  })
  it('colours tones only where colours show, and never blanks', () => {
    expect(paintLine([toned('bad', 'over'), toned('bad', '  ')], { colour: true, unicode: true })).toBe('\u001b[31mover\u001b[0m')
    expect(paintLine([toned('bad', 'over')], plain)).toBe('over')
  })
  it('draws in ASCII where the locale has no more, one column for one', () => {
    expect(paintLine(['██░ 14:02 → ● …'], { colour: false, unicode: false })).toBe('##. 14:02 > * ~')
  })
  it('wraps what is too wide between words, as far in as it began', () => {
    expect(paint([['  one two three four']], { ...plain, columns: 12 })).toBe('  one two\n  three four\n')
  })
})
