import { claudeCode } from '../../../src/agents/claude-code/adapter.ts'
import { aProcess } from '../../support/a-process.ts'
import { CANARY, jsonLines, type AgentCase } from '../../support/agent-case.ts'
import { aMessage, aRecord, aUsage } from '../../support/claude-lines.ts'

const said = { content: [{ type: 'text', text: CANARY }] }
const response = (id: string, output: number, over: Record<string, unknown> = {}): Record<string, unknown> =>
  aRecord({ message: aMessage({ id, ...said, usage: aUsage({ output_tokens: output }) }), uuid: `u-${id}-${output}`, ...over })

export const conformanceCase: AgentCase = {
  adapter: claudeCode,
  samples: [
    {
      name: 'snapshots of one response in any order are one, the fullest',
      files: { '.claude/projects/-w/s1.jsonl': jsonLines({ type: 'user', message: { role: 'user', content: CANARY } }, response('msg_a', 5), response('msg_a', 40), response('msg_a', 12), response('msg_b', 3)) },
      totals: { responses: 2, input: 24, output: 43, cacheRead: 4_000, cacheWrite: 600 }, keys: ['claude-code:msg_a', 'claude-code:msg_b'],
    },
    {
      name: 'a fork and a side question repeat what was said, and count once',
      files: {
        '.claude/projects/-w/s1.jsonl': jsonLines(response('msg_a', 5), response('msg_b', 7)),
        '.claude/projects/-w/s2.jsonl': jsonLines(response('msg_a', 5, { sessionId: 's2' }), response('msg_c', 9, { sessionId: 's2' })),
        '.claude/projects/-w/s1/subagents/agent-a1.jsonl': jsonLines(response('msg_b', 7, { requestId: 'req_side', isSidechain: true, agentId: 'a1' })),
      },
      totals: { responses: 3, input: 36, output: 21, cacheRead: 6_000, cacheWrite: 900 },
    },
  ],
  roles: [
    { role: 'session', process: aProcess('/home/dev/.local/share/claude/versions/2.1.329', ['claude']) },
    { role: 'helper', process: aProcess('/home/dev/.local/share/claude/versions/2.1.329', ['claude', 'daemon']) },
  ],
}
