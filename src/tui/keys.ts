// From the bytes of a terminal to keys. A sequence may come in pieces, over ssh above all: what is unfinished is kept.
// Pasted text is told apart, so that no word of it is taken for a command.

export type Key =
  | { readonly key: 'up' | 'down' | 'page-up' | 'page-down' | 'home' | 'end' | 'enter' | 'escape' | 'backspace' | 'tab' | 'back-tab' | 'stop' }
  | { readonly key: 'text' | 'paste'; readonly text: string }

export interface Decoded { readonly keys: readonly Key[]; /** The beginning of a sequence whose end has not come yet. */ readonly rest: string }

const ESC = '\u001b'
const PASTE_BEGIN = `${ESC}[200~`
const PASTE_END = `${ESC}[201~`
// More is no paste into a reason or a filter; it is dropped rather than kept for ever.
const PASTE_CHARS_MAX = 10_000

// By the final byte and, before a `~`, the number.
const SEQUENCES: Readonly<Record<string, Exclude<Key['key'], 'text' | 'paste'>>> = {
  'A': 'up', 'B': 'down', 'H': 'home', 'F': 'end', 'Z': 'back-tab', '1~': 'home', '7~': 'home', '4~': 'end', '8~': 'end', '5~': 'page-up', '6~': 'page-down',
}
const CONTROLS: Readonly<Record<string, Exclude<Key['key'], 'text' | 'paste'>>> = {
  '\u0003': 'stop', '\r': 'enter', '\n': 'enter', '\t': 'tab', '\u007f': 'backspace', '\b': 'backspace', '\u0010': 'up', '\u000e': 'down',
}

/** Everything that can be told from `input`; call again with `rest` and what comes next. */
export function decodeKeys(input: string): Decoded {
  const keys: Key[] = []
  let at = 0
  while (at < input.length) {
    const found = input[at] === ESC ? sequenceAt(input, at) : plainAt(input, at)
    if (found === null) return { keys, rest: input.slice(at) }
    if (found.key) keys.push(found.key)
    at = found.end
  }
  return { keys, rest: '' }
}

/** What `rest` was after all when nothing followed it: a lone Escape, or noise. */
export const endKeys = (rest: string): readonly Key[] => (rest === ESC ? [{ key: 'escape' }] : [])

interface Found { readonly key: Key | null; readonly end: number }

function plainAt(input: string, at: number): Found {
  const character = String.fromCodePoint(input.codePointAt(at) ?? 0)
  const control = CONTROLS[character]
  if (control) return { key: { key: control }, end: at + 1 }
  return { key: /^\p{Cc}$/u.test(character) ? null : { key: 'text', text: character }, end: at + character.length }
}

/** null while the sequence is not complete. */
function sequenceAt(input: string, at: number): Found | null {
  if (input.startsWith(PASTE_BEGIN, at)) return pasteAt(input, at)
  const next = input[at + 1]
  if (next === undefined) return null
  // Two of them: the first was a key of its own.
  if (next === ESC) return { key: { key: 'escape' }, end: at + 1 }
  if (next !== '[' && next !== 'O') return { key: null, end: at + 2 }
  for (let end = at + 2; end < input.length; end++) {
    const code = input.charCodeAt(end)
    if (code < 0x40 || code > 0x7e) continue
    const body = input.slice(at + 2, end + 1)
    // Modifiers come after a semicolon; Shift and Up is still up.
    const name = SEQUENCES[body.endsWith('~') ? body.replace(/;\d+~$/, '~') : body.slice(-1)]
    return { key: name ? { key: name } : null, end: end + 1 }
  }
  return null
}

function pasteAt(input: string, at: number): Found | null {
  const from = at + PASTE_BEGIN.length
  const end = input.indexOf(PASTE_END, from)
  if (end < 0) return input.length - from > PASTE_CHARS_MAX ? { key: null, end: input.length } : null
  return { key: { key: 'paste', text: input.slice(from, end) }, end: end + PASTE_END.length }
}
