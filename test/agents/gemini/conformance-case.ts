import { readFileSync } from 'node:fs'
import { gemini } from '../../../src/agents/gemini/adapter.ts'
import { aProcess } from '../../support/a-process.ts'
import type { AgentCase } from '../../support/agent-case.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/gemini/${name}`, import.meta.url), 'utf8')
const CHATS = '.gemini/tmp/web/chats', SESSION = '5e551000-0000-4000-8000-000000000001'
const project = { '.gemini/tmp/web/.project_root': '/home/dev/web', '.gemini/tmp/web/logs.json': '[{"message":"canary-3f1b9c"}]' }
const SCRIPT = '/usr/lib/node_modules/@google/gemini-cli/bundle/gemini.js'

export const conformanceCase: AgentCase = {
  adapter: gemini,
  samples: [
    {
      name: 'a genuine session of 0.61, whose messages are written twice', files: { ...project, [`${CHATS}/session-2026-11-21T03-18-ce415371.jsonl`]: fixture('0.61/basic.jsonl') },
      totals: { responses: 2, input: 2_400, output: 96, cacheRead: 1_800, cacheWrite: 0 }, keys: ['gemini:de9ec2a9-645a-44f0-8a9b-0dd2d79d18ec', 'gemini:6c10426b-8aba-45fd-9ab9-e8df6d37b285'],
    },
    {
      name: 'a session with a subagent, a rewind and a history that is written again', files: {
        ...project, [`${CHATS}/session-2026-11-21T08-00-5e551000.jsonl`]: fixture('0.61/rewritten.jsonl'), [`${CHATS}/${SESSION}/5e551000-0000-4000-8000-00000000000b.jsonl`]: fixture('0.61/subagent.jsonl'),
      },
      totals: { responses: 5, input: 2_900 + 700, output: 195 + 50, cacheRead: 1_900 + 500, cacheWrite: 0 },
    },
    {
      name: 'a document of an older version, and the lines it was carried over to', files: {
        [`${CHATS}/session-2025-11-02T10-00-5e551000.json`]: fixture('0.2/document.json'),
        [`${CHATS}/session-2025-11-02T10-00-5e551000.jsonl`]: (JSON.parse(fixture('0.2/document.json')) as { messages: unknown[] }).messages.map(message => `${JSON.stringify(message)}\n`).join(''),
      },
      totals: { responses: 2, input: 3_200, output: 220, cacheRead: 5_000, cacheWrite: 0 },
    },
  ],
  roles: [
    { role: 'session', process: aProcess('/usr/bin/node', ['node', '--max-old-space-size=8192', SCRIPT, '-p', 'hi']) },
    { role: 'helper', process: aProcess('/usr/bin/node', ['node', SCRIPT, 'mcp', 'list']) },
    { role: 'ide', process: aProcess('/usr/bin/node', ['node', SCRIPT, '--acp']) },
  ],
}
