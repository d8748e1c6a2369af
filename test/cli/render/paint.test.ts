import { describe, expect, it } from 'vitest'
import { paint } from '../../../src/cli/render/paint.ts'

const plain = { colour: false, unicode: true, columns: Infinity }

describe('the boundary to a screen', () => {
  it.each([
    ['a cleared screen', 'web\u001b[2J\u001b[H-app', 'web-app'],
    ['a clipboard write', 'a\u001b]52;c;ZXZpbA==\u0007b', 'ab'],
    ['a link', '\u001b]8;;http://evil\u001b\\web\u001b]8;;\u001b\\', 'web'],
    ['a line of its own', 'one\ntwo', 'one two'],
    ['text turned around', 'abc\u202edef', 'abcdef'],
  ])('takes out %s', (_, hostile, safe) => {
    expect(paint([[hostile]], plain)).toBe(`${safe}\n`)
  })
  it('wraps what is too wide between words, as far in as it began', () => {
    expect(paint([['  one two three four']], { ...plain, columns: 12 })).toBe('  one two\n  three four\n')
  })
})
