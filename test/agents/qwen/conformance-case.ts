import { readFileSync } from 'node:fs'
import { qwen } from '../../../src/agents/qwen/adapter.ts'
import { aProcess } from '../../support/a-process.ts'
import type { AgentCase } from '../../support/agent-case.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/qwen/0.25/${name}`, import.meta.url), 'utf8')
const PROJECT = '.qwen/projects/-home-dev-web', SESSION = '9e551000-0000-4000-8000-000000000001'

export const conformanceCase: AgentCase = {
  adapter: qwen,
  samples: [
    {
      name: 'a session, a branch that copies its beginning, and a subagent', files: {
        [`${PROJECT}/chats/${SESSION}.jsonl`]: fixture('main.jsonl'), [`${PROJECT}/chats/9e551000-0000-4000-8000-000000000002.jsonl`]: fixture('branched.jsonl'),
        [`${PROJECT}/subagents/${SESSION}/agent-explore-7f3c.jsonl`]: fixture('subagent.jsonl'), [`${PROJECT}/file-history/x.jsonl`]: fixture('main.jsonl').replaceAll('c0000000', 'd0000000'),
      },
      totals: { responses: 6, input: 2_900 + 500 + 600, output: 200 + 10 + 100, cacheRead: 3_100 + 400, cacheWrite: 0 },
      keys: ['01', '02', '03', '30', '40', '41'].map(n => `qwen:c0000000-0000-4000-8000-0000000000${n}`),
    },
  ],
  roles: [
    { role: 'session', process: aProcess('/usr/bin/node', ['node', '/usr/lib/node_modules/@qwen-code/qwen-code/cli.js']) },
    { role: 'helper', process: aProcess('/usr/bin/node', ['node', '/usr/local/bin/qwen', 'serve']) },
    { role: 'ide', process: aProcess('/usr/bin/node', ['node', '/usr/local/bin/qwen', '--acp']) },
  ],
}
