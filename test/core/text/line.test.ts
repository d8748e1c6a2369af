import { expect, it } from 'vitest'
import { faint, lineWidth, plainLine, safeLine, strong, textOf, toned, toneOf } from '../../../src/core/text/line.ts'

it('keeps tones while it makes text safe', () => {
  expect(safeLine(['a\u001b[2Jb', toned('bad', 'c\nd'), strong('ok')])).toEqual([{ text: 'ab', tone: 'plain' }, { text: 'c d', tone: 'bad' }, { text: 'ok', tone: 'strong' }])
})
it('measures and prints the characters alone', () => {
  expect(lineWidth(['漢', faint('ab')])).toBe(4)
  expect(plainLine(['a ', faint('b'), '  '])).toBe('a b')
  expect([textOf('x'), toneOf('x'), textOf(faint('y')), toneOf(faint('y'))]).toEqual(['x', 'plain', 'y', 'faint'])
})
