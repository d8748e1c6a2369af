// The strict schema of one table, made from its keys. zod finds what is unknown, missing or wrong; this file turns that
// into words, with the place, the nearest key and what to type.
import * as z from 'zod/mini'
import { nearestWord } from '../core/config/nearest.ts'
import { SECTIONS, TOP_KEYS, type Key, type Keys, type Values } from './keys.ts'
import type { Problem } from './problems.ts'
import type { TomlMap, TomlPath } from './toml-map.ts'

/** One table as parsed, where it stands and what to call it. */
export interface FoundTable {
  readonly map: TomlMap
  readonly path: TomlPath
  /** How a person would call it: `[logs]`, `budget "web-daily"`; '' for the top of the file. */
  readonly where: string
  /** Its section's name, '' for the top of the file. */
  readonly section: string
  readonly table: Readonly<Record<string, unknown>>
}

export interface ReadTable<K extends Keys> {
  /** What was written, read; keys with problems are missing. */
  readonly values: Values<K>
  /** Names as written in the file, by key (an alias may stand for it). */
  readonly written: ReadonlyMap<string, string>
  readonly problems: readonly Problem[]
}

const schemas = new Map<Keys, z.ZodMiniType>()

function schemaOf(keys: Keys): z.ZodMiniType {
  const known = schemas.get(keys)
  if (known) return known
  const shape = Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, key.fallback === null ? keySchema(key) : z.optional(keySchema(key))]))
  const schema = z.strictObject(shape)
  schemas.set(keys, schema)
  return schema
}

const keySchema = (key: Key<unknown>): z.ZodMiniType => z.pipe(z.unknown(), z.transform((input, context) => {
  const read = key.read(input)
  if ('value' in read) return read.value
  context.issues.push({ code: 'custom', message: read.wrong, input, params: { instead: read.instead } })
  return z.NEVER
}))

/** Reads one table strictly; every key that is unknown, missing, doubled or wrong is a problem of its own. */
export function readTable<K extends Keys>(keys: K, found: FoundTable): ReadTable<K> {
  const { table, written, problems } = canonical(keys, found)
  const result = z.safeParse(schemaOf(keys), table)
  if (result.success) return { values: result.data as Values<K>, written, problems }
  const wrong = new Set<string>()
  for (const issue of result.error.issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const name of issue.keys) problems.push(unknownKey(name, keys, found))
      for (const name of issue.keys) wrong.add(name)
      continue
    }
    const name = String(issue.path[0])
    wrong.add(name)
    problems.push(Object.hasOwn(table, name) ? wrongValue(name, issue, keys, found, written) : missing(name, keys, found))
  }
  const right = Object.fromEntries(Object.entries(table).filter(([name]) => !wrong.has(name)))
  const reread = z.safeParse(z.partial(schemaOf(keys) as z.ZodMiniObject), right)
  return { values: (reread.success ? reread.data : {}) as Values<K>, written, problems }
}

/** Other words for a key become the key; saying it twice is a problem. */
function canonical(keys: Keys, found: FoundTable): { table: Record<string, unknown>; written: Map<string, string>; problems: Problem[] } {
  const names = new Map(Object.entries(keys).flatMap(([name, key]) => [name, ...(key.also ?? [])].map(word => [word, name] as const)))
  const table: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  const written = new Map<string, string>()
  const problems: Problem[] = []
  for (const [word, value] of Object.entries(found.table)) {
    const name = names.get(word) ?? word
    const before = written.get(name)
    if (before !== undefined) {
      problems.push(problem(found, word, `${before} and ${word} mean the same key`, `Keep one of them, as ${name}`))
      continue
    }
    table[name] = value
    written.set(name, word)
  }
  return { table, written, problems }
}

const problem = (found: FoundTable, word: string, message: string, fix: string): Problem =>
  ({ ...found.map.placeOf(word === '' ? found.path : [...found.path, word]), where: found.where, key: word, message, fix })

function wrongValue(name: string, issue: z.core.$ZodIssue, keys: Keys, found: FoundTable, written: ReadonlyMap<string, string>): Problem {
  const word = written.get(name) ?? name
  const instead = issue.code === 'custom' ? (issue.params?.['instead'] as string | undefined) : undefined
  const fix = instead === undefined ? `Write: ${name} = ${keys[name]?.example ?? ''}` : `Did you mean: ${name} = ${instead}`
  return problem(found, word, `${word} ${issue.message}`, fix)
}

function missing(name: string, keys: Keys, found: FoundTable): Problem {
  return problem(found, '', `${name} is missing`, `Add below its header: ${name} = ${keys[name]?.example ?? ''}`)
}

function unknownKey(word: string, keys: Keys, found: FoundTable): Problem {
  const home = homeOf(word, found.section)
  if (home !== null) return problem(found, word, `${word} does not belong here`, home)
  const names = Object.keys(keys)
  const meant = nearestWord(word, Object.entries(keys).flatMap(([name, key]) => [name, ...(key.also ?? [])]))
  const name = meant === null ? null : names.find(known => known === meant || keys[known]?.also?.includes(meant)) ?? null
  const fix = name === null ? `Known here: ${names.join(', ')}` : `Did you mean ${name}? Write: ${name} = ${keys[name]?.example ?? ''}`
  return problem(found, word, `${word} is not a key`, fix)
}

/** A known key in the wrong table is common: TOML gives everything below a header to that header. */
function homeOf(word: string, section: string): string | null {
  if (section !== '' && Object.hasOwn(TOP_KEYS, word)) return `Move it to the top of the file, above the first [table]`
  const home = SECTIONS.find(({ name, keys }) => name !== section && Object.hasOwn(keys, word))
  if (!home) return null
  return `Move it below ${home.repeated ? `a [[${home.name}]]` : `the [${home.name}]`} header`
}
