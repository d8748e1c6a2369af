import { readFileSync } from 'node:fs'
import { mux } from '../../../src/agents/mux/adapter.ts'
import { aProcess } from '../../support/a-process.ts'
import type { AgentCase } from '../../support/agent-case.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/mux/2026.8/${name}`, import.meta.url), 'utf8')
const WORKSPACE = '.mux/sessions/ws1'

export const conformanceCase: AgentCase = {
  adapter: mux,
  samples: [
    {
      name: 'a workspace with its archive, its own calls, a subagent and a fork', files: {
        '.mux/config.json': fixture('config.json'), [`${WORKSPACE}/chat.jsonl`]: fixture('chat.jsonl'), [`${WORKSPACE}/chat-archive.jsonl`]: fixture('chat-archive.jsonl'),
        [`${WORKSPACE}/headless-usage.jsonl`]: fixture('headless-usage.jsonl'), [`${WORKSPACE}/subagent-transcripts/task1/chat.jsonl`]: fixture('subagent.jsonl'),
        '.mux/sessions/ws2/chat.jsonl': fixture('chat.jsonl'), [`${WORKSPACE}/timeline.jsonl`]: fixture('chat.jsonl').replaceAll('assistant-', 'other-'),
      },
      totals: { responses: 12, input: 500 + 900 + 100 + 50 + 200 + 100 + 1_000 + 100 + 40 + 40 + 10 + 20, output: 300 + 30 + 10 + 5 + 20 + 9 + 100 + 110 + 4 + 4 + 1 + 2, cacheRead: 5_000 + 4_000 + 1_000, cacheWrite: 550 },
    },
  ],
  roles: [
    { role: 'helper', process: aProcess('/usr/bin/node', ['node', '/usr/lib/node_modules/mux/dist/cli/index.js', 'server']) },
    { role: null, process: aProcess('/usr/bin/mux', ['mux'], 'mux') },
  ],
}
