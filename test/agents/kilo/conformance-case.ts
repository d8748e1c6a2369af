import { kilo } from '../../../src/agents/kilo/adapter.ts'
import { aProcess } from '../../support/a-process.ts'
import { CANARY, type AgentCase } from '../../support/agent-case.ts'
import { fileOf } from '../../support/foreign-database.ts'
import { aStep, OpenCodeWorld, T0, V1 } from '../../support/opencode-world.ts'

const made = fileOf(file => new OpenCodeWorld(V1, file).session('ses_z').session('ses_a', { at: T0 + 50_000 })
  .message('msg_1', 'ses_z', { ...aStep(), error: { message: CANARY } }).message('msg_2', 'ses_a', aStep(), { updated: T0 + 50_000 }))

export const conformanceCase: AgentCase = {
  adapter: kilo,
  samples: [{ name: 'a session and its fork', files: { '.local/share/kilo/kilo.db': made }, totals: { responses: 1, input: 1_200, output: 40, cacheRead: 900, cacheWrite: 0 } }],
  roles: [
    { role: 'session', process: aProcess('/usr/lib/node_modules/@kilocode/cli/bin/kilo', ['kilo']) },
    { role: 'helper', process: aProcess('/usr/lib/node_modules/@kilocode/cli/bin/kilo', ['kilo', 'serve']) },
  ],
}
