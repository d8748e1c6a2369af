import { readFileSync } from 'node:fs'
import { kilo } from '../../../src/agents/kilo/adapter.ts'
import { aProcess } from '../../support/a-process.ts'
import { CANARY, type AgentCase } from '../../support/agent-case.ts'
import { fileOf } from '../../support/foreign-database.ts'
import { aStep, OpenCodeWorld, T0, V1 } from '../../support/opencode-world.ts'

interface Captured {
  readonly sessions: readonly { id: string; parent_id: string | null; directory: string; time_created: number }[]
  readonly messages: readonly { id: string; session_id: string; time_created: number; time_updated: number; data: Record<string, unknown> }[]
  readonly parts: readonly { id: string; message_id: string; data: Record<string, unknown> }[]
}

/** The rows of the genuine client. */
export const genuine = fileOf(file => {
  const { sessions, messages, parts } = JSON.parse(readFileSync(new URL('../../fixtures/kilo/7.7/forks.json', import.meta.url), 'utf8')) as Captured
  const world = new OpenCodeWorld(V1, file)
  for (const row of sessions) world.session(row.id, { parent: row.parent_id, at: row.time_created, directory: row.directory })
  for (const row of messages) world.message(row.id, row.session_id, row.data, { at: row.time_created, updated: row.time_updated })
  for (const row of parts) world.part(row.id, row.message_id, row.data)
  return world
})
const made = fileOf(file => new OpenCodeWorld(V1, file).session('ses_z').session('ses_a', { at: T0 + 50_000 })
  .message('msg_1', 'ses_z', { ...aStep(), error: { message: CANARY } }).message('msg_2', 'ses_a', aStep(), { updated: T0 + 50_000 }))

export const conformanceCase: AgentCase = {
  adapter: kilo,
  samples: [
    { name: 'a genuine session with a subagent, and two forks of both that went on', files: { '.local/share/kilo/kilo.db': genuine }, totals: { responses: 5, input: 4_600, output: 274, cacheRead: 4_500, cacheWrite: 0 } },
    { name: 'a session and its fork', files: { '.local/share/kilo/kilo.db': made }, totals: { responses: 1, input: 1_200, output: 40, cacheRead: 900, cacheWrite: 0 } },
  ],
  roles: [
    { role: 'session', process: aProcess('/usr/lib/node_modules/@kilocode/cli-linux-x64/bin/kilo', ['kilo']) },
    { role: 'helper', process: aProcess('/usr/lib/node_modules/@kilocode/cli-linux-x64/bin/kilo', ['kilo', 'serve']) },
  ],
}
