import { goose } from '../../../src/agents/goose/adapter.ts'
import { aProcess } from '../../support/a-process.ts'
import { CANARY, type AgentCase } from '../../support/agent-case.ts'
import { databaseFile } from '../../support/foreign-database.ts'
import { GOOSE_LEDGER, GOOSE_SESSIONS } from '../../support/goose-schema.ts'

const SESSION = { id: '20260923_1', name: CANARY, working_dir: '/home/dev/web', created_at: '2026-09-23 14:00:00', updated_at: '2026-09-23 14:10:00', model_config_json: '{"model_name":"gpt-5"}', accumulated_input_tokens: 300, accumulated_output_tokens: 50 }
const ledger = databaseFile(GOOSE_SESSIONS + GOOSE_LEDGER, made => {
  made.insert('sessions', SESSION)
  for (const cost_source of ['carried_forward', 'estimated', 'provider_reported']) made.insert('usage_ledger', { session_id: SESSION.id, created_timestamp: 1_790_172_005, model: null, input_tokens: 1_000, output_tokens: 40, cache_read_tokens: 800, cache_write_tokens: 150, cost: 0.05, cost_source })
})

export const conformanceCase: AgentCase = {
  adapter: goose,
  samples: [
    { name: 'a ledger, with what was carried into it as a counter', files: { '.local/share/goose/sessions/sessions.db': ledger }, totals: { responses: 2, input: 100, output: 80, cacheRead: 1_600, cacheWrite: 300 } },
    { name: 'an older database, which has counters only', files: { '.local/share/goose/sessions/sessions.db': databaseFile(GOOSE_SESSIONS, made => { made.insert('sessions', SESSION) }) }, totals: { responses: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0 } },
  ],
  roles: [
    { role: 'session', process: aProcess('/home/dev/.local/bin/goose', ['goose', 'session'], 'goose') },
    { role: 'helper', process: aProcess('/opt/goose/goosed', ['goosed', 'agent'], 'goosed') },
  ],
}
