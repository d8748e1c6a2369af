import { readFileSync } from 'node:fs'
import { cline } from '../../../src/agents/cline/adapter.ts'
import { aProcess } from '../../support/a-process.ts'
import type { AgentCase } from '../../support/agent-case.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/cline/${name}`, import.meta.url), 'utf8')
const STORAGE = '.config/Code/User/globalStorage', TASK = '1790000000000', T = 1_790_000_000_000, GENUINE = '1795256323346_syns0'

export const conformanceCase: AgentCase = {
  adapter: cline,
  samples: [
    {
      name: 'a task of the extension, and its copy where Cline works without an editor', files: {
        [`${STORAGE}/saoudrizwan.claude-dev/tasks/${TASK}/ui_messages.json`]: fixture('3.89/ui_messages.json'), [`${STORAGE}/saoudrizwan.claude-dev/tasks/${TASK}/task_metadata.json`]: fixture('3.89/task_metadata.json'),
        [`${STORAGE}/saoudrizwan.claude-dev/state/taskHistory.json`]: fixture('3.89/taskHistory.json'), [`.cline/data/tasks/${TASK}/ui_messages.json`]: fixture('3.89/ui_messages.json'),
      },
      totals: { responses: 3, input: 120 + 1_000 + 70, output: 97, cacheRead: 10_000, cacheWrite: 300 }, keys: [1, 2, 5].map(n => `cline:${TASK}/${T + n * 1_000}`),
    },
    {
      name: 'a task of Roo Code', files: { [`${STORAGE}/rooveterinaryinc.roo-cline/tasks/roo-1/ui_messages.json`]: fixture('3.89/roo.json'), [`${STORAGE}/rooveterinaryinc.roo-cline/tasks/roo-1/history_item.json`]: fixture('3.89/history_item.json') },
      totals: { responses: 2, input: 100 + 300, output: 70, cacheRead: 5_600, cacheWrite: 300 },
    },
    {
      name: 'a session with a subagent', files: { '.cline/data/sessions/s1/s1.messages.json': fixture('4.1/s1.messages.json'), '.cline/data/sessions/s1/s1.json': fixture('4.1/s1.json'), '.cline/data/sessions/s1/agent.messages.json': fixture('4.1/agent.messages.json') },
      totals: { responses: 3, input: 6_937 + 1_050 + 40, output: 323, cacheRead: 6_960, cacheWrite: 50 }, keys: ['cline:s1/agent/m7', 'cline:s1/main/m1', 'cline:s1/main/m2'],
    },
    {
      name: 'a genuine session of the command line, whose prompts contain what was read and written', files: { [`.cline/data/sessions/${GENUINE}/${GENUINE}.messages.json`]: fixture('3.0.65/session.messages.json'), [`.cline/data/sessions/${GENUINE}/${GENUINE}.json`]: fixture('3.0.65/session.json') },
      totals: { responses: 2, input: 1_100 + 1_300, output: 41 + 43, cacheRead: 900 + 920, cacheWrite: 70 + 70 },
    },
  ],
  roles: [
    { role: 'session', process: aProcess('/usr/bin/node', ['node', '/usr/lib/node_modules/cline/dist/cli.mjs', 'fix it']) },
    { role: 'helper', process: aProcess('/usr/bin/node', ['node', '/usr/local/bin/cline', 'auth']) },
    { role: 'ide', process: aProcess('/usr/bin/node', ['node', '/usr/local/bin/cline', '--acp']) },
  ],
}
