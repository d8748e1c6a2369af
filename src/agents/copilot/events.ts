// A session's own journal, where there is no store: newer versions record each request in it. Older ones write what each
// model used once, at the end of a run, as a sum over the session so far: a counter, not a list of responses.
import { firstText, instantOf, isObject, objectIn, parsedJson, textOf, type JsonObject } from '../../core/tailing/json-fields.ts'
import { decodeUtf8 } from '../../core/tailing/safe-text.ts'
import type { LineParser, LineSource, Opening } from '../../core/sessions/log-source.ts'
import type { Instant } from '../../core/time.ts'
import { CounterReader } from '../../core/usage/counters.ts'
import { totalTokens, type TokenCounts } from '../../core/usage/tokens.ts'
import type { CounterReading, ParsedLine } from '../../core/usage/usage-event.ts'
import { entersSessions, homeRoots, ownsEvents, placeOf, STORE } from './paths.ts'
import { inclusiveCounts, requestEvent } from './store.ts'

const IGNORED: ParsedLine = { kind: 'ignored' }
// A session uses a few models; more would fill the memory.
const MODELS_MAX = 40, MODEL_CHARACTERS_MAX = 128
// The records that matter are short; a longer line with one of their names in it is a message.
const LINE_BYTES_MAX = 256 * 1024

/** What the lines so far said: where the session is, whether its requests are recorded, and for each model which counter runs and how far its prompt got. */
interface Memory { session: string; cwd: string; branch: string; records: boolean; readonly models: Record<string, { epoch: number; prompt: number }> }

class EventsParser implements LineParser {
  readonly #memory: Memory
  readonly #silent: boolean

  constructor({ place, memory, companions }: Opening) {
    // The store may appear while journals are followed; from then on it tells the same.
    this.#silent = (companions[STORE] ?? null) !== null
    this.#memory = memoryFrom(memory) ?? { session: place.session, cwd: '', branch: '', records: false, models: {} }
  }

  memory(): string { return JSON.stringify(this.#memory) }

  parse(line: Uint8Array, writtenAt: Instant): ParsedLine {
    if (line.length > LINE_BYTES_MAX) return IGNORED
    const event = parsedJson(decodeUtf8(line, 0, line.length))
    if (!isObject(event)) return line.every(byte => byte <= 0x20) ? IGNORED : { kind: 'malformed', why: 'the line is not a JSON object' }
    const data = objectIn(event, 'data')
    switch (event['type']) {
      case 'session.start': case 'session.resume': this.#moved(objectIn(data, 'context'), textOf(data['sessionId'])); return IGNORED
      case 'session.context_changed': this.#moved(data, ''); return IGNORED
      case 'session.usage_record': return this.#silent ? IGNORED : this.#record(event, objectIn(data, 'usage'), writtenAt)
      case 'session.shutdown': return this.#silent ? IGNORED : this.#shutdown(data, instantOf(event['timestamp']) ?? writtenAt)
      default: return IGNORED
    }
  }

  #moved(context: JsonObject, session: string): void {
    const memory = this.#memory
    memory.session = session || memory.session
    memory.cwd = textOf(context['cwd']) || memory.cwd
    memory.branch = textOf(context['branch'])
  }

  #record(event: JsonObject, usage: JsonObject, writtenAt: Instant): ParsedLine {
    const memory = this.#memory
    memory.records = true
    const counters = new CounterReader()
    const { session, cwd, branch } = memory
    const parent = textOf(usage['parentToolCallId']), source = textOf(objectIn(usage, 'accounting')['sourceSessionId'])
    return requestEvent({
      at: instantOf(event['timestamp']), model: textOf(usage['model']), tokens: sumOf(usage, counters), damaged: counters.damaged,
      origin: { cwd, branch, session, subagent: parent === '' ? '' : firstText(event['agentId'], parent) },
      // A subagent's record names a session of its own as its source; only without one is another session's a fork's copy.
      copied: parent === '' && source !== '' && source !== session,
    }, writtenAt)
  }

  /** Where requests are recorded, the sum says nothing more. */
  #shutdown(data: JsonObject, at: Instant): ParsedLine {
    if (this.#memory.records) return IGNORED
    const readings = Object.entries(objectIn(data, 'modelMetrics')).slice(0, MODELS_MAX).flatMap(([name, metrics]) => this.#reading(textOf(name).slice(0, MODEL_CHARACTERS_MAX), objectIn(metrics, 'usage'), at))
    return readings.length === 0 ? IGNORED : { kind: 'counter', readings }
  }

  #reading(model: string, usage: JsonObject, at: Instant): CounterReading[] {
    const counters = new CounterReader()
    const tokens = sumOf(usage, counters)
    // A damaged sum says nothing; the next one contains it.
    if (totalTokens(tokens) === 0 || counters.damaged) return []
    const { session, cwd, branch, models } = this.#memory
    const known = Object.hasOwn(models, model) ? models[model] : undefined
    // Compaction sets the sums back to zero, and what they say from then on comes on top.
    const prompt = tokens.input + tokens.cacheRead + tokens.cacheWrite5m
    const epoch = known === undefined ? 0 : known.epoch + (prompt < known.prompt ? 1 : 0)
    if (known !== undefined || Object.keys(models).length < MODELS_MAX) models[model] = { epoch, prompt }
    return [{ key: `copilot:${session}:${model}:${epoch}`, at, model, tokens, cost: null, origin: { cwd, branch: branch === 'HEAD' ? '' : branch, session, subagent: '' } }]
  }
}

const sumOf = (usage: JsonObject, counters: CounterReader): TokenCounts =>
  inclusiveCounts({ prompt: usage['inputTokens'], cacheRead: usage['cacheReadTokens'], cacheWrite: usage['cacheWriteTokens'], output: usage['outputTokens'] }, counters)

function memoryFrom(text: string | null): Memory | null {
  const said = parsedJson(text)
  if (!isObject(said) || !isObject(said['models'])) return null
  const models: Memory['models'] = {}
  for (const [model, value] of Object.entries(said['models'])) {
    const { epoch, prompt } = isObject(value) ? value : {}
    if (typeof epoch === 'number' && typeof prompt === 'number') models[model] = { epoch, prompt }
  }
  return { session: textOf(said['session']), cwd: textOf(said['cwd']), branch: textOf(said['branch']), records: said['records'] === true, models }
}

export const sessionEvents: LineSource = {
  name: 'events', form: 'lines', roots: homeRoots(STORE, 'otel'), owns: ownsEvents, enters: entersSessions, place: placeOf, heads: () => [STORE],
  markers: ['.usage_record"', '.shutdown"', '.start"', '.resume"', '.context_changed"'],
  open: opening => new EventsParser(opening),
}
