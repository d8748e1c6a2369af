import { readFileSync } from 'node:fs'
import { copilot } from '../../../src/agents/copilot/adapter.ts'
import type { Row } from '../../../src/core/sessions/log-source.ts'
import { aProcess } from '../../support/a-process.ts'
import { CANARY, jsonLines, type AgentCase } from '../../support/agent-case.ts'
import { COPILOT_STORE } from '../../support/copilot-schema.ts'
import { databaseFile } from '../../support/foreign-database.ts'

const journal = readFileSync(new URL('../../fixtures/copilot/1.0/events.jsonl', import.meta.url), 'utf8')
const EVENTS = '.copilot/session-state/0b0c7b55-5f0e-4c0f-9d0b-2b0f6a3f1c11/events.jsonl'
interface Captured { readonly sessions: readonly Row[]; readonly rows: readonly Row[] }
const genuine = (name: string): string => readFileSync(new URL(`../../fixtures/copilot/1.0.102/${name}`, import.meta.url), 'utf8')
const GENUINE_EVENTS = '.copilot/session-state/11111111-2222-4333-8444-555555555555/events.jsonl'
/** The rows of the genuine client. */
const genuineStore = databaseFile(COPILOT_STORE, made => {
  const { sessions, rows } = JSON.parse(genuine('store.json')) as Captured
  for (const row of sessions) made.insert('sessions', row)
  for (const row of rows) made.insert('assistant_usage_events', row)
})
const GENUINE = { responses: 4, input: 4_800, output: 160, cacheRead: 3_600, cacheWrite: 0 }
const store = databaseFile(COPILOT_STORE, made => {
  made.insert('sessions', { id: 's1', cwd: '/home/dev/web', branch: 'main', summary: CANARY })
  for (let n = 0; n < 3; n++) made.insert('assistant_usage_events', { session_id: 's1', model: 'claude-sonnet-4.5', input_tokens: 1_000, output_tokens: 10 + n, cache_read_tokens: 700, cache_write_tokens: 100, created_at: '2026-07-01T10:00:00.000Z' })
})
const attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.response.model': 'gpt-5', 'gen_ai.response.id': 'resp_1', 'gen_ai.input.messages': CANARY, 'gen_ai.usage.input_tokens': 1_000, 'gen_ai.usage.output_tokens': 50, 'gen_ai.usage.cache_read.input_tokens': 700 }
const traces = jsonLines(
  { type: 'span', name: 'chat gpt-5', traceId: 't1', spanId: 'p1', endTime: [1_790_000_000, 0], attributes },
  { hrTime: [1_790_000_000, 0], body: 'GenAI inference: gpt-5', attributes: { ...attributes, 'gen_ai.operation.name': undefined, 'event.name': 'gen_ai.client.inference.operation.details' } },
  { type: 'span', name: 'invoke_agent copilot', traceId: 't1', spanId: 'p0', attributes: { ...attributes, 'gen_ai.operation.name': 'invoke_agent' } },
  { type: 'span', name: 'chat gpt-5', traceId: 't2', spanId: 'p2', endTime: [1_790_000_009, 0], attributes: { ...attributes, 'gen_ai.response.id': undefined } },
)

export const conformanceCase: AgentCase = {
  adapter: copilot,
  samples: [
    { name: 'the genuine client\'s store, with a subagent and a resumption', files: { '.copilot/session-store.db': genuineStore, [GENUINE_EVENTS]: genuine('events.jsonl'), '.copilot/otel/a.jsonl': genuine('traces.jsonl') }, totals: GENUINE },
    { name: 'the same session by its journal, where there is no store', files: { [GENUINE_EVENTS]: genuine('events.jsonl') }, totals: GENUINE },
    { name: 'the same session by its traces', files: { '.copilot/otel/a.jsonl': genuine('traces.jsonl'), [GENUINE_EVENTS]: genuine('events.jsonl') }, totals: GENUINE },
    { name: 'a store, which silences every other telling of its requests', files: { '.copilot/session-store.db': store, '.copilot/otel/a.jsonl': traces, [EVENTS]: journal }, totals: { responses: 3, input: 600, output: 33, cacheRead: 2_100, cacheWrite: 300 } },
    { name: 'traces, which silence the journals', files: { '.copilot/otel/a.jsonl': traces, '.copilot/otel/b.jsonl': traces, [EVENTS]: journal }, totals: { responses: 2, input: 600, output: 100, cacheRead: 1_400, cacheWrite: 0 }, keys: ['copilot:resp_1', 'copilot:t2:p2'] },
    { name: 'a journal, whose sums are counters and no responses', files: { [EVENTS]: journal }, totals: { responses: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0 } },
  ],
  roles: [
    { role: 'session', process: aProcess('/usr/lib/node_modules/@github/copilot-linux-x64/copilot', ['copilot']) },
    { role: 'helper', process: aProcess('/usr/bin/node', ['node', '/usr/bin/copilot']) },
    { role: 'helper', process: aProcess('/opt/copilot/copilot', ['copilot', '--acp']) },
  ],
}
