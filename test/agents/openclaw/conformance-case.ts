import { readFileSync } from 'node:fs'
import { openclaw } from '../../../src/agents/openclaw/adapter.ts'
import { aProcess } from '../../support/a-process.ts'
import type { AgentCase } from '../../support/agent-case.ts'
import { databaseFile } from '../../support/foreign-database.ts'
import { SCHEMA } from './schema.ts'

const text = readFileSync(new URL('../../fixtures/openclaw/2026.8/session.jsonl', import.meta.url), 'utf8')
const SESSION = '5e550000-0000-4000-8000-000000000001', MAIN = '.openclaw/agents/main'
const store = databaseFile(SCHEMA, made => {
  text.split('\n').filter(line => line !== '').forEach((line, seq) => made.insert('transcript_events', { session_id: SESSION, seq, event_json: line, created_at: 1_791_200_000_000 + seq }))
})
const totals = { responses: 5, input: 218, output: 42, cacheRead: 10_300, cacheWrite: 300 }

export const conformanceCase: AgentCase = {
  adapter: openclaw,
  samples: [
    { name: 'a session as lines', files: { [`${MAIN}/sessions/${SESSION}.jsonl`]: text, [`${MAIN}/sessions/sessions.json`]: '{"canary-3f1b9c":1}' }, totals },
    { name: 'a session in the store', files: { [`${MAIN}/agent/openclaw-agent.sqlite`]: store }, totals },
    { name: 'a session that was moved to the store and put away', files: { [`${MAIN}/agent/openclaw-agent.sqlite`]: store, [`${MAIN}/sessions/${SESSION}.jsonl.deleted.2026-09-01`]: text, [`.clawdbot/agents/main/sessions/${SESSION}.jsonl`]: text }, totals },
  ],
  roles: [
    { role: 'helper', process: aProcess('/usr/bin/node', ['node', '/usr/lib/node_modules/openclaw/dist/entry.js', 'gateway']) },
    { role: 'helper', process: aProcess('/usr/bin/node', ['openclaw-gateway'], 'openclaw-gatewa') },
  ],
}
