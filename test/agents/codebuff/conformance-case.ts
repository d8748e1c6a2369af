import { readFileSync } from 'node:fs'
import { codebuff } from '../../../src/agents/codebuff/adapter.ts'
import { aProcess } from '../../support/a-process.ts'
import type { AgentCase } from '../../support/agent-case.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/codebuff/2026/${name}`, import.meta.url), 'utf8')
const CHAT = '.config/manicode/projects/web/chats/2026-09-27T10-20-00.000Z'

export const conformanceCase: AgentCase = {
  adapter: codebuff,
  samples: [
    {
      name: 'a chat whose answers say what they took', files: { [`${CHAT}/chat-messages.json`]: fixture('chat-messages.json'), [`${CHAT}/run-state.json`]: fixture('run-state.json') },
      totals: { responses: 2, input: 600, output: 50, cacheRead: 400, cacheWrite: 0 }, keys: ['codebuff:2026-09-27T10-20-00.000Z/ai-1790500001000-b1', 'codebuff:2026-09-27T10-20-00.000Z/ai-1790500002000-b2'],
    },
  ],
  roles: [
    { role: 'session', process: aProcess('/home/dev/.config/manicode/codebuff', ['codebuff', 'fix it'], 'codebuff') },
    { role: 'helper', process: aProcess('/usr/bin/node', ['node', '/usr/local/bin/codebuff']) },
  ],
}
