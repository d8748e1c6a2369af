import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MARKS_MAX, terminalSafe, terminalSafeLines } from '../../../src/core/text/terminal-safe.ts'

// What may never reach a terminal inside a value, said independently of the code under test.
const FORBIDDEN = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u

const E = '\x1b'
/** Each introducer of a string that a terminal swallows, in its 7-bit and its C1 form. */
const STRING_OPENERS = { OSC: [`${E}]`, '\x9d'], DCS: [`${E}P`, '\x90'], SOS: [`${E}X`, '\x98'], PM: [`${E}^`, '\x9e'], APC: [`${E}_`, '\x9f'] } as const
const STRING_PAYLOADS = ['0;title', '52;c;cm0gLXJmIC8=', '8;;http://evil.example/', '', '4;1;rgb:00/00/00', '1337;File=name=eA==:AAAA', '$q"p', 'G\n\r\tx'] as const
const ENDINGS = [`${E}\\`, '\x9c', '\x18', '\x1a'] as const

const swallowed = Object.entries(STRING_OPENERS).flatMap(([name, openers]) =>
  openers.flatMap(opener => STRING_PAYLOADS.flatMap(payload => [...ENDINGS, ...(name === 'OSC' ? ['\x07'] : [])].map(end => ({ name, attack: opener + payload + end })))))

const CONTROL_SEQUENCES = ['31m', '2J', '1;1H', '?1049h', '6n', '>c', '=c', '1A', '2K', '!p', '38;5;1m', '38:2::1:2:3m', '5i', '?25l', '8;1;1t', ' q', '"q', '200~', '@', '~'] as const
const ESCAPES = ['c', '7', '8', 'D', 'E', 'M', 'H', '=', '>', '(0', ')B', '#8', '%G', '%@', ' F', 'n', 'o', 'N', 'O', 'Z', '\\'] as const

describe('terminalSafe', () => {
  it.each(swallowed)('swallows a whole $name string and keeps what stands around it: $attack', ({ attack }) => {
    expect(terminalSafe(`a${attack}b`)).toBe('ab')
  })

  it.each(CONTROL_SEQUENCES)('removes the control sequence CSI %s in both forms', sequence => {
    expect(terminalSafe(`a${E}[${sequence}b\x9b${sequence}c`)).toBe('abc')
  })

  it.each(ESCAPES)('removes the escape ESC %s', escape => {
    expect(terminalSafe(`a${E}${escape}b`)).toBe('ab')
  })

  it.each([...Object.values(STRING_OPENERS).flat(), `${E}[`, '\x9b', `${E}]52;c;`, `${E}P+q`, `${E}[38;5;`])('lets an unterminated %j swallow the rest and nothing before it', opener => {
    expect(terminalSafe(`kept${opener}1;2`)).toBe('kept')
  })

  it.each([E, `${E}(`, `${E}#`, `${E} `])('lets an unfinished %j at the end vanish', opener => {
    expect(terminalSafe(`kept${opener}`)).toBe('kept')
  })

  it.each([
    ['a new sequence inside a string', `a${E}]0;x${E}[31mb`, 'ab'],
    ['a string inside a string', `a${E}]0;x\x9dy\x07b`, 'ab'],
    ['an escape that an escape interrupts', `a${E}${E}[31mb`, 'ab'],
    ['a sequence aborted by CAN', `a${E}[31\x18mb`, 'amb'],
    ['a string ended by BEL and ST both', `a${E}_x\x07b${E}\\c`, 'abc'],
    ['the halves of a sequence meeting over removed characters', `a${E}\u200b[31mb`, 'a[31mb'],
    ['a hyperlink around a word', `${E}]8;;http://evil.example${E}\\click${E}]8;;${E}\\`, 'click'],
    ['the clipboard', `${E}]52;c;cm0gLXJmIC8=\x07x`, 'x'],
    ['a title set by a branch', `main${E}]2;pwned\x07`, 'main'],
    ['a carriage return that overwrites', 'real\rfake', 'realfake'],
    ['backspaces that overwrite', 'real\b\b\b\bfake', 'realfake'],
    ['a faked log line', 'ok\n2026-01-01 error: forged', 'ok 2026-01-01 error: forged'],
    ['a tab', 'a\tb', 'a b'],
    ['a next-line control', 'a\u0085b', 'a b'],
    ['line and paragraph separators', 'a\u2028b\u2029c', 'a b c'],
    ['NUL, BEL, DEL, shift out', 'a\0\x07\x7f\x0eb', 'ab'],
    ['a right-to-left override', 'gpj\u202eexe.txt', 'gpjexe.txt'],
    ['every bidi control', 'a\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069b', 'ab'],
    ['zero widths', 'a\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180eb', 'ab'],
    ['invisible operators and deprecated formats', 'a\u2061\u2062\u2063\u2064\u206a\u206fb', 'ab'],
    ['fillers that print as nothing', 'a\u115f\u1160\u3164\uffa0b', 'ab'],
    ['text hidden in tag characters', 'a\u{e0041}\u{e0042}\u{e007f}b', 'ab'],
    ['variation selectors', 'a\ufe0f\u{e0100}b', 'ab'],
    ['interlinear annotations', 'a\ufff9b\ufffac\ufffb', 'abc'],
    ['a lone surrogate', 'a\ud800b\udc00', 'a\ufffdb\ufffd'],
  ])('defuses %s', (_name, attack, expected) => {
    expect(terminalSafe(attack)).toBe(expected)
  })

  it.each(['main', 'feature/grüße', '日本語', 'проект', 'مشروع', 'naïve', 'e\u0301', '👩🏽 ok', '…—“”', 'a  b', '', '[31m', 'C:\\code', '~/.claude'])('leaves the honest text %j alone', text => {
    expect(terminalSafe(text)).toBe(text)
  })

  it('keeps at most four accents on one letter, even when something invisible stands between them', () => {
    expect(terminalSafe(`a${'\u0301'.repeat(1000)}b`)).toBe(`a${'\u0301'.repeat(MARKS_MAX)}b`)
    expect(terminalSafe(`a${'\u0301\u200d'.repeat(1000)}b`)).toBe(`a${'\u0301'.repeat(MARKS_MAX)}b`)
  })

  it('leaves nothing forbidden of any text, and changes nothing when applied twice', () => {
    const hostile = fc.array(fc.oneof(
      fc.constantFrom(...Object.values(STRING_OPENERS).flat(), ...ENDINGS, E, '\x9b', `${E}[`, '\x07', '\n', '\u202e', '\u200d', '\u0301', 'm', ';', '31', '\ud83d'),
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.integer({ min: 0, max: 0x10ffff }).map(code => String.fromCodePoint(code)),
    ), { maxLength: 40 }).map(parts => parts.join(''))
    fc.assert(fc.property(hostile, text => {
      const safe = terminalSafe(text)
      expect(safe).not.toMatch(FORBIDDEN)
      expect(terminalSafe(safe)).toBe(safe)
    }), { numRuns: 2_000 })
  })

  it('passes through every visible character of the basic planes that is no control', () => {
    for (const [first, last] of [[0x20, 0x7e], [0xa1, 0xac], [0x100, 0x17f], [0x400, 0x45f], [0x4e00, 0x4eff], [0x1f600, 0x1f64f]] as const) {
      for (let code = first; code <= last; code++) expect(terminalSafe(String.fromCodePoint(code))).toBe(String.fromCodePoint(code))
    }
  })

  it.each([`${E}]`, `${E}[`, `${E}P`, `\x9d`, `${E}`, `a\u0301`, '\u200b', `${E}]0;x\x07`, '\ud800'])('reads a megabyte of %j once: no quadratic blow-up', unit => {
    // A scan to the end for each opener would be 10^11 steps here, hours; one pass is a fraction of a second.
    const text = unit.repeat(Math.ceil(1_000_000 / unit.length))
    expect(terminalSafe(text).length).toBeLessThanOrEqual(text.length)
  })

  it('keeps only the line breaks that separate our own lines', () => {
    expect(terminalSafeLines(['one\ntwo', `three${E}[2J`])).toBe('one two\nthree')
  })
})
