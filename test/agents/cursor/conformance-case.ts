import { cursor } from '../../../src/agents/cursor/adapter.ts'
import { aProcess } from '../../support/a-process.ts'
import { CANARY, type AgentCase } from '../../support/agent-case.ts'
import { databaseFile } from '../../support/foreign-database.ts'

const bubble = (over: Record<string, unknown> = {}): string => JSON.stringify({ type: 2, text: CANARY.padEnd(40, 'x'), createdAt: '2026-05-05T10:00:00.000Z', modelInfo: { modelName: 'default' }, tokenCount: { inputTokens: 0, outputTokens: 0 }, ...over })
const chats = databaseFile('create table cursorDiskKV (key text unique on conflict replace, value blob)', made => {
  made.insert('cursorDiskKV', { key: 'bubbleId:c1:b1', value: bubble() })
  made.insert('cursorDiskKV', { key: 'bubbleId:c1:b2', value: bubble({ tokenCount: { inputTokens: 900, outputTokens: 7 } }) })
  made.insert('cursorDiskKV', { key: 'bubbleId:c1:b3', value: bubble({ type: 1 }) })
  made.insert('cursorDiskKV', { key: 'composerData:c1', value: bubble() })
})

export const conformanceCase: AgentCase = {
  adapter: cursor,
  samples: [{ name: 'a chat, by what was counted and by its length', files: { '.config/Cursor/User/globalStorage/state.vscdb': chats }, totals: { responses: 2, input: 900, output: 17, cacheRead: 0, cacheWrite: 0 }, keys: ['cursor:c1:b1', 'cursor:c1:b2'] }],
  roles: [{ role: 'ide', process: aProcess('/opt/Cursor/cursor', ['/opt/Cursor/cursor'], 'cursor') }],
}
