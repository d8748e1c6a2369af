// Reads a shell command line that is one plain command, or refuses it. The save-work list must not be fooled by
// `git commit && rm -rf`, `$(...)` or a newline, so nothing here interprets the shell: whatever could make a shell do
// more than run one program with literal arguments is refused, also where a shell would find it harmless.

// Longer than any commit message a person would put on one line; keeps the scan bounded.
const COMMAND_CHARS_MAX = 16_384

// Unquoted: letters, digits and what paths, options and globs are made of. Not in it, so refused: ; & | < > ( ) { } $ ` \ # !
const PLAIN = /[A-Za-z0-9_./:@%+,=^~*?-]/
const BLANK = /[ \t]/
// Inside quotes other scripts and spaces are text; control characters (newline, carriage return, escape) never are.
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u
// Inside double quotes a shell still expands these.
const EXPANDED_IN_DOUBLE_QUOTES = /[$`\\]/

/** The words of a plain command, quotes removed; null when it is anything more than one command with literal words. */
export function simpleCommand(command: string): readonly string[] | null {
  if (command.length > COMMAND_CHARS_MAX || CONTROL.test(command.replaceAll('\t', ' '))) return null
  const words: string[] = []
  let at = 0
  while (at < command.length) {
    if (BLANK.test(command[at] as string)) { at++; continue }
    const word = readWord(command, at)
    if (word === null) return null
    words.push(word.text)
    at = word.end
  }
  const first = words[0]
  // `NAME=value git commit` sets a variable that git may execute (GIT_EDITOR, GIT_SSH_COMMAND).
  return first === undefined || first === '' || first.includes('=') ? null : words
}

function readWord(command: string, from: number): { readonly text: string; readonly end: number } | null {
  let text = ''
  let at = from
  while (at < command.length) {
    const char = command[at] as string
    if (BLANK.test(char)) break
    if (char === "'" || char === '"') {
      const close = command.indexOf(char, at + 1)
      if (close < 0) return null
      const inside = command.slice(at + 1, close)
      if (char === '"' && EXPANDED_IN_DOUBLE_QUOTES.test(inside)) return null
      text += inside
      at = close + 1
      continue
    }
    if (!PLAIN.test(char)) return null
    text += char
    at++
  }
  return { text, end: at }
}
