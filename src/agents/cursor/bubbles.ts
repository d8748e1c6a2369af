// Cursor's chats: one row a message in the editor's own database. Versions that counted tokens say how many; the present
// ones say zero, and then the length of the answer is all there is. Guesses, and named so.
import { instantOf, textOf } from '../../core/tailing/json-fields.ts'
import type { DatabaseSource, LogRoot, Row } from '../../core/sessions/log-source.ts'
import type { Environment } from '../../core/sessions/agent-adapter.ts'
import type { Instant } from '../../core/time.ts'
import { CounterReader } from '../../core/usage/counters.ts'
import { NO_TOKENS, totalTokens } from '../../core/usage/tokens.ts'
import { STANDARD_BILLING, type ParsedLine } from '../../core/usage/usage-event.ts'
import { accountOf, applicationData, joined } from '../homes.ts'

// A rule of thumb for English and code alike; nothing here is exact.
const CHARACTERS_PER_TOKEN = 4
const ASSISTANT = 2
const KEY = /^bubbleId:([^:]+):([^:]+)$/s

export const userFolders = (environment: Environment): readonly LogRoot[] => {
  const path = joined(environment, applicationData(environment), 'Cursor', 'User', 'globalStorage')
  return [{ path, account: accountOf(path, environment.home), configHome: path }]
}

// Writing a row anew gives it a new number, so numbers find what changed; after the file was rewritten they begin anew.
// Of the text only its length leaves the database.
const SQL = `
select b.rowid as mark, b.key as key, json_valid(b.value) as valid,
  case when json_valid(b.value) then json_extract(b.value, '$.type') end as type,
  case when json_valid(b.value) then json_extract(b.value, '$.tokenCount.inputTokens') end as input,
  case when json_valid(b.value) then json_extract(b.value, '$.tokenCount.outputTokens') end as output,
  case when json_valid(b.value) then json_extract(b.value, '$.modelInfo.modelName') end as model,
  case when json_valid(b.value) then json_extract(b.value, '$.createdAt') end as created,
  case when json_valid(b.value) then length(json_extract(b.value, '$.text')) end as characters
from (select rowid, key, cast(value as text) as value from cursorDiskKV
  where rowid >= case when (select max(rowid) from cursorDiskKV) < :mark then 0 else :mark end and key like 'bubbleId:%' order by rowid limit :limit) b
order by b.rowid`

/** One message. Only the model's answers are responses. */
export function parseBubble(row: Row, writtenAt: Instant): ParsedLine {
  const [, chat = '', bubble = ''] = KEY.exec(typeof row['key'] === 'string' ? row['key'].slice(0, 1_024) : '') ?? []
  if (bubble === '' || Number(row['type']) !== ASSISTANT) return { kind: 'ignored' }
  const counters = new CounterReader()
  const counted = { ...NO_TOKENS, input: counters.read(row['input']), output: counters.read(row['output']) }
  const guessed = { ...NO_TOKENS, output: Math.ceil(counters.read(row['characters']) / CHARACTERS_PER_TOKEN) }
  const tokens = totalTokens(counted) > 0 ? counted : guessed
  if (totalTokens(tokens) === 0 && !counters.damaged) return { kind: 'ignored' }
  const at = instantOf(row['created'])
  const model = textOf(row['model'])
  return {
    kind: 'usage',
    events: [{
      key: `cursor:${textOf(chat)}:${textOf(bubble)}`, at: at ?? writtenAt, model: model === '' || model === 'default' ? 'cursor-auto' : model, tokens, billing: STANDARD_BILLING,
      origin: { cwd: '', branch: '', session: textOf(chat), subagent: '' }, final: false, sidechain: false, approximateTime: at === null, damaged: counters.damaged,
    }],
  }
}

export const chats: DatabaseSource = {
  name: 'chats', form: 'database', roots: userFolders, owns: path => path === 'state.vscdb', enters: () => false, place: () => ({ session: '', subagent: '' }),
  passes: [{ name: 'bubbles', needs: { cursorDiskKV: ['key', 'value'] }, sql: SQL, firstMark: 0, parse: (row, _opening, writtenAt) => parseBubble(row, writtenAt) }],
}
