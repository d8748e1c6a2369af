// Crush's sessions: a running cost, and the size of the last request. Tokens are kept nowhere.
import { instantOf, textOf } from '../../core/tailing/json-fields.ts'
import { safeText } from '../../core/tailing/safe-text.ts'
import type { DatabaseSource, Row } from '../../core/sessions/log-source.ts'
import type { Instant } from '../../core/time.ts'
import { usdOfNumber } from '../../core/usage/number-usd.ts'
import { NO_TOKENS } from '../../core/usage/tokens.ts'
import type { ParsedLine } from '../../core/usage/usage-event.ts'
import { projectLists, projectOf } from './projects.ts'

/** One session of a person. A subagent's cost is added to its parent's when it ends. */
export function parseSession(row: Row, root: string, writtenAt: Instant): ParsedLine {
  const cost = usdOfNumber(row['cost']), session = textOf(row['session'])
  if (cost === null || cost === 0n || session === '') return { kind: 'ignored' }
  const origin = { cwd: safeText(projectOf(root)), branch: '', session, subagent: '' }
  return { kind: 'counter', readings: [{ key: `crush:${session}`, at: instantOf(row['mark']) ?? writtenAt, model: textOf(row['model']), tokens: NO_TOKENS, cost, origin }] }
}

export const sessions: DatabaseSource = {
  name: 'sessions', form: 'database', roots: () => [], rootLists: projectLists, owns: path => path === 'crush.db', anyFolder: true, enters: () => false, place: () => ({ session: '', subagent: '' }),
  passes: [{
    name: 'sessions',
    needs: { sessions: ['id', 'parent_session_id', 'cost', 'updated_at'], messages: ['session_id', 'model', 'created_at'] },
    sql: `select s.updated_at as mark, s.id as session, s.cost as cost,
  (select m.model from messages m where m.session_id = s.id and m.model <> '' order by m.created_at desc limit 1) as model
from sessions s where s.parent_session_id is null and s.updated_at >= :mark order by s.updated_at limit :limit`,
    firstMark: 0, parse: (row, { root }, writtenAt) => parseSession(row, root, writtenAt),
  }],
}
