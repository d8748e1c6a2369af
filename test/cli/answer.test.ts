import fc from 'fast-check'
import { expect, it } from 'vitest'
import { jsonText, viewOf } from '../../src/cli/answer.ts'
import { actedOn } from '../support/terminal-text.ts'

it('prints JSON that parses to the same value and holds nothing a terminal acts on', () => {
  fc.assert(fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
    const printed = jsonText({ value, text })
    expect(JSON.parse(printed)).toEqual(JSON.parse(JSON.stringify({ value, text })))
    expect(actedOn(printed)).toEqual([])
  }))
})
it('keeps an event on one line', () => {
  expect(jsonText({ a: 'x\u2028y\u202e' }, 'line')).toBe('{"a":"x\\u2028y\\u202e"}\n')
})
it('limits rows on a screen and none in a pipe', () => {
  const screen = { columns: 100, tty: true, colour: false, unicode: true }
  expect(viewOf(screen, 5)).toEqual({ columns: 100, now: 5, rowsMax: 12 })
  expect(viewOf({ ...screen, tty: false }, 5).rowsMax).toBe(Infinity)
})
