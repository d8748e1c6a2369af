import { zcode } from '../../../src/agents/zcode/adapter.ts'
import { aProcess } from '../../support/a-process.ts'
import { CANARY, type AgentCase } from '../../support/agent-case.ts'
import { databaseFile } from '../../support/foreign-database.ts'
import { ZCODE } from '../../support/zcode-schema.ts'

const database = databaseFile(ZCODE, made => {
  made.insert('session', { id: 's1', directory: '/home/dev/web', title: CANARY })
  for (const id of ['a', 'b']) made.insert('model_usage', { id, session_id: 's1', model_id: 'GLM-5.2', input_tokens: 9_125, output_tokens: 27, cache_read_input_tokens: 8_064, started_at: 1_781_981_181_862, completed_at: 1_781_981_202_412 })
})

export const conformanceCase: AgentCase = {
  adapter: zcode,
  samples: [{ name: 'two requests', files: { '.zcode/cli/db/db.sqlite': database }, totals: { responses: 2, input: 2_122, output: 54, cacheRead: 16_128, cacheWrite: 0 }, keys: ['zcode:s1:a', 'zcode:s1:b'] }],
  roles: [{ role: 'ide', process: aProcess('/opt/ZCode/zcode', ['/opt/ZCode/zcode'], 'zcode') }],
}
