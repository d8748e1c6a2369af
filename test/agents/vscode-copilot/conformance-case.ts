import { readFileSync } from 'node:fs'
import { vscodeCopilot } from '../../../src/agents/vscode-copilot/adapter.ts'
import { aProcess } from '../../support/a-process.ts'
import { CANARY, type AgentCase } from '../../support/agent-case.ts'
import { CHAT_TRACES } from '../../support/copilot-schema.ts'
import { databaseFile } from '../../support/foreign-database.ts'

const chat = readFileSync(new URL('../../fixtures/vscode-copilot/1.109/chat.jsonl', import.meta.url), 'utf8')
const CHATS = { '.config/Code/User/workspaceStorage/5f/chatSessions/5a0c.jsonl': chat, '.config/Code/User/workspaceStorage/5f/workspace.json': '{"folder":"file:///home/dev/web"}' }
const traces = databaseFile(CHAT_TRACES, made => {
  for (const [id, over] of Object.entries({ p1: {}, p2: { cached_tokens: null }, p3: { operation_name: 'invoke_agent' }, p4: { trace_id: 't9', operation_name: 'invoke_agent', agent_name: 'copilotcli' }, p5: { trace_id: 't9' } })) {
    made.insert('spans', { span_id: id, trace_id: 't1', name: 'chat', start_time_ms: 1_774_600_000_000, end_time_ms: 1_774_600_001_000, operation_name: 'chat', response_model: 'gpt-5', chat_session_id: 's1', input_tokens: 1_000, output_tokens: 50, cached_tokens: 700, ...over })
    made.insert('span_attributes', { span_id: id, key: 'gen_ai.output.messages', value: CANARY })
  }
})

export const conformanceCase: AgentCase = {
  adapter: vscodeCopilot,
  samples: [
    { name: 'traces, which silence the chats they are about', files: { ...CHATS, '.config/Code/User/globalStorage/github.copilot-chat/agent-traces.db': traces }, totals: { responses: 2, input: 1_300, output: 100, cacheRead: 700, cacheWrite: 0 }, keys: ['vscode-copilot:t1:p1', 'vscode-copilot:t1:p2'] },
    {
      name: 'chats of a workspace and of a window without one', files: { ...CHATS, '.config/Code/User/globalStorage/emptyWindowChatSessions/9.jsonl': chat.replaceAll('request_', 'request_x') },
      totals: { responses: 4, input: 2 * 32_643, output: 2 * 497, cacheRead: 0, cacheWrite: 0 }, brittle: true,
    },
  ],
  roles: [{ role: 'ide', process: aProcess('/usr/share/code/code', ['/usr/share/code/code', '--type=zygote'], 'code') }],
}
