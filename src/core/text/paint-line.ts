// One line as a screen shows it: every span is made safe here, tones become colours only where the screen shows them, and
// a locale without Unicode gets ASCII stand-ins for our own drawing characters.
import { safeLine, textOf, toneOf, type Line, type Tone } from './line.ts'

/** What a line needs to know of where it goes. */
export interface Painted { readonly colour: boolean; readonly unicode: boolean }

// The eight basic colours and two weights: the reader's own theme decides how they look.
const CODES: Readonly<Record<Tone, string>> = { plain: '', strong: '1', faint: '2', good: '32', warn: '33', bad: '31', accent: '36', command: '36' }

// One column each, so that no layout changes. Only characters that we draw ourselves.
const ASCII: Readonly<Record<string, string>> = {
  '…': '~', '·': '-', '━': '=', '─': '-', '█': '#', '░': '.', '●': '*', '○': 'o', '✓': '+', '✗': 'x', '→': '>', '▲': '!', '–': '-', '▸': '>', '↑': '^', '↓': 'v',
  '▁': '_', '▂': '_', '▃': '-', '▄': '-', '▅': '=', '▆': '=', '▇': '%',
}
const DRAWN = new RegExp(`[${Object.keys(ASCII).join('')}]`, 'g')

export function paintLine(line: Line, screen: Painted): string {
  return safeLine(line).map(part => {
    const text = screen.unicode ? textOf(part) : textOf(part).replace(DRAWN, drawn => ASCII[drawn] ?? drawn)
    const code = CODES[toneOf(part)]
    return screen.colour && code !== '' && text.trim() !== '' ? `\u001b[${code}m${text}\u001b[0m` : text
  }).join('').trimEnd()
}
