// Hermes keeps counters, no record of each request: by session, and in newer versions by model and kind of work as well.
import { digest } from '../../core/tailing/digest.ts'
import { ascii } from '../../core/tailing/json-bytes.ts'
import { instantOf, textOf } from '../../core/tailing/json-fields.ts'
import type { Environment } from '../../core/sessions/agent-adapter.ts'
import type { DatabaseSource, LogRoot, Row, RowPass } from '../../core/sessions/log-source.ts'
import type { Instant } from '../../core/time.ts'
import { CounterReader } from '../../core/usage/counters.ts'
import { usdOfNumber } from '../../core/usage/number-usd.ts'
import { totalTokens } from '../../core/usage/tokens.ts'
import type { ParsedLine } from '../../core/usage/usage-event.ts'
import { accountOf, homesOf, joined } from '../homes.ts'

const STATE = /^(?:profiles\/[^/]+\/)?state\.db$/

export const roots = (environment: Environment): readonly LogRoot[] =>
  homesOf(environment, 'HERMES_HOME', joined(environment, environment.home, '.hermes')).map(path => ({ path, account: accountOf(path, environment.home), configHome: path }))

// Counts are written behind the messages they belong to, so a little is read again each time.
const LATE_S = 600
const COUNTS = ['input_tokens', 'output_tokens', 'cache_read_tokens', 'cache_write_tokens'] as const
const countsOf = (table: string): string => [...COUNTS, 'actual_cost_usd'].map(column => `${table}.${column} as ${column}`).join(', ')

// What a session used in its main loop, where no row of the models tells it: gateways set the sums themselves.
const LATEST = 'coalesce((select max(m.timestamp) from messages m where m.session_id = s.id), s.started_at, 0)'
const SESSIONS = (cwd: string, where: string): string => `select * from (select ${LATEST} as mark, s.id as session, s.model as model, ${cwd} as cwd, '' as route, ${countsOf('s')} from sessions s${where})
where mark >= :mark - ${LATE_S} order by mark limit :limit`
const SESSION_NEEDS = { sessions: ['id', 'model', 'started_at', ...COUNTS, 'actual_cost_usd'], messages: ['session_id', 'timestamp'] }

/** One counter. Its input is without what was cached, its output with the reasoning. */
export function parseCounter(row: Row, writtenAt: Instant): ParsedLine {
  const counters = new CounterReader()
  const tokens = {
    input: counters.read(row['input_tokens']), output: counters.read(row['output_tokens']), cacheRead: counters.read(row['cache_read_tokens']),
    cacheWrite5m: counters.read(row['cache_write_tokens']), cacheWrite1h: 0,
  }
  // A damaged counter says nothing; the next one contains it.
  if (counters.damaged || totalTokens(tokens) === 0) return { kind: 'ignored' }
  const session = textOf(row['session']), route = textOf(row['route'])
  const cost = usdOfNumber(row['actual_cost_usd'])
  return {
    kind: 'counter',
    readings: [{
      key: `hermes:${session}${route === '' ? '' : `-${digest(ascii(route))}`}`, at: instantOf(row['mark']) ?? writtenAt, model: textOf(row['model']), tokens,
      // Only what a provider billed is truer than our card; Hermes' own estimate is none of it.
      cost: cost !== null && cost > 0n ? cost : null,
      origin: { cwd: textOf(row['cwd']), branch: '', session, subagent: '' },
    }],
  }
}

const pass = (name: string, over: Pick<RowPass, 'needs' | 'sql'> & { readonly unless?: string }): RowPass =>
  ({ name, firstMark: 0, ...over, parse: (row, _opening, writtenAt) => parseCounter(row, writtenAt) })

export const state: DatabaseSource = {
  name: 'state', form: 'database', roots, owns: path => STATE.test(path), anyFolder: true,
  enters: folder => /^profiles(?:\/[^/]+)?$/.test(folder), place: () => ({ session: '', subagent: '' }),
  passes: [
    pass('models', {
      needs: { session_model_usage: ['session_id', 'model', 'billing_provider', 'billing_base_url', 'billing_mode', 'task', 'last_seen', ...COUNTS, 'actual_cost_usd'], sessions: ['id', 'cwd'] },
      sql: `select coalesce(u.last_seen, 0) as mark, u.session_id as session, u.model as model, s.cwd as cwd, ${countsOf('u')},
  json_array(u.model, u.billing_provider, u.billing_base_url, u.billing_mode, u.task) as route
from session_model_usage u left join sessions s on s.id = u.session_id where coalesce(u.last_seen, 0) >= :mark - ${LATE_S} order by coalesce(u.last_seen, 0) limit :limit`,
    }),
    pass('sessions', {
      needs: { ...SESSION_NEEDS, sessions: [...SESSION_NEEDS.sessions, 'cwd'], session_model_usage: ['session_id', 'task'] },
      sql: SESSIONS('s.cwd', ` where not exists (select 1 from session_model_usage u where u.session_id = s.id and u.task = '')`),
    }),
    pass('sessions-early', { needs: SESSION_NEEDS, sql: SESSIONS(`''`, ''), unless: 'session_model_usage' }),
  ],
}
