// Station 2 for Kimi CLI: the wire log of a session, where a status update after each step says what the step used.
// Pure and total: any bytes give an answer. README.md beside this file says what the records look like.
import { partsDigest } from '../../core/digest.ts'
import type { LineParser, Opening } from '../../core/sessions/log-source.ts'
import { digest } from '../../core/tailing/digest.ts'
import { firstText, instantOf, isObject, objectIn, textOf, type JsonObject } from '../../core/tailing/json-fields.ts'
import { pickLine, type Wanted } from '../../core/tailing/json-pick.ts'
import { CounterReader } from '../../core/usage/counters.ts'
import { response } from '../../core/usage/response.ts'
import { totalTokens, type TokenCounts } from '../../core/usage/tokens.ts'
import type { ParsedLine } from '../../core/usage/usage-event.ts'
import { cwdOf, modelOf } from './config.ts'

export const MARKERS = ['token_usage"'] as const

// A subagent's events come wrapped in its parent's; three levels are one more than the client allows.
const LEVELS = 3
const wantedAt = (level: number): Wanted => ({
  type: true,
  payload: {
    token_usage: { input_other: true, input_cache_read: true, input_cache_creation: true, output: true }, message_id: true, agent_id: true, parent_tool_call_id: true, task_tool_call_id: true,
    ...(level < LEVELS ? { event: wantedAt(level + 1) } : {}),
  },
})
const RECORD: Wanted = { timestamp: true, message: wantedAt(0) }
const IGNORED: ParsedLine = { kind: 'ignored' }

export function openWire(opening: Opening): LineParser {
  const { place } = opening
  const cwd = cwdOf(opening), model = modelOf(opening)
  return {
    parse(line, writtenAt) {
      const read = pickLine(line, RECORD)
      if (read.read === 'malformed') return { kind: 'malformed', why: read.why }
      if (read.read === 'empty') return IGNORED
      const { update, subagent } = statusIn(objectIn(read.object, 'message'))
      const usage = update['token_usage']
      if (!isObject(usage)) return IGNORED
      const counters = new CounterReader()
      const tokens: TokenCounts = {
        input: counters.read(usage['input_other']), output: counters.read(usage['output']), cacheRead: counters.read(usage['input_cache_read']),
        cacheWrite5m: counters.read(usage['input_cache_creation']), cacheWrite1h: 0,
      }
      if (totalTokens(tokens) === 0 && !counters.damaged) return IGNORED
      const time = instantOf(read.object['timestamp'])
      const agent = place.subagent || subagent
      return { kind: 'usage', events: [response({
        key: keyOf(textOf(update['message_id']), { session: place.session, tokens, line }), at: time ?? writtenAt, approximateTime: time === null, model, tokens,
        origin: { cwd, branch: '', session: place.session, subagent: agent }, sidechain: agent !== '', damaged: counters.damaged,
      })] }
    },
    memory: () => '',
  }
}

/** The status update of a message, and whose it is; that of a subagent lies within one or more events of its parents. */
function statusIn(message: JsonObject): { readonly update: JsonObject; readonly subagent: string } {
  let here = message, subagent = ''
  for (let level = 0; level <= LEVELS && here['type'] === 'SubagentEvent'; level++) {
    const payload = objectIn(here, 'payload')
    subagent = firstText(payload['agent_id'], payload['parent_tool_call_id'], payload['task_tool_call_id']) || 'subagent'
    here = objectIn(payload, 'event')
  }
  return { update: here['type'] === 'StatusUpdate' ? objectIn(here, 'payload') : {}, subagent }
}

// The vendors' own ids are longer; local servers count to a thousand (`chatcmpl-421`) and begin again.
const GLOBAL_ID_LENGTH = 16

/**
 * A fork copies lines and a parent repeats its subagents' updates, both with the response's own id. A short id counts
 * within its session and beside its counts; without one only the line itself is left.
 */
function keyOf(id: string, { session, tokens, line }: { session: string; tokens: TokenCounts; line: Uint8Array }): string {
  if (id.length >= GLOBAL_ID_LENGTH) return `kimi:${id}`
  return id === '' ? `kimi:line:${digest(line)}` : `kimi:${session}/${id}/${partsDigest(Object.values(tokens).map(String))}`
}
