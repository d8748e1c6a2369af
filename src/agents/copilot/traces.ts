// Traces the client exports to files when it is told to (OpenTelemetry, one record a line): for versions without the
// store. A chat span and the log record of the same request share their response's id; what sums over requests is left out.
import { decodeUtf8 } from '../../core/tailing/safe-text.ts'
import { digest } from '../../core/tailing/digest.ts'
import { firstText, instantOf, isObject, objectIn, parsedJson, type JsonObject } from '../../core/tailing/json-fields.ts'
import { memoryless, type LineSource } from '../../core/sessions/log-source.ts'
import type { Instant } from '../../core/time.ts'
import { CounterReader } from '../../core/usage/counters.ts'
import { totalTokens } from '../../core/usage/tokens.ts'
import { STANDARD_BILLING, type ParsedLine } from '../../core/usage/usage-event.ts'
import { homeRoots, ownsTraces, STORE } from './paths.ts'
import { inclusiveCounts } from './store.ts'

const IGNORED: ParsedLine = { kind: 'ignored' }
// Records may hold a whole prompt when the user asked for content; beyond this one is not worth its parsing.
const LINE_BYTES_MAX = 8 * 1024 * 1024
const INFERENCE = 'gen_ai.client.inference.operation.details'

/** One exported record. */
export function parseTrace(line: Uint8Array, writtenAt: Instant): ParsedLine {
  if (line.length > LINE_BYTES_MAX) return { kind: 'malformed', why: 'the record is too long' }
  const record = parsedJson(decodeUtf8(line, 0, line.length))
  if (!isObject(record)) return line.every(byte => byte <= 0x20) ? IGNORED : { kind: 'malformed', why: 'the line is not a JSON object' }
  const attributes = objectIn(record, 'attributes')
  if (!isRequest(record, attributes)) return IGNORED
  const counters = new CounterReader()
  const tokens = inclusiveCounts({
    prompt: attributes['gen_ai.usage.input_tokens'], output: attributes['gen_ai.usage.output_tokens'], cacheRead: attributes['gen_ai.usage.cache_read.input_tokens'],
    cacheWrite: attributes['gen_ai.usage.cache_creation.input_tokens'] ?? attributes['gen_ai.usage.cache_write.input_tokens'],
  }, counters)
  if (totalTokens(tokens) === 0 && !counters.damaged) return IGNORED
  const at = timeOf(record)
  return {
    kind: 'usage',
    events: [{
      key: `copilot:${idOf(record, attributes) || digest(line)}`, at: at ?? writtenAt, model: firstText(attributes['gen_ai.response.model'], attributes['gen_ai.request.model']),
      tokens, billing: STANDARD_BILLING, final: true, sidechain: false, approximateTime: at === null, damaged: counters.damaged,
      origin: { cwd: '', branch: '', session: firstText(attributes['gen_ai.conversation.id'], attributes['copilot_chat.chat_session_id'], attributes['session.id']), subagent: '' },
    }],
  }
}

/** A span of one request, or the log record of one. `invoke_agent` spans and turns sum up what these already say. */
function isRequest(record: JsonObject, attributes: JsonObject): boolean {
  return attributes['gen_ai.operation.name'] === 'chat' || attributes['event.name'] === INFERENCE || firstText(record['name']).startsWith('chat ')
}

function idOf(record: JsonObject, attributes: JsonObject): string {
  const response = firstText(attributes['gen_ai.response.id'])
  if (response !== '') return response
  const context = objectIn(record, 'spanContext')
  const trace = firstText(record['traceId'], context['traceId']), span = firstText(record['spanId'], context['spanId'])
  return trace === '' || span === '' ? '' : `${trace}:${span}`
}

/** [seconds, nanoseconds] pairs, as the exporter writes them; a number or text where another exporter was used. */
function timeOf(record: JsonObject): Instant | null {
  for (const value of [record['endTime'], record['startTime'], record['hrTime'], record['_hrTime'], record['time'], record['timestamp']]) {
    const at = Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'number' ? instantOf(Math.trunc(value[0] * 1000 + value[1] / 1e6)) : instantOf(value)
    if (at !== null) return at
  }
  return null
}

export const traceFiles: LineSource = {
  name: 'traces', form: 'lines', roots: homeRoots(STORE), owns: ownsTraces, enters: folder => folder === 'otel', place: () => ({ session: '', subagent: '' }),
  markers: ['.usage.'], open: memoryless((line, _place, writtenAt) => parseTrace(line, writtenAt)),
}
