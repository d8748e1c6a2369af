// Goose's database: in newer versions a row for each request, in older ones only a counter for each session.
import { digest } from '../../core/tailing/digest.ts'
import { ascii } from '../../core/tailing/json-bytes.ts'
import { instantOf, textOf } from '../../core/tailing/json-fields.ts'
import { safeText } from '../../core/tailing/safe-text.ts'
import type { Environment } from '../../core/sessions/agent-adapter.ts'
import type { DatabaseSource, LogRoot, Row } from '../../core/sessions/log-source.ts'
import type { Instant } from '../../core/time.ts'
import { CounterReader } from '../../core/usage/counters.ts'
import { usdOfNumber } from '../../core/usage/number-usd.ts'
import { totalTokens, type TokenCounts } from '../../core/usage/tokens.ts'
import { STANDARD_BILLING, type Origin, type ParsedLine } from '../../core/usage/usage-event.ts'
import { accountOf, applicationData, dataHomes, homesOf, joined } from '../homes.ts'

export function roots(environment: Environment): readonly LogRoot[] {
  const moved = homesOf(environment, 'GOOSE_PATH_ROOT').map(root => joined(environment, root, 'data', 'sessions'))
  const windows = environment.platform === 'win32' ? [['data', 'sessions'], ['sessions']].map(below => joined(environment, applicationData(environment), 'Block', 'goose', ...below)) : []
  return [...new Set([...moved, ...dataHomes(environment, 'goose', 'sessions'), ...windows])]
    .map(path => ({ path, account: accountOf(path, environment.home), configHome: path }))
}

const SESSION = `s.id as session, s.working_dir as cwd, s.created_at as begun, case when json_valid(s.model_config_json) then json_extract(s.model_config_json, '$.model_name') end as configured`
const SESSION_COLUMNS = ['id', 'working_dir', 'created_at', 'model_config_json']

/** One row of the ledger Goose keeps itself. The prompt contains what was cached. */
export function parseRequest(row: Row, writtenAt: Instant): ParsedLine {
  const counters = new CounterReader()
  const tokens = countsOf(row, counters)
  const at = instantOf(row['created']), model = textOf(row['model']) || textOf(row['configured'])
  // What the session had used before there was a ledger came into it as one row: the counter that was read until then.
  if (row['source'] === 'carried_forward') return counterOf(row, { tokens, model, at: at ?? writtenAt, damaged: counters.damaged })
  // Goose's own price list is no better than ours; what the provider reported is.
  const cost = row['source'] === 'provider_reported' ? usdOfNumber(row['cost']) : null
  if (totalTokens(tokens) === 0 && !counters.damaged && !(cost !== null && cost > 0n)) return { kind: 'ignored' }
  const said = digest(ascii(JSON.stringify([at ?? 0, model, tokens])))
  return {
    kind: 'usage',
    events: [{
      key: `goose:${textOf(row['session'])}:${safeText(String(row['mark']).slice(0, 32))}-${said}`, at: at ?? writtenAt, model, tokens, billing: STANDARD_BILLING,
      ...(cost !== null && cost > 0n ? { givenCost: cost } : {}), origin: originOf(row), final: true, sidechain: false, approximateTime: at === null, damaged: counters.damaged,
    }],
  }
}

/** One row of the sessions, where there is nothing else. */
export function parseSession(row: Row, writtenAt: Instant): ParsedLine {
  const counters = new CounterReader()
  const tokens = countsOf(row, counters)
  return counterOf(row, { tokens, model: textOf(row['configured']), at: instantOf(row['mark']) ?? writtenAt, damaged: counters.damaged })
}

const originOf = (row: Row): Origin => ({ cwd: textOf(row['cwd']), branch: '', session: textOf(row['session']), subagent: '' })

function countsOf(row: Row, counters: CounterReader): TokenCounts {
  const cacheRead = counters.read(row['cache_read']), cacheWrite5m = counters.read(row['cache_write'])
  return { input: counters.without(counters.read(row['input']), cacheRead + cacheWrite5m), output: counters.read(row['output']), cacheRead, cacheWrite5m, cacheWrite1h: 0 }
}

/** Session ids are a date and a number, alike on every machine: when and where it began tells them apart. */
function counterOf(row: Row, { tokens, model, at, damaged }: { tokens: TokenCounts; model: string; at: Instant; damaged: boolean }): ParsedLine {
  // A damaged counter says nothing; the next one contains it.
  if (damaged || totalTokens(tokens) === 0) return { kind: 'ignored' }
  const origin = originOf(row)
  return { kind: 'counter', readings: [{ key: `goose:${origin.session}-${digest(ascii(JSON.stringify([textOf(row['begun']), origin.cwd])))}`, at, model, tokens, cost: null, origin }] }
}

export const sessions: DatabaseSource = {
  name: 'sessions', form: 'database', roots, owns: path => path === 'sessions.db', anyFolder: true, enters: () => false, place: () => ({ session: '', subagent: '' }),
  passes: [
    {
      name: 'requests',
      needs: { usage_ledger: ['id', 'session_id', 'created_timestamp', 'model', 'input_tokens', 'output_tokens', 'cache_read_tokens', 'cache_write_tokens', 'cost', 'cost_source'], sessions: SESSION_COLUMNS },
      sql: `select u.id as mark, u.created_timestamp as created, u.model as model, u.input_tokens as input, u.output_tokens as output, u.cache_read_tokens as cache_read, u.cache_write_tokens as cache_write,
  u.cost as cost, u.cost_source as source, ${SESSION} from usage_ledger u join sessions s on s.id = u.session_id where u.id >= :mark order by u.id limit :limit`,
      firstMark: 0, parse: (row, _opening, writtenAt) => parseRequest(row, writtenAt),
    },
    {
      name: 'counters', unless: 'usage_ledger',
      needs: { sessions: [...SESSION_COLUMNS, 'updated_at', 'accumulated_input_tokens', 'accumulated_output_tokens'] },
      sql: `select s.updated_at as mark, s.accumulated_input_tokens as input, s.accumulated_output_tokens as output, ${SESSION} from sessions s where s.updated_at >= :mark order by s.updated_at limit :limit`,
      firstMark: '', parse: (row, _opening, writtenAt) => parseSession(row, writtenAt),
    },
  ],
}
