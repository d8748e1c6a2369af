// Globs over names and paths: `*` and `?` stay within a folder, `**` crosses folders, `[a-z]` and `[!a-z]` are one
// character, a bare `*` or `**` is everything. Case-sensitive, whole text. What is not a glob is a named problem: a
// pattern that quietly matches nothing is a budget that quietly holds nothing.

export type GlobFault = 'empty' | 'too_long' | 'unclosed_class' | 'empty_class' | 'reversed_range' | 'braces' | 'negated'
export interface GlobProblem { readonly fault: GlobFault; readonly message: string }

/** Compiled; `matches` takes time proportional to text length times pattern length, whatever the pattern. */
export interface Glob { readonly text: string; matches(value: string): boolean }
export type ParsedGlob = { readonly ok: true; readonly glob: Glob } | { readonly ok: false; readonly problem: GlobProblem }

type Token =
  | { readonly is: 'character'; readonly character: string }
  | { readonly is: 'any' }
  | { readonly is: 'class'; readonly negated: boolean; readonly ranges: readonly (readonly [string, string])[] }
  | { readonly is: 'star' }
  | { readonly is: 'deep' }
  /** `**` + `/`: may also be no folder at all, that is, skip the two tokens that follow. */
  | { readonly is: 'folders' }

// Longer than any path the kernel takes (4,096 bytes) makes no sense; 1,000 characters keep one match below 1 ms.
const GLOB_LENGTH_MAX = 1_000
const ESCAPABLE = new Set('*?[]{}!\\')

/** Compiles a glob or says what is wrong with it. A backslash makes the next special character an ordinary one. */
export function parseGlob(text: string): ParsedGlob {
  if (text === '') return fail('empty', 'is empty; leave the key out to match everything')
  if (text.length > GLOB_LENGTH_MAX) return fail('too_long', `is longer than ${GLOB_LENGTH_MAX} characters`)
  if (text.startsWith('!')) return fail('negated', 'begins with "!", but a selector cannot be negated; for a name that begins with "!" write "\\!"')
  const characters = [...text.normalize('NFC')]
  const tokens: Token[] = []
  for (let at = 0; at < characters.length;) {
    const character = characters[at] as string
    if (character === '{') return fail('braces', 'has "{", but braces are no alternatives here; write one budget for each, or "\\{" for the character')
    if (character === '[') {
      const parsed = parseClass(characters, at)
      if ('fault' in parsed) return { ok: false, problem: parsed }
      tokens.push(parsed.token)
      at = parsed.next
    } else at = push(tokens, characters, at)
  }
  return { ok: true, glob: compiled(text, tokens) }
}

/** Adds the tokens of one element that is not a class and returns where the next begins. */
function push(tokens: Token[], characters: readonly string[], at: number): number {
  const character = characters[at] as string
  const following = characters[at + 1] ?? ''
  if (character === '\\' && ESCAPABLE.has(following)) {
    tokens.push({ is: 'character', character: following })
    return at + 2
  }
  if (character === '?') tokens.push({ is: 'any' })
  else if (character !== '*') tokens.push({ is: 'character', character })
  else {
    let end = at + 1
    while (characters[end] === '*') end++
    const wholeFolder = (at === 0 || characters[at - 1] === '/') && characters[end] === '/'
    if (end - at === 1) tokens.push({ is: 'star' })
    else if (wholeFolder) tokens.push({ is: 'folders' }, { is: 'deep' })
    else tokens.push({ is: 'deep' })
    return end
  }
  return at + 1
}

function parseClass(characters: readonly string[], open: number): { readonly token: Token; readonly next: number } | GlobProblem {
  let at = open + 1
  const negated = characters[at] === '!' || characters[at] === '^'
  if (negated) at++
  const ranges: (readonly [string, string])[] = []
  const one = (): string | undefined => {
    if (characters[at] === '\\' && characters[at + 1] !== undefined) at++
    return characters[at++]
  }
  while (at < characters.length && characters[at] !== ']') {
    const from = one() as string
    if (characters[at] !== '-' || characters[at + 1] === ']' || at + 1 >= characters.length) {
      ranges.push([from, from])
      continue
    }
    at++
    const to = one() as string
    if (pointOf(to) < pointOf(from)) return { fault: 'reversed_range', message: `has the range "${from}-${to}", which goes backwards` }
    ranges.push([from, to])
  }
  if (at >= characters.length) return { fault: 'unclosed_class', message: 'has "[" without "]"; write "\\[" for the character' }
  if (ranges.length === 0) return { fault: 'empty_class', message: 'has "[]", which no character can match' }
  return { token: { is: 'class', negated, ranges }, next: at + 1 }
}

const fail = (fault: GlobFault, message: string): ParsedGlob => ({ ok: false, problem: { fault, message } })
const pointOf = (character: string): number => character.codePointAt(0) as number

function compiled(text: string, tokens: readonly Token[]): Glob {
  const [first] = tokens
  if (tokens.length === 1 && (first?.is === 'star' || first?.is === 'deep')) return { text, matches: () => true }
  if (tokens.every(token => token.is === 'character')) {
    const literal = tokens.map(token => token.character).join('')
    return { text, matches: value => value.normalize('NFC') === literal }
  }
  return { text, matches: value => run(tokens, value.normalize('NFC')) }
}

/** All positions the pattern may be at, moved on character by character: no backtracking, so no slow patterns. */
function run(tokens: readonly Token[], value: string): boolean {
  let current = new Uint8Array(tokens.length + 1)
  reach(tokens, current, 0)
  for (const character of value) {
    const next = new Uint8Array(tokens.length + 1)
    for (const [position, token] of tokens.entries()) {
      if (current[position] === 0 || !consumes(token, character)) continue
      reach(tokens, next, token.is === 'star' || token.is === 'deep' ? position : position + 1)
    }
    current = next
  }
  return current[tokens.length] === 1
}

/** Marks a position and those that follow from it without a character. */
function reach(tokens: readonly Token[], positions: Uint8Array, position: number): void {
  if (positions[position] === 1) return
  positions[position] = 1
  const is = tokens[position]?.is
  if (is === 'star' || is === 'deep' || is === 'folders') reach(tokens, positions, position + 1)
  if (is === 'folders') reach(tokens, positions, position + 3)
}

function consumes(token: Token, character: string): boolean {
  switch (token.is) {
    case 'character': return token.character === character
    case 'deep': return true
    case 'star':
    case 'any': return character !== '/'
    case 'class': return character !== '/' && token.ranges.some(([from, to]) => pointOf(from) <= pointOf(character) && pointOf(character) <= pointOf(to)) !== token.negated
    case 'folders': return false
  }
}
