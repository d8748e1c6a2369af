import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { strong, toned } from '../../../src/core/text/line.ts'
import { paintLine } from '../../../src/core/text/paint-line.ts'
import { actedOn } from '../../support/terminal-text.ts'

const plain = { colour: false, unicode: true }

describe('the boundary to a screen', () => {
  it('lets no control character of a value through, in colour or not', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => {
      expect(actedOn(paintLine([text, strong(text)], plain))).toEqual([])
      // Our own colours are the only escapes left.
      const coloured = paintLine([strong(text)], { colour: true, unicode: true })
      expect(actedOn(coloured.replaceAll('\u001b[1m', '').replaceAll('\u001b[0m', ''))).toEqual([])
    }))
  })
  it('colours tones only where colours show, and never blanks', () => {
    expect(paintLine([toned('bad', 'over'), toned('bad', '  ')], { colour: true, unicode: true })).toBe('\u001b[31mover\u001b[0m')
    expect(paintLine([toned('bad', 'over')], plain)).toBe('over')
  })
  it('draws in ASCII where the locale has no more, one column for one', () => {
    expect(paintLine(['██░ 14:02 → ● …'], { colour: false, unicode: false })).toBe('##. 14:02 > * ~')
  })
})
