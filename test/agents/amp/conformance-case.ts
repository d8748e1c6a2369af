import { readFileSync } from 'node:fs'
import { amp } from '../../../src/agents/amp/adapter.ts'
import { aProcess } from '../../support/a-process.ts'
import type { AgentCase } from '../../support/agent-case.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/amp/2026-01/${name}`, import.meta.url), 'utf8')
const [first, second] = ['T-a0000000-0000-4000-8000-000000000001', 'T-a0000000-0000-4000-8000-000000000002']

export const conformanceCase: AgentCase = {
  adapter: amp,
  samples: [
    {
      name: 'a thread whose messages say what they used', files: { [`.local/share/amp/threads/${first}.json`]: fixture('messages.json'), '.local/share/amp/history.jsonl': '{"text":"canary-3f1b9c"}\n' },
      totals: { responses: 3, input: 22, output: 223, cacheRead: 23_372, cacheWrite: 986 }, keys: ['1', '3', '5'].map(id => `amp:${first}/${id}`),
    },
    {
      name: 'a thread with a ledger, and its copy where the editor extension kept it', files: {
        [`.local/share/amp/threads/${second}.json`]: fixture('ledger.json'), [`.config/Code/User/globalStorage/sourcegraph.amp/threads3/${second}.json`]: fixture('ledger.json'),
      },
      totals: { responses: 5, input: 235, output: 45, cacheRead: 7_100, cacheWrite: 500 },
    },
  ],
  roles: [
    { role: 'session', process: aProcess('/home/dev/.amp/bin/amp', ['amp'], 'amp') },
    { role: 'session', process: aProcess('/usr/bin/node', ['node', '/usr/lib/node_modules/@sourcegraph/amp/dist/main.js']) },
    { role: 'helper', process: aProcess('/home/dev/.amp/bin/amp', ['amp', 'threads', 'list'], 'amp') },
    { role: null, process: aProcess('/usr/bin/amp', ['amp', 'notes.txt'], 'amp') },
  ],
}
