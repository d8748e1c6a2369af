import { readFileSync } from 'node:fs'
import { grok } from '../../../src/agents/grok/adapter.ts'
import { aProcess } from '../../support/a-process.ts'
import { CANARY, type AgentCase } from '../../support/agent-case.ts'

const journal = readFileSync(new URL('../../fixtures/grok/0.1/updates.jsonl', import.meta.url), 'utf8')
const SESSION = '019edf9c-0000-7000-8000-000000000001', FOLDER = `.grok/sessions/%2Fhome%2Fdev%2Fweb/${SESSION}`

export const conformanceCase: AgentCase = {
  adapter: grok,
  samples: [{
    name: 'a session with a turn that ends twice and a helper\'s model, all of it counters',
    files: { [`${FOLDER}/updates.jsonl`]: journal, [`${FOLDER}/summary.json`]: JSON.stringify({ info: { id: SESSION, cwd: '/home/dev/web' }, current_model_id: 'grok-build', generated_title: CANARY }) },
    totals: { responses: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  }],
  roles: [
    { role: 'session', process: aProcess('/home/dev/.grok/bin/grok', ['grok'], 'grok') },
    { role: 'helper', process: aProcess('/home/dev/.grok/bin/grok', ['grok', 'agent', 'stdio'], 'grok') },
  ],
}
