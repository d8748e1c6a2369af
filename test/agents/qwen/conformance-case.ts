import { readFileSync } from 'node:fs'
import { qwen } from '../../../src/agents/qwen/adapter.ts'
import { aProcess } from '../../support/a-process.ts'
import type { AgentCase } from '../../support/agent-case.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/qwen/${name}`, import.meta.url), 'utf8')
const PROJECT = '.qwen/projects/-home-dev-web', CHAT = '24000000-0000-4000-8000-000000000002', OLDER = '15000000-0000-4000-8000-000000000002'
// Each with a subagent in the foreground, one in the background, a notice that it ended, and a resumption.
const OWN = { responses: 6, input: 6_800, output: 232, cacheRead: 4_660 }, AGENTS = { responses: 5, input: 13_406, output: 246, cacheRead: 2_120 }
const SPENT = { responses: OWN.responses + AGENTS.responses, input: OWN.input + AGENTS.input, output: OWN.output + AGENTS.output, cacheRead: OWN.cacheRead + AGENTS.cacheRead, cacheWrite: 0 }

export const conformanceCase: AgentCase = {
  adapter: qwen,
  samples: [
    {
      name: 'a chat with subagents, whose transcripts say their usage again, and a branch that copies it', files: {
        [`${PROJECT}/chats/${CHAT}.jsonl`]: fixture('0.24.4/chat.jsonl'), [`${PROJECT}/chats/24000000-0000-4000-8000-000000000032.jsonl`]: fixture('0.24.4/branched.jsonl'),
        [`${PROJECT}/subagents/${CHAT}/agent-general-purpose.jsonl`]: fixture('0.24.4/subagent.jsonl'), [`${PROJECT}/file-history/x.jsonl`]: fixture('0.15.10/chat.jsonl'),
      },
      totals: { ...SPENT, responses: SPENT.responses + 2, input: SPENT.input + 700 + 1_200, output: SPENT.output + 23 + 40, cacheRead: SPENT.cacheRead + 120 + 900 },
    },
    {
      name: 'a chat of an older client, put away, whose subagents\' transcripts say no usage', files: {
        [`${PROJECT}/chats/archive/${OLDER}.jsonl`]: fixture('0.15.10/chat.jsonl'), [`${PROJECT}/subagents/${OLDER}/agent-general-purpose.jsonl`]: fixture('0.15.10/subagent.jsonl'),
      },
      totals: SPENT,
      keys: ['04', '06', '08', '11', '15', '17', '18', '22', '25', '29', '31'].map(n => `qwen:15000000-0000-4000-8000-0000000000${n}`),
    },
  ],
  roles: [
    { role: 'session', process: aProcess('/usr/bin/node', ['node', '/usr/lib/node_modules/@qwen-code/qwen-code/cli.js']) },
    { role: 'helper', process: aProcess('/usr/bin/node', ['node', '/usr/local/bin/qwen', 'serve']) },
    { role: 'ide', process: aProcess('/usr/bin/node', ['node', '/usr/local/bin/qwen', '--acp']) },
  ],
}
