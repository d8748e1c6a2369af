// Reads an agent's logs through its sources without a file system: what a log says, what several logs say together, and
// what is left of that when they are read in other pieces, in another order, again, or damaged.
import { merge } from '../../src/core/usage/fuller.ts'
import { instant, type Instant } from '../../src/core/time.ts'
import { NO_TOKENS, plusTokens, type TokenCounts } from '../../src/core/usage/tokens.ts'
import type { CounterReading, ParsedLine, UsageEvent } from '../../src/core/usage/usage-event.ts'
import type { DocumentSource, LineSource, Opening } from '../../src/core/sessions/log-source.ts'
import { MEMORY_CHARACTERS_MAX } from '../../src/core/sessions/log-source.ts'
import type { Random } from './random.ts'

export interface AgentLog {
  readonly source: LineSource | DocumentSource
  /** Relative to the root. */
  readonly path: string
  readonly text: string | Uint8Array
  readonly companions?: Readonly<Record<string, string | null>>
  readonly root?: string
}

/** Stands in for damaged times. */
export const WRITTEN_AT: Instant = instant(Date.UTC(2026, 10, 21, 12))

export const openingOf = (log: AgentLog, memory: string | null = null): Opening =>
  ({ place: log.source.place(log.path), path: log.path, root: log.root ?? '/home/dev/logs', memory, companions: log.companions ?? {} })

/** Every fact of a log in its order. `cuts`: the lines after which reading stops and a new parser goes on from the memory. */
export function factsOf(log: AgentLog, cuts: ReadonlySet<number> = new Set()): ParsedLine[] {
  const { source } = log
  if (source.form === 'document') return [...(source.parse(textOf(log), openingOf(log), WRITTEN_AT)?.facts ?? [])]
  let parser = source.open(openingOf(log))
  return linesOf(log).flatMap((line, index) => {
    if (cuts.has(index)) {
      const memory = parser.memory()
      if (memory.length > MEMORY_CHARACTERS_MAX) throw new Error(`a memory of ${memory.length} characters`)
      parser = source.open(openingOf(log, memory === '' ? null : memory))
    }
    // The scanner shows no line without a marker.
    return source.markers.some(marker => line.includes(marker)) ? [parser.parse(line, WRITTEN_AT)] : []
  })
}

const textOf = ({ text }: AgentLog): string => (typeof text === 'string' ? text : Buffer.from(text).toString('utf8'))

function linesOf({ text }: AgentLog): Buffer[] {
  const bytes = Buffer.from(text)
  const lines: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0x0a, at)
    lines.push(bytes.subarray(at, end === -1 ? bytes.length : end))
    at = end === -1 ? bytes.length : end + 1
  }
  return lines
}

/** Responses by key, copies merged as the ledger merges them, in the order of their keys. */
export function responsesOf(facts: readonly ParsedLine[]): UsageEvent[] {
  const byKey = new Map<string, UsageEvent>()
  for (const fact of facts) {
    for (const event of fact.kind === 'usage' ? fact.events : []) {
      const known = byKey.get(event.key)
      byKey.set(event.key, known ? merge(known, event) : event)
    }
  }
  return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
}

export const readingsOf = (facts: readonly ParsedLine[]): CounterReading[] => facts.flatMap(fact => (fact.kind === 'counter' ? fact.readings : []))

export const sumOf = (responses: readonly UsageEvent[]): TokenCounts & { readonly responses: number } =>
  ({ ...responses.reduce((sum, { tokens }) => plusTokens(sum, tokens), NO_TOKENS), responses: responses.length })

/** The only response of a log. */
export function onlyResponse(log: AgentLog): UsageEvent {
  const [event, ...rest] = responsesOf(factsOf(log))
  if (!event || rest.length > 0) throw new Error(`not one response but ${rest.length + (event ? 1 : 0)}`)
  return event
}

/** JSON lines of these records. */
export const jsonLines = (...records: readonly unknown[]): string => records.map(record => `${JSON.stringify(record)}\n`).join('')

/** What all logs say, read in any order, in pieces, and some of them twice. */
export function readOddly(logs: readonly AgentLog[], random: Random): UsageEvent[] {
  const copies = random.shuffled([...logs, ...logs.filter(() => random.chance(0.3))])
  return responsesOf(copies.flatMap(log => factsOf(log, new Set(Array.from({ length: 4 }, () => random.int(0, 12))))))
}

/** One look at a damaged copy of these logs: bytes changed, put in and cut off. Throws when a fact is impossible. */
export function readDamaged(log: AgentLog, random: Random): void {
  for (const fact of factsOf({ ...log, text: damaged(Buffer.from(log.text), random) })) {
    const counts = fact.kind === 'usage' ? fact.events.map(({ tokens }) => tokens) : fact.kind === 'counter' ? fact.readings.map(({ tokens }) => tokens) : []
    for (const tokens of counts) {
      for (const count of Object.values(tokens)) if (!Number.isSafeInteger(count) || count < 0 || count > 5e9) throw new Error(`impossible counts ${JSON.stringify(tokens)}`)
    }
    if (fact.kind === 'usage') for (const { key, at } of fact.events) if (!Number.isSafeInteger(at) || key.length > 9_000) throw new Error(`impossible response ${key} at ${at}`)
  }
}

const HOSTILE = ['-1', '1e309', '0.5', 'null', '[]', '{}', '"', '\\', '{"a":', '99999999999999999999', 'true', '\u0000']

function damaged(text: Buffer, random: Random): Buffer {
  let bytes = Buffer.from(text)
  for (let k = random.int(1, 3); k > 0; k--) {
    const at = random.int(0, bytes.length)
    switch (random.int(0, 3)) {
      case 0: if (at < bytes.length) bytes[at] = random.int(0, 255); break
      case 1: if (at < bytes.length) bytes[at] = '{}[]",:\\0-9e.n'.charCodeAt(random.int(0, 13)); break
      case 2: bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(random.pick(HOSTILE)), bytes.subarray(at + random.int(0, 6))]); break
      default: if (random.chance(0.2)) bytes = bytes.subarray(0, at)
    }
  }
  return bytes
}
