import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeKeys, endKeys, type Key } from '../../src/tui/keys.ts'

const names = (keys: readonly Key[]): string => keys.map(key => ('text' in key ? `${key.key === 'paste' ? 'paste:' : ''}${key.text}` : `<${key.key}>`)).join('')
const all = (input: string): string => { const { keys, rest } = decodeKeys(input); return names(keys) + (rest === '' ? '' : `…${JSON.stringify(rest)}`) }

describe('keys', () => {
  it.each([
    ['arrows of every kind', '\u001b[A\u001b[B\u001bOA\u001bOB\u001b[1;2A', '<up><down><up><down><up>'],
    ['the long ways', '\u001b[5~\u001b[6~\u001b[H\u001b[F\u001b[1~\u001b[4~\u001bOH\u001bOF', '<page-up><page-down><home><end><home><end><home><end>'],
    ['what ends and goes back', '\r\u007f\b\t\u001b[Z\u0003', '<enter><backspace><backspace><tab><back-tab><stop>'],
    ['letters of any script', 'qüプ\u{1f600}', 'qüプ\u{1f600}'],
    ['nothing for what it does not know', '\u001b[200;5x\u001b[15~\u001bx\u0001', ''],
    ['Escape before another key', '\u001b\u001b[A', '<escape><up>'],
    ['a paste as one text, keys in it and all', '\u001b[200~q\nu\u001b[A\u001b[201~j', 'paste:q\nu\u001b[Aj'],
  ])('are told: %s', (_, input, expected) => { expect(all(input)).toBe(expected) })

  it('wait for the end of a sequence, and are Escape when none comes', () => {
    expect(decodeKeys('j\u001b')).toEqual({ keys: [{ key: 'text', text: 'j' }], rest: '\u001b' })
    expect(decodeKeys('\u001b[1;')).toEqual({ keys: [], rest: '\u001b[1;' })
    expect([endKeys('\u001b'), endKeys('\u001b[1;'), endKeys('\u001b[200~q')]).toEqual([[{ key: 'escape' }], [], []])
  })

  it('are the same however the bytes are cut, and never throw', () => {
    const piece = fc.constantFrom('\u001b[A', '\u001b[5~', 'q', 'ü', '\r', '\u001b[200~ab\u001b[201~', '\u001bOB', '\u001b[1;5B', '\u0003')
    fc.assert(fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(40), { maxLength: 6 }), (pieces, cuts) => {
      const text = pieces.join('')
      const ends = [...new Set(cuts.map(cut => Math.min(cut, text.length)))].toSorted((a, b) => a - b)
      let rest = '', keys: readonly Key[] = []
      for (const [index, end] of [...ends, text.length].entries()) {
        const decoded = decodeKeys(rest + text.slice(index === 0 ? 0 : ends[index - 1], end))
        keys = [...keys, ...decoded.keys]
        rest = decoded.rest
      }
      expect([names(keys), rest]).toEqual([names(decodeKeys(text).keys), ''])
    }))
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => { decodeKeys(text) }))
  })

  it('forget a paste that never ends', () => {
    expect(decodeKeys(`\u001b[200~${'x'.repeat(20_000)}`)).toEqual({ keys: [], rest: '' })
  })
})
