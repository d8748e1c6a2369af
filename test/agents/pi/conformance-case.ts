import { readFileSync } from 'node:fs'
import { pi } from '../../../src/agents/pi/adapter.ts'
import { aProcess } from '../../support/a-process.ts'
import type { AgentCase } from '../../support/agent-case.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/pi/${name}`, import.meta.url), 'utf8')
const SESSIONS = '.pi/agent/sessions/--home-dev-web--', FIRST = '2026-10-05T11-00-00-000Z_5e550000-0000-4000-8000-000000000001'

export const conformanceCase: AgentCase = {
  adapter: pi,
  samples: [
    {
      name: 'a session, and a fork whose entries have other ids', files: { [`${SESSIONS}/${FIRST}.jsonl`]: fixture('0.58/main.jsonl'), [`${SESSIONS}/2026-10-05T12-00-00-000Z_5e550000-0000-4000-8000-000000000002.jsonl`]: fixture('0.58/fork.jsonl') },
      totals: { responses: 6, input: 227, output: 51, cacheRead: 10_300, cacheWrite: 300 },
    },
    {
      name: 'a genuine session of 0.73.1, taken up again with a model of another vendor', files: { [`${SESSIONS}/2026-11-21T09-52-43-940Z_01a1fd85-c1a3-77f3-bfa1-0ace1af14365.jsonl`]: fixture('0.73.1/two-providers.jsonl') },
      totals: { responses: 4, input: 1_100 + 1_200 + 1_300 + 600, output: 50 + 50 + 50 + 22, cacheRead: 900 + 910 + 920 + 110, cacheWrite: 70 },
    },
    {
      name: 'a subagent of OMP', files: { [`.omp/agent/sessions/--home-dev-web--/${FIRST}/task_1.jsonl`]: fixture('0.58/subagent.jsonl') },
      totals: { responses: 2, input: 23, output: 3, cacheRead: 0, cacheWrite: 0 },
    },
  ],
  roles: [
    { role: 'session', process: aProcess('/usr/bin/node', ['node', '/usr/lib/node_modules/@mariozechner/pi-coding-agent/dist/cli.js']) },
    { role: 'session', process: aProcess('/usr/bin/node', ['pi'], 'pi') },
    { role: 'helper', process: aProcess('/usr/bin/node', ['node', '/usr/local/bin/pi', '--version']) },
    { role: null, process: aProcess('/usr/bin/pi', ['pi', '1000'], 'pi') },
  ],
}
