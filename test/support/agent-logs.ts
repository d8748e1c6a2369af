// Reads an agent's logs through its sources without a file system: what a log says, what several logs say together, and
// what is left of that when they are read in other pieces, in another order, or again.
import { instant, type Instant } from '../../src/core/time.ts'
import { NO_TOKENS, plusTokens, type TokenCounts } from '../../src/core/usage/tokens.ts'
import type { ParsedLine, UsageEvent } from '../../src/core/usage/usage-event.ts'
import type { DocumentSource, LineSource, Opening } from '../../src/core/sessions/log-source.ts'
import { MEMORY_CHARACTERS_MAX } from '../../src/core/sessions/log-source.ts'
import { ledgerOf } from './adapter-facts.ts'
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

export const sumOf = (responses: readonly UsageEvent[]): TokenCounts & { readonly responses: number } =>
  ({ ...responses.reduce((sum, { tokens }) => plusTokens(sum, tokens), NO_TOKENS), responses: responses.length })

/** The only response of a log. */
export function onlyResponse(log: AgentLog): UsageEvent {
  const [event, ...rest] = ledgerOf(factsOf(log))
  if (!event || rest.length > 0) throw new Error(`not one response but ${rest.length + (event ? 1 : 0)}`)
  return event
}

/** What all logs say, read in any order, in pieces, and some of them twice. */
export function readOddly(logs: readonly AgentLog[], random: Random): UsageEvent[] {
  const copies = random.shuffled([...logs, ...logs.filter(() => random.chance(0.3))])
  return ledgerOf(copies.flatMap(log => factsOf(log, new Set(Array.from({ length: 4 }, () => random.int(0, 12))))))
}
