// The logs of OpenCode and of products built on it: three generations of tables in one kind of database, and the message
// files that came before. Only the fields named here leave the database: no prompt, no answer, no title.
import { parsedJson, instantOf, isObject, textOf } from '../../core/tailing/json-fields.ts'
import type { DatabaseSource, DocumentSource, Row, RowPass } from '../../core/sessions/log-source.ts'
import type { Instant } from '../../core/time.ts'
import type { ParsedLine } from '../../core/usage/usage-event.ts'
import { dataRoots, entersFolder, ownsDatabase, ownsMessageFile, placeOf, type Build } from './paths.ts'
import { stepUsage } from './step.ts'

// The step's fields in the order they are asked for; the model is `modelID` in the first generation, `model.id` in the second.
const FIELDS = ['tokens', 'cost', 'time', 'modelID', 'model.id', 'path.cwd', 'finish'] as const
const SESSION_COLUMNS = ['id', 'parent_id', 'directory', 'time_created']

/**
 * Rows change in place when their step ends, so the time of change leads. Whole imports share one, so the id follows it.
 * A subagent is a session below another one, and may have some of its own; three levels are followed to the first session.
 */
const stepsOf = (mark: string, table: string, sessions: string, ownCost: string): string => `
select ${mark} as mark, m.id as id, m.time_created as created, m.session_id as session,
  coalesce(p3.id, p2.id, p1.id, s.id) as root, s.directory as directory, s.time_created as session_created, ${ownCost} as own_cost,
  case when json_valid(m.data) then json_extract(m.data, ${FIELDS.map(field => `'$.${field}'`).join(', ')}) end as data
from ${table} m cross join ${sessions} s on s.id = m.session_id
  left join ${sessions} p1 on p1.id = s.parent_id left join ${sessions} p2 on p2.id = p1.parent_id left join ${sessions} p3 on p3.id = p2.parent_id
`

const MARK = "printf('%015d:%s', m.time_updated, m.id)"
const IN_ORDER_OF_CHANGE = `where m.time_updated >= cast(substr(:mark, 1, 15) as integer) and ${MARK} >= :mark order by m.time_updated, m.id limit :limit`
// The time of change has no index: in its order each page sorts what is left, 200 times for 100,000 rows.
const AS_THEY_LIE = 'where m.rowid > :mark order by m.rowid limit :limit'
const lastChange = (table: string): string => `select ${MARK} as mark from ${table} m where :mark is not null order by m.time_updated desc, m.id desc limit min(1, :limit)`

// Among the last parts of a message, so that few are looked at.
const END_OF_STEP = `(select case when json_valid(p.data) then json_extract(p.data, '$.cost') end from part p where p.message_id = m.id and p.data like '%"type":"step-finish"%' order by p.id desc limit 1)`

interface PassOver { readonly name: string; readonly table: string; readonly sessions: string; readonly ownCost?: string; readonly more?: Partial<Pick<RowPass, 'needs' | 'unless'>> }

const passOf = (agent: string, { name, table, sessions, ownCost = 'null', more = {} }: PassOver): RowPass => ({
  name, ...more,
  needs: { [table]: ['id', 'session_id', 'time_created', 'time_updated', 'data'], [sessions]: SESSION_COLUMNS, ...more.needs },
  sql: stepsOf(MARK, table, sessions, ownCost) + IN_ORDER_OF_CHANGE,
  firstMark: '',
  walk: { sql: stepsOf('m.rowid', table, sessions, ownCost) + AS_THEY_LIE, from: lastChange(table) },
  parse: (row, _opening, writtenAt) => parseRow(agent, row, writtenAt),
})

/** One row of a pass. */
export function parseRow(agent: string, row: Row, writtenAt: Instant): ParsedLine {
  const fields = parsedJson(row['data'])
  if (!Array.isArray(fields)) return { kind: 'malformed', why: 'the message of a row is not JSON' }
  const [tokens, cost, time, modelID, model, cwd, finish] = fields as unknown[]
  const createdAt = instantOf(row['created']), sessionAt = instantOf(row['session_created'])
  const session = textOf(row['session']), root = textOf(row['root']) || session
  const own = row['own_cost'] ?? cost
  return stepUsage({ tokens, cost: typeof own === 'bigint' ? Number(own) : own, time, modelID, model, path: { cwd }, finish }, {
    agent, id: textOf(row['id']), createdAt, writtenAt,
    // A step that is older than its session came with a fork.
    copied: createdAt !== null && sessionAt !== null && createdAt < sessionAt,
    origin: { cwd: textOf(row['directory']), branch: '', session: root, subagent: root === session ? '' : session },
  })
}

/** Every log of a product of this kind. The second source is read only where there is no database yet: it was moved there. */
export function sourcesOf(build: Build): readonly [DatabaseSource, DocumentSource] {
  const { agent, folder, nestedCosts } = build
  const roots = dataRoots(build)
  const database: DatabaseSource = {
    name: 'databases', form: 'database', roots, owns: ownsDatabase(build), anyFolder: true, enters: () => false, place: () => ({ session: '', subagent: '' }),
    passes: [
      passOf(agent, { name: 'messages', table: 'message', sessions: 'session', ...(nestedCosts ? { ownCost: END_OF_STEP, more: { needs: { part: ['id', 'message_id', 'data'] } } } : {}) }),
      passOf(agent, { name: 'steps', table: 'session_message', sessions: 'session', more: { unless: 'session_v2' } }),
      passOf(agent, { name: 'steps-v2', table: 'session_message', sessions: 'session_v2' }),
    ],
  }
  const files: DocumentSource = {
    name: 'messages', form: 'document', roots: environment => roots(environment).map(root => ({ ...root, unless: [`${folder}.db`] })),
    owns: ownsMessageFile, anyFolder: true, enters: entersFolder, place: placeOf,
    parse(text, { place }, writtenAt) {
      const record = parsedJson(text)
      if (!isObject(record)) return null
      const origin = { cwd: '', branch: '', session: place.session, subagent: '' }
      return { facts: [stepUsage(record, { agent, id: textOf(record['id']), createdAt: null, copied: false, writtenAt, origin })], memory: '' }
    },
  }
  return [database, files]
}
