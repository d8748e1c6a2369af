// Station 2 for Mux: messages of a chat, and the calls that Mux makes beside it. Pure and total: any bytes give an
// answer. README.md beside this file says what the records look like.
import { partsDigest } from '../../core/digest.ts'
import type { LineParser, Opening } from '../../core/sessions/log-source.ts'
import { digest } from '../../core/tailing/digest.ts'
import { firstText, instantOf, isObject, objectIn, textOf, type JsonObject } from '../../core/tailing/json-fields.ts'
import { pickLine, type Wanted } from '../../core/tailing/json-pick.ts'
import type { Instant } from '../../core/time.ts'
import { CounterReader } from '../../core/usage/counters.ts'
import { response } from '../../core/usage/response.ts'
import { totalTokens, type TokenCounts } from '../../core/usage/tokens.ts'
import type { Origin, ParsedLine, UsageEvent } from '../../core/usage/usage-event.ts'
import { cwdOf } from './paths.ts'

export const MARKERS = ['usage"', 'Usages"'] as const

const USAGE: Wanted = { inputTokens: true, outputTokens: true, cachedInputTokens: true, inputTokenDetails: { cacheReadTokens: true, cacheWriteTokens: true } }
const CALL: Wanted = { model: true, metadataModel: true, timestamp: true, usage: USAGE, providerMetadata: { anthropic: { cacheCreationInputTokens: true } } }
const LINE: Wanted = {
  ...CALL, id: true, role: true, createdAt: true, source: true,
  metadata: { ...CALL, partial: true, toolModelUsages: { ...CALL, toolName: true, toolCallId: true } },
}
const IGNORED: ParsedLine = { kind: 'ignored' }
// A turn has a handful of tools that ask a model of their own.
const TOOLS_MAX = 1_000

export function openChat(opening: Opening): LineParser {
  const { place } = opening
  const origin: Origin = { cwd: cwdOf(opening), branch: '', session: place.session, subagent: place.subagent }
  return {
    parse(line, writtenAt) {
      const read = pickLine(line, LINE)
      if (read.read === 'malformed') return { kind: 'malformed', why: read.why }
      if (read.read === 'empty') return IGNORED
      const record = read.object
      const said = { origin, writtenAt }
      const events = record['role'] === 'assistant' ? turn(record, said, line) : record['role'] === undefined ? background(record, said) : []
      return events.length === 0 ? IGNORED : { kind: 'usage', events }
    },
    memory: () => '',
  }
}

interface Said { readonly origin: Origin; readonly writtenAt: Instant }

/** A message sums all requests of its turn; models that its tools asked are beside that sum. */
function turn(record: JsonObject, said: Said, line: Uint8Array): UsageEvent[] {
  const metadata = objectIn(record, 'metadata')
  const id = textOf(record['id'])
  // Even without any id it was paid for. The same bytes are the same response, so re-reading stays harmless.
  const key = id === '' ? `mux:line:${digest(line)}` : `mux:${id}`
  const time = instantOf(metadata['timestamp']) ?? instantOf(record['createdAt'])
  const tools = Array.isArray(metadata['toolModelUsages']) ? (metadata['toolModelUsages'] as readonly unknown[]).slice(0, TOOLS_MAX) : []
  return [
    called(metadata, { ...said, key, time, final: metadata['partial'] !== true }),
    ...tools.filter(isObject).map((tool, n) => called(tool, { ...said, key: `${key}#tool:${textOf(tool['toolCallId'])}:${n}`, time: instantOf(tool['timestamp']) ?? time, final: true })),
  ].filter(event => event !== null)
}

/** Titles, status lines and sweeps of memories: no message, no id, one line each. */
function background(record: JsonObject, said: Said): UsageEvent[] {
  const time = instantOf(record['timestamp']), source = textOf(record['source'])
  if (source === '') return []
  const event = called(record, { ...said, key: '', time, final: true })
  return event ? [{ ...event, key: `mux:headless:${time ?? said.origin.session}-${partsDigest([source, event.model, ...Object.values(event.tokens).map(String)])}` }] : []
}

interface Call extends Said { readonly key: string; readonly time: Instant | null; readonly final: boolean }

function called(call: JsonObject, { key, time, final, origin, writtenAt }: Call): UsageEvent | null {
  if (!isObject(call['usage'])) return null
  const counters = new CounterReader()
  const tokens = tokensOf(call['usage'], objectIn(call, 'providerMetadata', 'anthropic')['cacheCreationInputTokens'], counters)
  if (totalTokens(tokens) === 0 && !counters.damaged) return null
  return response({
    key, at: time ?? writtenAt, approximateTime: time === null, model: firstText(call['metadataModel'], call['model']).replace(/^[a-z0-9-]+:/, ''), tokens, origin, final,
    sidechain: origin.subagent !== '', damaged: counters.damaged,
  })
}

/**
 * Input contains everything cached, output contains reasoning. Before the sixth generation of the SDK Anthropic's input
 * excluded the cache: an input smaller than its parts is such a one.
 */
function tokensOf(usage: JsonObject, created: unknown, counters: CounterReader): TokenCounts {
  const details = objectIn(usage, 'inputTokenDetails')
  const input = counters.read(usage['inputTokens']), cacheRead = counters.read(usage['cachedInputTokens'] ?? details['cacheReadTokens'])
  const cacheWrite5m = counters.read(created ?? details['cacheWriteTokens'])
  const cached = cacheRead + cacheWrite5m
  return { input: input < cached ? input : input - cached, output: counters.read(usage['outputTokens']), cacheRead, cacheWrite5m, cacheWrite1h: 0 }
}
