// Writes JSON as no program would, yet as JSON allows: spaces anywhere, characters escaped at random. For tests that
// compare a parser of bytes with JSON.parse.

const SPACES = ['', '', '', ' ', '\t', '  ', '\r']

/** `choices` decides the spacing and the escapes. Keys in `plainKeys` are written without escapes. */
export function spacedJson(value: unknown, choices: Iterable<number>, plain: (text: string) => boolean = () => false): string {
  const source = choices[Symbol.iterator]()
  const choose = (count: number): number => Number(source.next().value ?? 0) % count
  const space = (): string => SPACES[choose(SPACES.length)] as string
  const text = (word: string): string => (plain(word) ? JSON.stringify(word) : `"${[...word].map(each => escaped(each, choose(6))).join('')}"`)
  const write = (item: unknown): string => {
    if (typeof item === 'string') return text(item)
    if (Array.isArray(item)) return `[${space()}${item.map(each => write(each) + space()).join(`,${space()}`)}]`
    if (typeof item === 'object' && item !== null) {
      const members = Object.entries(item).filter(([, inner]) => inner !== undefined)
      return `{${space()}${members.map(([key, inner]) => `${text(key)}${space()}:${space()}${write(inner)}${space()}`).join(`,${space()}`)}}`
    }
    return JSON.stringify(item) ?? 'null'
  }
  return write(value)
}

/** One character; every sixth time as `\uXXXX`, where it has one. */
function escaped(character: string, choice: number): string {
  const quoted = JSON.stringify(character).slice(1, -1)
  if (choice !== 0 || character.length !== 1) return quoted
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
