// The session store: one row for each request to a model, written as it happens. The only complete record there is.
import { digest } from '../../core/tailing/digest.ts'
import { ascii } from '../../core/tailing/json-bytes.ts'
import { firstText, instantOf, textOf } from '../../core/tailing/json-fields.ts'
import type { DatabaseSource, Row } from '../../core/sessions/log-source.ts'
import type { Instant } from '../../core/time.ts'
import { CounterReader } from '../../core/usage/counters.ts'
import { totalTokens, type TokenCounts } from '../../core/usage/tokens.ts'
import { STANDARD_BILLING, type Origin, type ParsedLine } from '../../core/usage/usage-event.ts'
import { homeRoots, ownsStore } from './paths.ts'

/** What any record of Copilot says it used: the prompt with all that was cached, and the answer with its reasoning. */
export function inclusiveCounts(said: { readonly prompt: unknown; readonly cacheRead: unknown; readonly cacheWrite: unknown; readonly output: unknown }, counters: CounterReader): TokenCounts {
  const cacheRead = counters.read(said.cacheRead), cacheWrite5m = counters.read(said.cacheWrite)
  return { input: counters.without(counters.read(said.prompt), cacheRead + cacheWrite5m), output: counters.read(said.output), cacheRead, cacheWrite5m, cacheWrite1h: 0 }
}

/** What a row of the store and a record of the journal both say of one request. */
export interface Request {
  readonly at: Instant | null
  readonly model: string
  readonly tokens: TokenCounts
  readonly damaged: boolean
  readonly origin: Origin
  /** Repeated by a fork: the original owns it. */
  readonly copied: boolean
}

/**
 * Nothing in a row names the journal's record, or the other way; both are written with one time, model and counts, and a
 * fork's journal repeats them. Two requests of one model that ended in the same millisecond and used the same are one.
 */
export function requestEvent({ at, model, tokens, damaged, origin, copied }: Request, writtenAt: Instant): ParsedLine {
  if (totalTokens(tokens) === 0 && !damaged) return { kind: 'ignored' }
  return {
    kind: 'usage',
    events: [{
      key: `copilot:${at ?? origin.session}-${digest(ascii(JSON.stringify([model, tokens])))}`, at: at ?? writtenAt, model, tokens, billing: STANDARD_BILLING,
      origin: { ...origin, branch: origin.branch === 'HEAD' ? '' : origin.branch }, final: true, sidechain: copied, approximateTime: at === null, damaged,
    }],
  }
}

/** One row of `assistant_usage_events`. */
export function parseRequest(row: Row, writtenAt: Instant): ParsedLine {
  const counters = new CounterReader()
  const tokens = inclusiveCounts({ prompt: row['input_tokens'], cacheRead: row['cache_read_tokens'], cacheWrite: row['cache_write_tokens'], output: row['output_tokens'] }, counters)
  const session = textOf(row['session_id']), parent = textOf(row['parent_tool_call_id'])
  const origin: Origin = { cwd: textOf(row['cwd']), branch: textOf(row['branch']), session, subagent: parent === '' ? '' : firstText(row['agent_id'], parent) }
  return requestEvent({ at: instantOf(row['created_at']), model: textOf(row['model']), tokens, damaged: counters.damaged, origin, copied: false }, writtenAt)
}

export const sessionStore: DatabaseSource = {
  name: 'store', form: 'database', roots: homeRoots(), owns: ownsStore, anyFolder: true, enters: () => false, place: () => ({ session: '', subagent: '' }),
  passes: [{
    name: 'requests',
    needs: {
      assistant_usage_events: ['id', 'session_id', 'model', 'input_tokens', 'output_tokens', 'cache_read_tokens', 'cache_write_tokens', 'created_at'],
      sessions: ['id', 'cwd', 'branch'],
    },
    // Every column of the requests: which of them name a subagent depends on the version, and none of them holds text of a session.
    sql: 'select e.*, s.cwd as cwd, s.branch as branch, e.id as mark from assistant_usage_events e left join sessions s on s.id = e.session_id where e.id >= :mark order by e.id limit :limit',
    firstMark: 0,
    parse: (row, _opening, writtenAt) => parseRequest(row, writtenAt),
  }],
}
