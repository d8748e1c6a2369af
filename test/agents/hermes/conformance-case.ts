import { hermes } from '../../../src/agents/hermes/adapter.ts'
import { aProcess } from '../../support/a-process.ts'
import { CANARY, type AgentCase } from '../../support/agent-case.ts'
import { databaseFile } from '../../support/foreign-database.ts'
import { HERMES_MODELS, HERMES_STATE } from '../../support/hermes-schema.ts'

const state = databaseFile(HERMES_STATE + HERMES_MODELS, made => {
  made.insert('sessions', { id: 's1', model: 'gpt-5', cwd: '/home/dev/web', title: CANARY, started_at: 1_790_000_000, input_tokens: 100, output_tokens: 20 })
  made.insert('messages', { session_id: 's1', role: 'user', content: CANARY, timestamp: 1_790_000_000 })
  made.insert('session_model_usage', { session_id: 's1', model: 'gpt-5', input_tokens: 100, output_tokens: 20, last_seen: 1_790_000_000 })
})

export const conformanceCase: AgentCase = {
  adapter: hermes,
  samples: [{ name: 'states of two profiles, all of it counters', files: { '.hermes/state.db': state, '.hermes/profiles/coder/state.db': state }, totals: { responses: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0 } }],
  roles: [
    { role: 'session', process: aProcess('/usr/bin/python3.12', ['python3', '/home/dev/.local/bin/hermes', 'chat'], 'hermes') },
    { role: 'helper', process: aProcess('/usr/bin/python3.12', ['python3', '/home/dev/.local/bin/hermes', 'gateway'], 'hermes') },
  ],
}
