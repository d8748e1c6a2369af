import { readFileSync } from 'node:fs'
import { opencode } from '../../../src/agents/opencode/adapter.ts'
import { aProcess } from '../../support/a-process.ts'
import { CANARY, type AgentCase } from '../../support/agent-case.ts'
import { fileOf } from '../../support/foreign-database.ts'
import { aStep, OpenCodeWorld, STEPS, T0, V1, V2 } from '../../support/opencode-world.ts'

const DATA = '.local/share/opencode'
interface Captured { readonly sessions: readonly Record<string, string | number | null>[]; readonly messages: readonly { id: string; session_id: string; time_created: number; time_updated: number; data: Record<string, unknown> }[] }
const captured = (name: string): Captured => JSON.parse(readFileSync(new URL(`../../fixtures/opencode/1.18/${name}`, import.meta.url), 'utf8')) as Captured

const made = (schema: string, fill: (world: OpenCodeWorld) => OpenCodeWorld): ((file: string) => void) => fileOf(file => fill(new OpenCodeWorld(schema, file)))
/** The rows as the client wrote them. */
function filled(world: OpenCodeWorld, { sessions, messages }: Captured): OpenCodeWorld {
  for (const row of sessions) world.session(String(row['id']), { parent: row['parent_id'] === null ? null : String(row['parent_id']), at: Number(row['time_created']), directory: String(row['directory']) })
  for (const row of messages) world.message(row.id, row.session_id, row.data, { at: row.time_created, updated: row.time_updated })
  return world
}
const message = (n: number, over: Record<string, unknown> = {}): string => JSON.stringify({ id: `msg_${n}`, sessionID: 'ses_a', system: [CANARY], ...aStep({ time: { created: T0 + n, completed: T0 + n + 9 }, ...over }) })
const step = (n: number): Record<string, unknown> => {
  const { tokens, cost, time } = aStep({ time: { created: T0 + n, completed: T0 + n + 9 } })
  return { tokens, cost, time, model: { id: 'claude-sonnet-4-5' }, content: [{ type: 'text', text: CANARY }], finish: 'stop' }
}

export const conformanceCase: AgentCase = {
  adapter: opencode,
  samples: [
    {
      name: 'rows of the genuine client, errors and killed steps among them', files: {
        [`${DATA}/opencode.db`]: made(V1, world => filled(world, captured('rows.json'))),
      },
      totals: { responses: 8, input: 9_600, output: 320, cacheRead: 7_200, cacheWrite: 0 },
    },
    {
      name: 'a genuine session, its fork that went on, and a session with a subagent', files: { [`${DATA}/opencode.db`]: made(V1, world => filled(world, captured('fork.json'))) },
      totals: { responses: 6, input: 6_500, output: 277, cacheRead: 5_400, cacheWrite: 0 },
    },
    {
      name: 'a fork, a subagent and a channel\'s own database', files: {
        [`${DATA}/opencode.db`]: made(V1, world => world.session('ses_z').session('ses_y', { parent: 'ses_z' }).session('ses_a', { at: T0 + 50_000 })
          .message('msg_1', 'ses_z', { ...aStep(), error: { message: CANARY } }).message('msg_2', 'ses_y', aStep({ time: { created: T0 + 1 } }), { at: T0 + 1 }).message('msg_3', 'ses_a', aStep(), { updated: T0 + 50_000 })),
        [`${DATA}/opencode-dev.db`]: made(V1, world => world.session('ses_x').message('msg_9', 'ses_x', aStep({ time: { created: T0 + 9 } }), { at: T0 + 9 })),
      },
      totals: { responses: 3, input: 3_600, output: 120, cacheRead: 2_700, cacheWrite: 0 },
    },
    {
      name: 'both generations of tables in one database', files: {
        [`${DATA}/opencode.db`]: made(V1 + STEPS, world => world.session('ses_a').message('msg_1', 'ses_a', aStep({ time: { created: T0 + 1 } }), { at: T0 + 1 }).step('msg_1', 'ses_a', step(1), { at: T0 + 1 }).step('msg_2', 'ses_a', step(2), { at: T0 + 2, seq: 2 })),
      },
      totals: { responses: 2, input: 2_400, output: 80, cacheRead: 1_800, cacheWrite: 0 },
    },
    {
      name: 'a fork in the second generation', files: {
        [`${DATA}/opencode.db`]: made(V2, world => world.session('ses_z', { table: 'session_v2' }).session('ses_a', { table: 'session_v2', at: T0 + 5_000 })
          .step('msg_1', 'ses_z', step(1), { at: T0 + 1 }).step('evt_1_1', 'ses_a', step(1), { at: T0 + 1, updated: T0 + 5_000 })),
      },
      totals: { responses: 1, input: 1_200, output: 40, cacheRead: 900, cacheWrite: 0 },
    },
    {
      name: 'message files of the versions before the database', files: {
        [`${DATA}/storage/message/ses_a/msg_1.json`]: message(1), [`${DATA}/storage/message/ses_a/msg_2.json`]: message(2),
        [`${DATA}/project/home-dev-web/storage/session/message/ses_a/msg_1.json`]: message(1), [`${DATA}/storage/part/msg_1/prt_1.json`]: message(3),
      },
      totals: { responses: 2, input: 2_400, output: 80, cacheRead: 1_800, cacheWrite: 0 },
    },
    {
      name: 'files that were moved into a database', files: {
        [`${DATA}/storage/message/ses_a/msg_1.json`]: message(1),
        [`${DATA}/opencode.db`]: made(V1, world => world.session('ses_a').message('msg_1', 'ses_a', aStep({ time: { created: T0 + 1, completed: T0 + 10 } }), { at: T0 + 1, updated: T0 + 99 })),
      },
      totals: { responses: 1, input: 1_200, output: 40, cacheRead: 900, cacheWrite: 0 },
    },
  ],
  roles: [
    { role: 'session', process: aProcess('/home/dev/.opencode/bin/opencode', ['opencode', 'run', 'hi'], 'opencode') },
    { role: 'helper', process: aProcess('/usr/lib/node_modules/opencode-ai/bin/opencode.exe', ['opencode', 'serve'], 'opencode') },
  ],
}
