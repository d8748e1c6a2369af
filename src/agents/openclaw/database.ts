// OpenClaw's store since August 2026: the entries that were lines before are rows of one table per agent. Only the fields
// named here leave the database.
import type { LogPlace, Row, RowPass } from '../../core/sessions/log-source.ts'
import { instantOf, parsedJson, textOf } from '../../core/tailing/json-fields.ts'
import type { Instant } from '../../core/time.ts'
import type { ParsedLine } from '../../core/usage/usage-event.ts'
import { usageOf } from '../pi/transcript.ts'

// In the order they are asked for.
const FIELDS = ['type', 'id', 'timestamp', 'message.role', 'message.model', 'message.modelId', 'message.provider', 'message.responseId', 'message.stopReason', 'message.timestamp', 'message.usage'] as const

// SQLite refuses to look into text that is no JSON; `case` is the one guard whose order is promised.
const field = (of: string, path: string): string => `case when json_valid(${of}) then json_extract(${of}, ${path}) end`
const chosenIn = (of: string): string => `case when json_valid(${of}) and json_extract(${of}, '$.type') = 'model_change' then json_extract(${of}, '$.modelId')
      when json_valid(${of}) and json_extract(${of}, '$.customType') = 'model-snapshot' then json_extract(${of}, '$.data.modelId') end`

/**
 * Rows are added and never changed, so the row's number leads. What earlier lines said is asked for beside each row: the
 * folder is in the session's first entry, the model in the last change of it where the message names none.
 */
const SQL = `
select e.rowid as mark, e.session_id as session, e.created_at as created, e.event_json is null as packed,
  ${field('e.event_json', FIELDS.map(path => `'$.${path}'`).join(', '))} as entry,
  (select ${field('h.event_json', "'$.cwd'")} from transcript_events h where h.session_id = e.session_id order by h.seq limit 1) as cwd,
  coalesce(${field('e.event_json', "'$.message.model'")}, ${field('e.event_json', "'$.message.modelId'")},
    (select ${chosenIn('c.event_json')} as chosen from transcript_events c where c.session_id = e.session_id and c.seq < e.seq and chosen is not null order by c.seq desc limit 1)) as model
from transcript_events e
where e.rowid >= :mark and (e.event_json is null or ${field('e.event_json', "'$.message.usage'")} is not null)
order by e.rowid limit :limit`

export const transcriptRows: RowPass = {
  name: 'events',
  needs: { transcript_events: ['session_id', 'seq', 'event_json', 'created_at'] },
  sql: SQL,
  firstMark: 0,
  parse: (row, _opening, writtenAt) => parseRow(row, writtenAt),
}

export const placeOfDatabase = (): LogPlace => ({ session: '', subagent: '' })

/** One row of the pass. `writtenAt` stands in where neither the message nor the row has a readable time. */
export function parseRow(row: Row, writtenAt: Instant): ParsedLine {
  if (Number(row['packed']) === 1) return { kind: 'malformed', why: 'the entry is packed with Zstandard, which is not read from a row' }
  const fields = parsedJson(row['entry'])
  if (!Array.isArray(fields)) return { kind: 'malformed', why: 'the entry of a row is not JSON' }
  const [type, id, timestamp, role, model, modelId, provider, responseId, stopReason, sent, usage] = fields as unknown[]
  const entry = { type, id, timestamp: timestamp ?? row['created'], message: { role, model, modelId, provider, responseId, stopReason, timestamp: sent, usage } }
  return usageOf(entry, { agent: 'openclaw', session: textOf(row['session']), subagent: '', cwd: textOf(row['cwd']), model: textOf(row['model']) }, instantOf(row['created']) ?? writtenAt)
}
