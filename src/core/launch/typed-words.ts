// Reads what a person typed behind an agent's name, as that agent's own parser would: which options with which values, and
// which words are left. Knows no agent; each brings its grammar. Nothing here changes or refuses anything.

/** value: the next word, whatever it looks like. maybe: the next word unless it begins with a dash. many: as value, and on until a dash. */
export type Takes = 'value' | 'maybe' | 'many'

export interface Grammar {
  /** Long names without dashes; one that is not listed is a flag. */
  readonly takes: Readonly<Record<string, Takes>>
  /** One letter to the long name. */
  readonly short: Readonly<Record<string, string>>
}

export interface Typed {
  /** The last value of each; null where it was given without one. */
  readonly options: ReadonlyMap<string, string | null>
  /** What is no option, in order: commands and prompts. */
  readonly words: readonly string[]
}

export function typedWords(args: readonly string[], grammar: Grammar): Typed {
  const options = new Map<string, string | null>(), words: string[] = []
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as string
    if (word === '--') {
      words.push(...args.slice(at + 1))
      break
    }
    if (!word.startsWith('-') || word === '-') words.push(word)
    else at += word.startsWith('--') ? long(word, args.slice(at + 1), grammar, options) : cluster(word, args.slice(at + 1), grammar, options)
  }
  return { options, words }
}

/** Stores one option; how many of the words behind it were its values. */
function long(word: string, behind: readonly string[], { takes }: Grammar, options: Map<string, string | null>): number {
  const equals = word.indexOf('=')
  const name = word.slice(2, equals < 0 ? undefined : equals)
  if (equals < 0) return valued(name, behind, takes[name], options)
  options.set(name, word.slice(equals + 1))
  return 0
}

/** `-pc` is `-p -c`; behind a letter that takes a value the rest is the value. */
function cluster(word: string, behind: readonly string[], { takes, short }: Grammar, options: Map<string, string | null>): number {
  for (let at = 1; at < word.length; at++) {
    const name = short[word[at] as string] ?? (word[at] as string)
    const rest = word.slice(at + 1)
    if (takes[name] === undefined) options.set(name, null)
    else if (rest === '') return valued(name, behind, takes[name], options)
    else {
      options.set(name, rest.startsWith('=') ? rest.slice(1) : rest)
      return 0
    }
  }
  return 0
}

function valued(name: string, behind: readonly string[], takes: Takes | undefined, options: Map<string, string | null>): number {
  const next = behind[0]
  if (takes === undefined || next === undefined || (takes === 'maybe' && next.startsWith('-'))) {
    options.set(name, null)
    return 0
  }
  options.set(name, next)
  if (takes !== 'many') return 1
  const end = behind.findIndex((word, at) => at > 0 && word.startsWith('-'))
  return end < 0 ? behind.length : end
}
