// The one door between text that others wrote (paths, branches, model names, hook output, server answers) and a terminal,
// a notification or a log line. What leaves it moves no cursor, writes no clipboard, makes no link, turns no text around
// and hides nothing: it is a single line of visible characters. Knows nothing of tables; widths are display-width.ts.

const ESC = 0x1b
const ST = 0x9c
const BEL = 0x07
// CAN and SUB abort a sequence; ECMA-48 and every terminal agree.
const CAN = 0x18
const SUB = 0x1a

/** A name with a thousand accents on one letter floods the rows above and below it; no script stacks more than four. */
export const MARKS_MAX = 4

// States of a terminal's own parser (the VT500 diagram): ground prints, the others swallow.
type State = 'ground' | 'escape' | 'control' | 'string'

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/
const MARK = /^\p{M}$/u
// Default_Ignorable: zero width, soft hyphen, variation selectors, tags, fillers that print as nothing, and the bidi
// controls. Interlinear annotations (U+FFF9 to U+FFFB) are not in it, yet hide text as well.
const INVISIBLE = /^[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\ufff9-\ufffb]$/u
const LINE_BREAK = /^[\t\n\v\f\u0085\u2028\u2029]$/

/**
 * One visible line: escape sequences (CSI, OSC 8 and 52, DCS, APC, PM, SOS, in 7-bit and C1 form, unterminated ones to
 * the end), C0, DEL, C1, bidi controls and zero-width characters removed; tabs and line breaks become one space; a lone
 * surrogate becomes U+FFFD; at most MARKS_MAX accents stay on one letter. Linear in the length; applying it twice
 * changes nothing.
 */
export function terminalSafe(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text
  const visible: string[] = []
  let state: State = 'ground'
  let marks = 0
  for (const character of text) {
    const code = character.codePointAt(0) as number
    const next = nextState(state, code)
    if (state !== 'ground' || next !== 'ground') {
      state = next
      continue
    }
    const part = shown(character, code)
    if (part === '') continue
    marks = MARK.test(character) ? marks + 1 : 0
    if (marks <= MARKS_MAX) visible.push(part)
  }
  return visible.join('')
}

/** Where the parser stands after this code point. In `ground` the code point itself may still be invisible. */
function nextState(state: State, code: number): State {
  if (code === ESC) return 'escape'
  if (code === CAN || code === SUB || code === ST) return 'ground'
  const opened = opens(code)
  if (opened !== null) return opened
  switch (state) {
    case 'ground': return 'ground'
    case 'escape': return afterEscape(code)
    // Parameters and intermediates go on, a final byte ends it; anything else is printed by no terminal either.
    case 'control': return code >= 0x40 && code <= 0x7e ? 'ground' : 'control'
    case 'string': return code === BEL ? 'ground' : 'string'
  }
}

/** The C1 introducers, which need no ESC. */
function opens(code: number): State | null {
  switch (code) {
    case 0x9b: return 'control'
    case 0x90: case 0x98: case 0x9d: case 0x9e: case 0x9f: return 'string'
    default: return null
  }
}

/** ESC and then: `[` a control sequence, `] P X ^ _` a string, 0x20 to 0x2f more of the same escape, the rest its end. */
function afterEscape(code: number): State {
  if (code === 0x5b) return 'control'
  if (code === 0x5d || code === 0x50 || code === 0x58 || code === 0x5e || code === 0x5f) return 'string'
  return code >= 0x20 && code <= 0x2f ? 'escape' : 'ground'
}

function shown(character: string, code: number): string {
  if (code >= 0x20 && code <= 0x7e) return character
  if (LINE_BREAK.test(character)) return ' '
  if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return ''
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd'
  return INVISIBLE.test(character) ? '' : character
}

/** Several lines that we ourselves separate: each one made safe, the breaks kept. For message bodies, never for values. */
export const terminalSafeLines = (lines: readonly string[]): string => lines.map(terminalSafe).join('\n')
