// Station 2 for Pi and for agents built on it: entries of a session, one per line. Pure and total: any bytes give an
// answer. README.md beside this file says what the entries look like.
import { partsDigest } from '../../core/digest.ts'
import type { LineParser, Opening } from '../../core/sessions/log-source.ts'
import { firstText, instantOf, isObject, objectIn, parsedJson, textOf, type JsonObject } from '../../core/tailing/json-fields.ts'
import { pickLine, type Wanted } from '../../core/tailing/json-pick.ts'
import type { Instant } from '../../core/time.ts'
import { CounterReader } from '../../core/usage/counters.ts'
import { response } from '../../core/usage/response.ts'
import { totalTokens, type TokenCounts } from '../../core/usage/tokens.ts'
import type { ParsedLine } from '../../core/usage/usage-event.ts'

/** The header, a change of model, and every message that says what it used. */
export const MARKERS = ['session"', 'usage"', 'modelId"'] as const

export const ENTRY: Wanted = {
  type: true, id: true, timestamp: true, cwd: true, modelId: true, provider: true, customType: true, data: { modelId: true, model: true, provider: true },
  message: {
    role: true, model: true, modelId: true, provider: true, responseId: true, stopReason: true, timestamp: true,
    usage: { input: true, output: true, cacheRead: true, cacheWrite: true, totalTokens: true },
  },
}

/** Whose entry it is: the agent that wrote it, and what the entries before it said. */
export interface Session { readonly agent: string; readonly session: string; readonly subagent: string; readonly cwd: string; readonly model: string }

const IGNORED: ParsedLine = { kind: 'ignored' }

/** A session's file. Its header comes first and says where it runs; the id is in the file's name as well. */
export const openSession = (agent: string) => (opening: Opening): LineParser => {
  const remembered = objectIn(parsedJson(opening.memory))
  const { place } = opening
  let session = textOf(remembered['session']) || place.session, cwd = textOf(remembered['cwd']), model = textOf(remembered['model'])
  return {
    parse(line, writtenAt) {
      const read = pickLine(line, ENTRY)
      if (read.read === 'malformed') return { kind: 'malformed', why: read.why }
      if (read.read === 'empty') return IGNORED
      const entry = read.object
      if (entry['type'] === 'session') {
        // A subagent's file lies in its parent's folder and has a header of its own.
        if (place.subagent === '') session = textOf(entry['id']) || session
        cwd = textOf(entry['cwd']) || cwd
        return IGNORED
      }
      model = modelNamedBy(entry) || model
      return usageOf(entry, { agent, session, subagent: place.subagent, cwd, model }, writtenAt)
    },
    memory: () => (session === place.session && cwd === '' && model === '' ? '' : JSON.stringify({ session, cwd, model })),
  }
}

/** Later messages may leave out the model that such an entry named; '' for any other entry. */
export function modelNamedBy(entry: JsonObject): string {
  if (entry['type'] === 'model_change') return firstText(entry['modelId'], objectIn(entry, 'data')['modelId'])
  if (entry['type'] !== 'custom' || entry['customType'] !== 'model-snapshot') return ''
  return firstText(objectIn(entry, 'data')['modelId'], objectIn(entry, 'data')['model'])
}

export function usageOf(entry: JsonObject, from: Session, writtenAt: Instant): ParsedLine {
  const message = objectIn(entry, 'message')
  if (entry['type'] !== 'message' || message['role'] !== 'assistant' || !isObject(message['usage'])) return IGNORED
  const usage = message['usage'], counters = new CounterReader()
  const tokens: TokenCounts = {
    input: counters.read(usage['input']), output: counters.read(usage['output']), cacheRead: counters.read(usage['cacheRead']), cacheWrite5m: counters.read(usage['cacheWrite']), cacheWrite1h: 0,
  }
  const total = counters.read(usage['totalTokens'])
  const totalOnly = totalTokens(tokens) === 0 && total > 0 && !counters.damaged
  if (totalTokens(tokens) === 0 && !totalOnly && !counters.damaged) return IGNORED
  // The message's own time is the same in every copy; the entry's is when it was written down.
  const sent = instantOf(message['timestamp']), time = sent ?? instantOf(entry['timestamp'])
  const event = response({
    key: keyOf(entry, message, { from, sent, tokens }), at: time ?? writtenAt, approximateTime: time === null, model: firstText(message['model'], message['modelId']) || from.model,
    tokens: totalOnly ? { ...tokens, input: total } : tokens, origin: { cwd: from.cwd, branch: '', session: from.session, subagent: from.subagent },
    sidechain: from.subagent !== '', final: !INTERRUPTED.has(textOf(message['stopReason'])), damaged: counters.damaged,
  })
  return totalOnly ? { kind: 'usage', events: [event], doubt: 'only a total was recorded; it is counted as input' } : { kind: 'usage', events: [event] }
}

/** What such a response used before it ended so may not all have been reported. */
const INTERRUPTED = new Set(['aborted', 'error'])

// The vendors' own ids are longer; local servers count to a thousand (`chatcmpl-421`) and begin again.
const GLOBAL_ID_LENGTH = 16

/**
 * Forks copy messages whole, and a migration gives their entries new ids: so the vendor's response id, else the
 * millisecond, model and counts of the message, and only without both of them the entry's own id within its session.
 */
function keyOf(entry: JsonObject, message: JsonObject, { from, sent, tokens }: { from: Session; sent: Instant | null; tokens: TokenCounts }): string {
  const id = textOf(message['responseId'])
  if (id.length >= GLOBAL_ID_LENGTH) return `${from.agent}:${id}`
  const said = partsDigest([textOf(message['provider']), textOf(message['model']), ...Object.values(tokens).map(String)])
  if (sent !== null) return `${from.agent}:${sent}-${said}`
  return `${from.agent}:${from.session}/${textOf(entry['id']) || textOf(entry['timestamp'])}-${said}`
}
