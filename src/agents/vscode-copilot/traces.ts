// Copilot Chat's own trace database, which exists where the user switched it on: one span for each request to a model.
import { instantOf, textOf } from '../../core/tailing/json-fields.ts'
import type { DatabaseSource, Row } from '../../core/sessions/log-source.ts'
import type { Instant } from '../../core/time.ts'
import { CounterReader } from '../../core/usage/counters.ts'
import { totalTokens } from '../../core/usage/tokens.ts'
import { STANDARD_BILLING, type ParsedLine } from '../../core/usage/usage-event.ts'
import { entersTraces, ownsTraces, userFolders } from './paths.ts'

const attribute = (name: string): string => `(select a.value from span_attributes a where a.span_id = s.span_id and a.key = '${name}')`

// Spans of the command line that the editor runs are in that client's own store too, and counted from there. A database
// that was rewritten numbers its rows anew; then it is read from its beginning.
const SQL = `
select s.rowid as mark, s.trace_id as trace, s.span_id as span, s.end_time_ms as ended, coalesce(s.response_model, s.request_model) as model,
  s.input_tokens as input, s.output_tokens as output, s.cached_tokens as cached, ${attribute('gen_ai.usage.cache_creation.input_tokens')} as written,
  coalesce(s.chat_session_id, s.conversation_id) as session, ${attribute('copilot_chat.parent_chat_session_id')} as parent, ${attribute('github.copilot.git.branch')} as branch
from spans s
where s.rowid >= case when (select max(rowid) from spans) < :mark then 0 else :mark end and s.operation_name = 'chat'
  and not exists (select 1 from spans root where root.trace_id = s.trace_id and root.agent_name = 'copilotcli')
order by s.rowid limit :limit`

/** One chat span. Attributes are text in this database, whatever they were. */
export function parseSpan(row: Row, writtenAt: Instant): ParsedLine {
  const counters = new CounterReader()
  const written = row['written']
  const cacheRead = counters.read(row['cached']), cacheWrite5m = counters.read(typeof written === 'string' && /^\d{1,9}$/.test(written) ? Number(written) : written)
  const tokens = { input: counters.without(counters.read(row['input']), cacheRead + cacheWrite5m), output: counters.read(row['output']), cacheRead, cacheWrite5m, cacheWrite1h: 0 }
  if (totalTokens(tokens) === 0 && !counters.damaged) return { kind: 'ignored' }
  const at = instantOf(row['ended'])
  const own = textOf(row['session']), parent = textOf(row['parent'])
  return {
    kind: 'usage',
    events: [{
      key: `vscode-copilot:${textOf(row['trace']).slice(0, 128)}:${textOf(row['span']).slice(0, 128)}`, at: at ?? writtenAt, model: textOf(row['model']), tokens, billing: STANDARD_BILLING,
      origin: { cwd: '', branch: textOf(row['branch']), session: parent || own, subagent: parent === '' ? '' : own },
      final: true, sidechain: false, approximateTime: at === null, damaged: counters.damaged,
    }],
  }
}

export const traceDatabase: DatabaseSource = {
  name: 'traces', form: 'database', roots: userFolders(), owns: ownsTraces, enters: entersTraces, place: () => ({ session: '', subagent: '' }),
  passes: [{
    name: 'chats',
    needs: {
      spans: ['span_id', 'trace_id', 'end_time_ms', 'operation_name', 'agent_name', 'conversation_id', 'chat_session_id', 'request_model', 'response_model', 'input_tokens', 'output_tokens', 'cached_tokens'],
      span_attributes: ['span_id', 'key', 'value'],
    },
    sql: SQL, firstMark: 0, parse: (row, _opening, writtenAt) => parseSpan(row, writtenAt),
  }],
}
