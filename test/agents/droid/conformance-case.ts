import { readFileSync } from 'node:fs'
import { droid } from '../../../src/agents/droid/adapter.ts'
import { aProcess } from '../../support/a-process.ts'
import type { AgentCase } from '../../support/agent-case.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/droid/0.174/${name}`, import.meta.url), 'utf8')
const SESSIONS = '.factory/sessions/-home-dev-web'

export const conformanceCase: AgentCase = {
  adapter: droid,
  samples: [
    {
      name: 'sessions are counters: they add no response of their own', files: {
        [`${SESSIONS}/d1.settings.json`]: fixture('first.settings.json'), [`${SESSIONS}/d1.jsonl`]: fixture('first.jsonl'), [`${SESSIONS}/d2.settings.json`]: fixture('second.settings.json'),
      },
      totals: { responses: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }, keys: [],
    },
  ],
  roles: [
    { role: 'session', process: aProcess('/home/dev/.local/bin/droid', ['droid', 'exec', 'do it'], 'droid') },
    { role: 'helper', process: aProcess('/home/dev/.local/bin/droid', ['droid', 'mcp', 'list'], 'droid') },
    { role: 'helper', process: aProcess('/usr/bin/node', ['node', '/usr/local/bin/droid']) },
  ],
}
