import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { crush } from '../../../src/agents/crush/adapter.ts'
import { aProcess } from '../../support/a-process.ts'
import { CANARY, type AgentCase } from '../../support/agent-case.ts'
import { CRUSH } from '../../support/crush-schema.ts'
import { databaseFile } from '../../support/foreign-database.ts'

const session = databaseFile(CRUSH, made => {
  made.insert('sessions', { id: 's1', title: CANARY, cost: 0.125, created_at: 1_790_000_000, updated_at: 1_790_000_060 })
})
const list = (file: string): void => writeFileSync(file, JSON.stringify({ projects: [{ path: path.resolve(path.dirname(file), '../../../web'), data_dir: '.crush' }] }))

export const conformanceCase: AgentCase = {
  adapter: crush,
  samples: [{ name: 'a project\'s session, a cost without a response', files: { '.local/share/crush/projects.json': list, 'web/.crush/crush.db': session }, totals: { responses: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0 } }],
  roles: [
    { role: 'session', process: aProcess('/usr/bin/crush', ['crush'], 'crush') },
    { role: 'helper', process: aProcess('/usr/bin/crush', ['crush', 'server'], 'crush') },
  ],
}
