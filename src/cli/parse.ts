// From argv to a command and its values, or a refusal that says what to type. Pure: loads nothing, reads nothing.
// Written by hand: node's parseArgs costs 9 ms of a 30 ms allowance, and neither it nor citty names the nearest option.
import { AppError } from '../core/errors.ts'
import { listedOptions, type Command, type CommandEntry, type Given, type OptionSpec, type ValueSpec } from './command.ts'
import { nearestWord } from '../core/config/nearest.ts'

/** Options every command takes. */
export interface Globals { help: boolean; version: boolean; json: boolean; quiet: boolean; colour: boolean }

export type Route =
  | { readonly to: 'command'; readonly entry: CommandEntry; readonly rest: readonly string[] }
  /** `of` = '' is the whole program, a noun lists its verbs, a command explains itself. */
  | { readonly to: 'help'; readonly of: string; readonly asked: boolean }
  | { readonly to: 'version' }

const GLOBAL_FLAGS: Readonly<Record<string, (globals: Globals) => void>> = {
  '--help': globals => { globals.help = true },
  '-h': globals => { globals.help = true },
  '--version': globals => { globals.version = true },
  '-V': globals => { globals.version = true },
  '--json': globals => { globals.json = true },
  '-j': globals => { globals.json = true },
  '--quiet': globals => { globals.quiet = true },
  '-q': globals => { globals.quiet = true },
  '--no-color': globals => { globals.colour = false },
  '--no-colour': globals => { globals.colour = false },
}
export const GLOBAL_NAMES = ['--help', '--json', '--quiet', '--no-color', '--version'] as const

// What people type when they come from other tools.
const FAMILIAR: Readonly<Record<string, string>> = {
  start: 'up', stop: 'down', cost: 'status', spend: 'status', today: 'status', logs: 'events', log: 'events',
  cap: 'budget', limit: 'budget', unlock: 'lock release', kill: 'arm', processes: 'ps', models: 'pricing show', prices: 'pricing show',
  watch: 'top', live: 'top', monitor: 'top', dashboard: 'top', htop: 'top',
}

export function newGlobals(): Globals {
  return { help: false, version: false, json: false, quiet: false, colour: true }
}

/** Finds the command. Global flags may stand before it; they are applied to `globals` and what follows the command is `rest`. */
export function route(argv: readonly string[], table: readonly CommandEntry[], globals: Globals): Route {
  let at = 0
  for (; at < argv.length && (argv[at] as string).startsWith('-'); at++) {
    const apply = GLOBAL_FLAGS[argv[at] as string]
    if (!apply) throw usage(`there is no option ${bare(argv[at] as string)} before a command`, 'purser --help')
    apply(globals)
  }
  const words = argv.slice(at)
  const first = words[0]
  // Alone it is a person who looks for the door, not a mistake.
  if (first === undefined) return globals.version ? { to: 'version' } : { to: 'help', of: '', asked: true }
  if (first === 'help') return { to: 'help', of: words.slice(1).filter(word => !word.startsWith('-')).join(' '), asked: true }
  if (globals.version) throw usage(`--version stands alone; leave out "${bare(words.join(' '))}"`, 'purser --version')
  return routeWords(words, table, globals)
}

function routeWords(words: readonly string[], table: readonly CommandEntry[], globals: Globals): Route {
  const first = words[0] as string
  const single = table.find(entry => entry.name === first)
  if (single) return globals.help ? { to: 'help', of: first, asked: true } : { to: 'command', entry: single, rest: words.slice(1) }
  const verbs = verbsOf(first, table)
  if (verbs.length === 0) throw noCommand(first, table)
  const second = words[1]
  if (second === undefined || GLOBAL_FLAGS[second]) return { to: 'help', of: first, asked: globals.help || second === '--help' || second === '-h' }
  const entry = table.find(candidate => candidate.name === `${first} ${second}`)
  if (entry) return globals.help ? { to: 'help', of: entry.name, asked: true } : { to: 'command', entry, rest: words.slice(2) }
  const close = nearestWord(second, verbs)
  throw usage(`"purser ${first}" has no "${bare(second)}"; ${close ? `did you mean: purser ${first} ${close}` : `it has: ${verbs.join(', ')}`}`, `purser ${first} --help`)
}

/** The second words of a noun's commands; empty when `noun` is none. */
export function verbsOf(noun: string, table: readonly CommandEntry[]): readonly string[] {
  return table.filter(entry => entry.group !== 'hidden' && entry.name.startsWith(`${noun} `)).map(entry => entry.name.slice(noun.length + 1))
}

function noCommand(typed: string, table: readonly CommandEntry[]): AppError {
  const familiar = FAMILIAR[typed.toLowerCase()]
  const names = [...new Set(table.filter(entry => entry.group !== 'hidden').map(entry => entry.name.split(' ')[0] as string))]
  const close = familiar ?? nearestWord(typed, names)
  return usage(`there is no command "${bare(typed)}"${close ? `; did you mean: purser ${close}` : ''}`, 'purser --help')
}

/** Reads what follows the command. Global flags may stand anywhere before `--`. */
export function readArguments(name: string, command: Command, rest: readonly string[], globals: Globals): Given {
  const help = `purser ${name} --help`
  const options: Options = {}
  for (const [key, spec] of Object.entries(command.options)) options[key] = spec.kind === 'flag' ? false : spec.repeats ? [] : undefined
  const foreign = Object.values(command.operands).findIndex(spec => spec.many === 'command')
  const words: string[] = []
  for (let at = 0; at < rest.length; at++) {
    const token = rest[at] as string
    if (token === '--') {
      words.push(...rest.slice(at + 1))
      break
    }
    if (foreign >= 0 && words.length === foreign && isWord(token)) {
      words.push(...rest.slice(at))
      break
    }
    const global = GLOBAL_FLAGS[token]
    if (global) global(globals)
    else if (isWord(token)) words.push(token)
    else if (readOption(name, command, token, rest[at + 1], options)) at++
  }
  if (globals.json && !command.json) throw usage(`"purser ${name}" has no --json answer`, help)
  // Asking for help is never wrong because something else is missing.
  if (globals.help) return { options, operands: {}, json: globals.json } as Given
  for (const [key, spec] of Object.entries(command.options)) {
    if (spec.kind === 'value' && spec.required && options[key] === undefined) throw usage(`"purser ${name}" needs --${key} ${spec.value} (${spec.about})`, help)
  }
  return { options, operands: readOperands(name, command, words), json: globals.json } as Given
}

type Options = Record<string, string | boolean | readonly string[] | undefined>
const isWord = (token: string): boolean => token === '-' || !token.startsWith('-')

/** Stores one option; true when it took the next token as its value. */
function readOption(name: string, command: Command, token: string, next: string | undefined, options: Options): boolean {
  const help = `purser ${name} --help`
  const equals = token.indexOf('=')
  const typed = equals < 0 ? token : token.slice(0, equals)
  const found = findOption(command, typed)
  if (!found) {
    if (GLOBAL_FLAGS[typed]) throw usage(`${typed} takes no value; type just ${typed}`, help)
    const close = nearestWord(typed.replace(/^-+/, ''), [...listedOptions(command.options).map(([key]) => key), ...GLOBAL_NAMES.map(flag => flag.slice(2))])
    throw usage(`"purser ${name}" has no option ${bare(typed)}${close ? `; did you mean --${close}?` : ''}`, help)
  }
  const [key, spec] = found
  if (spec.kind === 'flag') {
    if (equals >= 0) throw usage(`--${key} takes no value; type just --${key}`, help)
    options[key] = true
    return false
  }
  const value = equals >= 0 ? token.slice(equals + 1) : next
  if (value === undefined || (equals < 0 && value.startsWith('--'))) throw usage(`--${key} needs a value: --${key} ${spec.value}`, help)
  const checked = checkChoice(`--${key}`, value, spec, help)
  const earlier = options[key]
  if (Array.isArray(earlier)) {
    options[key] = [...earlier, checked]
    return equals < 0
  }
  if (earlier !== undefined && earlier !== checked) throw usage(`--${key} is given twice: "${bare(String(earlier))}" and "${bare(checked)}"; keep one`, help)
  options[key] = checked
  return equals < 0
}

function findOption(command: Command, typed: string): readonly [string, OptionSpec] | null {
  if (/^-[a-zA-Z]$/.test(typed)) return Object.entries(command.options).find(([, spec]) => spec.short === typed.slice(1)) ?? null
  if (!typed.startsWith('--')) return null
  const key = typed.slice(2)
  const exact = Object.hasOwn(command.options, key) ? command.options[key] : undefined
  if (exact) return [key, exact]
  return Object.entries(command.options).find(([, spec]) => spec.kind === 'value' && spec.aliases?.includes(key)) ?? null
}

function readOperands(name: string, command: Command, words: readonly string[]): Record<string, string | readonly string[] | undefined> {
  const help = `purser ${name} --help`
  const specs = Object.entries(command.operands)
  const extra = specs.at(-1)?.[1].many ? undefined : words[specs.length]
  if (extra !== undefined) throw usage(`"purser ${name}" takes ${specs.length === 0 ? 'no' : 'no further'} argument; "${bare(extra)}" is left over`, help)
  const operands: Record<string, string | readonly string[] | undefined> = {}
  for (const [index, [key, spec]] of specs.entries()) {
    const word = words[index]
    if (word === undefined && !spec.optional) throw usage(`"purser ${name}" needs ${spec.value} (${spec.about})`, help)
    if (spec.many) operands[key] = words.slice(index).map(each => checkChoice(spec.value, each, spec, help))
    else operands[key] = word === undefined ? undefined : checkChoice(spec.value, word, spec, help)
  }
  return operands
}

function checkChoice(what: string, value: string, spec: Pick<ValueSpec, 'choices' | 'synonyms'>, help: string): string {
  if (!spec.choices) return value
  const word = spec.synonyms?.[value] ?? value
  if (spec.choices.includes(word)) return word
  const close = nearestWord(value, spec.choices)
  throw usage(`${what} cannot be "${bare(value)}"${close ? `; did you mean "${close}"?` : '.'} It is one of: ${spec.choices.join(', ')}`, help)
}

// Enough of a mistyped word to recognise it.
const QUOTED_MAX = 60
const bare = (text: string): string => (text.length > QUOTED_MAX ? `${text.slice(0, QUOTED_MAX)}...` : text)

/** A mistake in what was typed: what it is, then where the right words are. Exit 2. */
export function usage(what: string, help: string): AppError {
  return new AppError('invalid_input', `${what}\nsee: ${help}`)
}
