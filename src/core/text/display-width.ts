// How many columns a text takes, for tables. A terminal and a string disagree on wide characters; where terminals
// disagree among themselves the larger width is taken, so a cell may look short but never overflows its column.
// Expects text that went through terminalSafe.

// East Asian Wide and Fullwidth blocks (Unicode 16, EastAsianWidth W and F, gaps inside a block bridged); emoji are
// asked from the runtime's own tables below.
const WIDE: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f], [0x2329, 0x232a], [0x2630, 0x2637], [0x268a, 0x268f], [0x2e80, 0x303e], [0x3041, 0x3247], [0x3250, 0xa4c6],
  [0xa960, 0xa97c], [0xac00, 0xd7a3], [0xf900, 0xfaff], [0xfe10, 0xfe19], [0xfe30, 0xfe6b], [0xff01, 0xff60], [0xffe0, 0xffe6],
  [0x16fe0, 0x18d08], [0x1aff0, 0x1b2fb], [0x1d300, 0x1d376], [0x1f200, 0x1f265], [0x20000, 0x3fffd],
]
const FIRST_WIDE = 0x1100
const EMOJI = /^\p{Emoji_Presentation}$/u
// Half of a flag: two of them make one picture of two columns.
const isFlagHalf = (code: number): boolean => code >= 0x1f1e6 && code <= 0x1f1ff
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cc}\p{Default_Ignorable_Code_Point}]$/u
// Vowels and finals of Hangul written in parts join the syllable before them.
const joinsSyllable = (code: number): boolean => code >= 0x1160 && code <= 0x11ff

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/
const ELLIPSIS = '…'

/** Columns of one code point: 0, 1 or 2. */
export function characterWidth(character: string): 0 | 1 | 2 {
  const code = character.codePointAt(0) ?? 0
  if (code >= 0x20 && code <= 0x7e) return 1
  if (NO_WIDTH.test(character) || joinsSyllable(code)) return 0
  if (code < FIRST_WIDE) return 1
  return isWide(code) || (EMOJI.test(character) && !isFlagHalf(code)) ? 2 : 1
}

function isWide(code: number): boolean {
  let low = 0
  let high = WIDE.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const [first, last] = WIDE[middle] as readonly [number, number]
    if (code < first) high = middle - 1
    else if (code > last) low = middle + 1
    else return true
  }
  return false
}

export function displayWidth(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length
  let width = 0
  for (const character of text) width += characterWidth(character)
  return width
}

/** At most `columns` wide; what was cut off is marked by `…`. Accents stay with their letter. Zero columns is ''. */
export function fit(text: string, columns: number): string {
  if (columns <= 0) return ''
  let width = 0
  let kept = 0
  let keptWidth = 0
  for (const character of text) {
    width += characterWidth(character)
    if (width > columns) return columns === 1 ? ELLIPSIS : text.slice(0, kept) + ' '.repeat(columns - 1 - keptWidth) + ELLIPSIS
    if (width <= columns - 1) {
      kept += character.length
      keptWidth = width
    }
  }
  return text
}

/** Exactly `columns` wide: cut by `fit`, else filled with spaces on the side away from `align`. */
export function column(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const cut = fit(text, columns)
  const gap = ' '.repeat(Math.max(0, columns - displayWidth(cut)))
  return align === 'left' ? cut + gap : gap + cut
}
