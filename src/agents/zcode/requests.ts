// ZCode's database: a row for each request to a model.
import { instantOf, textOf } from '../../core/tailing/json-fields.ts'
import type { DatabaseSource, Row } from '../../core/sessions/log-source.ts'
import type { Instant } from '../../core/time.ts'
import { CounterReader } from '../../core/usage/counters.ts'
import { totalTokens } from '../../core/usage/tokens.ts'
import { STANDARD_BILLING, type ParsedLine } from '../../core/usage/usage-event.ts'
import { accountOf, joined } from '../homes.ts'

/** One request. Its input contains what was cached, its output the reasoning. */
export function parseRequest(row: Row, writtenAt: Instant): ParsedLine {
  const counters = new CounterReader()
  const cacheRead = counters.read(row['cache_read']), cacheWrite5m = counters.read(row['cache_write'])
  const tokens = { input: counters.without(counters.read(row['input']), cacheRead + cacheWrite5m), output: counters.read(row['output']), cacheRead, cacheWrite5m, cacheWrite1h: 0 }
  if (totalTokens(tokens) === 0 && !counters.damaged) return { kind: 'ignored' }
  const at = instantOf(row['started'])
  return {
    kind: 'usage',
    events: [{
      key: `zcode:${textOf(row['session']).slice(0, 256)}:${textOf(row['id']).slice(0, 256)}`, at: at ?? writtenAt, model: textOf(row['model']), tokens, billing: STANDARD_BILLING,
      origin: { cwd: textOf(row['cwd']), branch: '', session: textOf(row['session']), subagent: '' },
      final: instantOf(row['completed']) !== null, sidechain: false, approximateTime: at === null, damaged: counters.damaged,
    }],
  }
}

export const requests: DatabaseSource = {
  name: 'requests', form: 'database',
  roots: environment => [joined(environment, environment.home, '.zcode', 'cli', 'db')].map(path => ({ path, account: accountOf(joined(environment, environment.home, '.zcode'), environment.home), configHome: joined(environment, environment.home, '.zcode') })),
  owns: path => path === 'db.sqlite', enters: () => false, place: () => ({ session: '', subagent: '' }),
  passes: [{
    name: 'requests',
    needs: { model_usage: ['id', 'session_id', 'model_id', 'input_tokens', 'output_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens', 'started_at', 'completed_at'], session: ['id', 'directory'] },
    sql: `select coalesce(u.completed_at, u.started_at) as mark, u.id as id, u.session_id as session, u.model_id as model, u.input_tokens as input, u.output_tokens as output,
  u.cache_creation_input_tokens as cache_write, u.cache_read_input_tokens as cache_read, u.started_at as started, u.completed_at as completed, s.directory as cwd
from model_usage u left join session s on s.id = u.session_id where coalesce(u.completed_at, u.started_at) >= :mark order by coalesce(u.completed_at, u.started_at) limit :limit`,
    firstMark: 0, parse: (row, _opening, writtenAt) => parseRequest(row, writtenAt),
  }],
}
