// The fields of one Codex record, picked by name. Most of a rollout (messages, tool output, compacted histories) is told
// by its type alone and never looked into.
import { ascii, Members, skipSpace, textAt } from '../../core/tailing/json-bytes.ts'
import type { JsonObject } from '../../core/tailing/json-fields.ts'
import { pickLine, type Wanted } from '../../core/tailing/json-pick.ts'

const USAGE: Wanted = { input_tokens: true, cached_input_tokens: true, cache_write_input_tokens: true, output_tokens: true, reasoning_output_tokens: true, total_tokens: true }
const WINDOW: Wanted = { used_percent: true, window_minutes: true, resets_at: true, resets_in_seconds: true }

const PAYLOAD: Wanted = {
  type: true, id: true, session_id: true, thread_id: true, turn_id: true, response_id: true, timestamp: true, cwd: true, model: true, model_name: true, service_tier: true,
  forked_from_id: true, parent_thread_id: true, started_at: true, git: { branch: true }, metadata: { model: true },
  source: { subagent: { thread_spawn: { parent_thread_id: true } } },
  info: { total_token_usage: USAGE, last_token_usage: USAGE, model: true, model_name: true }, usage: USAGE, thread_token_usage: USAGE,
  rate_limits: { limit_id: true, rate_limit_reached_type: true, primary: WINDOW, secondary: WINDOW },
  error: { codex_error_info: true }, thread_settings: { service_tier: true, model: true },
}
const RECORD: Wanted = { timestamp: true, type: true, ordinal: true, payload: PAYLOAD }

const TYPE = ascii('type')
const WANTED_TYPES: ReadonlySet<string> = new Set(['session_meta', 'turn_context', 'token_usage_record', 'event_msg'])

export type ReadRecord =
  | { readonly read: 'record'; readonly type: string; readonly record: JsonObject }
  | { readonly read: 'other' }
  | { readonly read: 'malformed'; readonly why: string }

export function readRecord(line: Uint8Array): ReadRecord {
  const type = typeOf(line)
  // A record whose type comes late is read whole; one that bears nothing for us ends here, however long it is.
  if (type !== null && !WANTED_TYPES.has(type)) return { read: 'other' }
  const picked = pickLine(line, RECORD)
  if (picked.read === 'malformed') return picked
  const named = picked.read === 'object' ? picked.object['type'] : undefined
  return picked.read === 'object' && typeof named === 'string' && WANTED_TYPES.has(named) ? { read: 'record', type: named, record: picked.object } : { read: 'other' }
}

/** The record's type where it stands before its payload, as every version writes it; null otherwise. */
function typeOf(line: Uint8Array): string | null {
  const members = new Members(line, skipSpace(line, 0, line.length), line.length)
  // Timestamp, ordinal and type are the first three; a fourth look would walk the payload.
  for (let seen = 0; seen < 3 && members.next(); seen++) {
    if (members.keyIs(TYPE)) return textAt(line, members.valueStart, members.end())
  }
  return null
}
