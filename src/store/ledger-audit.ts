// Statements of the check of the whole ledger, and of whoever computes balances anew. They read; what they find wrong is
// counted, and the first few are named.
import type { AuditStore, SchemaObject, WrongKeys } from '../core/ledger/audit-store.ts'
import { big, int, row, rows, sql, text, type SqlValue, type Statement, type Work } from '../core/ledger/work.ts'
import type { Scope } from '../core/scope.ts'
import type { Instant } from '../core/time.ts'
import type { Database } from './database.ts'
import { scopeFrom } from './scopes.ts'

const NAMED_MAX = 20

// SQLite's own look at every page, index and constraint; it names at most this many problems.
const integrity = sql(`pragma integrity_check(${NAMED_MAX})`)
const foreignKeys = sql('pragma foreign_key_check')
const schema = sql("select type, name, tbl_name from sqlite_schema where name not like 'sqlite_%' order by type, name")
const GAPPED = 'select key from entry group by key having min(seq) <> 0 or max(seq) <> count(*) - 1'
// What a first entry is: positive, one response or none, at most one of each flag, and a card exactly where there is a cost.
const MALFORMED = `select key from entry where seq = 0 and (kind in ('difference', 'moved', 'repriced')
  or input < 0 or output < 0 or cache_read < 0 or cache_write_5m < 0 or cache_write_1h < 0 or web_searches < 0 or cost < 0
  or responses < 0 or (kind = 'usage' and responses <> 1) or unpriced not in (0, 1) or partial not in (0, 1) or estimated not in (0, 1)
  or (cost is null and (card <> '' or unpriced <> 1)) or (cost is not null and (card = '' or unpriced <> 0)) or at < :least or at >= :most or owned_at <= at)`
const named = (keys: string): Statement => sql(`select key from (${keys}) w order by key limit ${NAMED_MAX}`)
const counted = (keys: string): Statement => sql(`select count(*) as wrong from (${keys}) w`)
const GAPPED_KEYS = [named(GAPPED), counted(GAPPED)] as const
const MALFORMED_KEYS = [named(MALFORMED), counted(MALFORMED)] as const
const orphans = sql('select count(*) as wrong from entry e where not exists (select 1 from scope s where s.id = e.scope)')
const corrected = sql('select distinct key from entry where seq > 0 and key > :after order by key limit :most')
const cards = sql('select card, count(*) as entries from entry group by card order by card')
const FIGURES = ['responses', 'input', 'output', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'cost', 'unpriced', 'partial', 'estimated']
const SLOT_MS = 900_000
const SLOTS = `select slot, scope, model, billing, ${FIGURES.join(', ')} from usage_slot`
const FOLDED = `select e.at / ${SLOT_MS} * ${SLOT_MS}, e.scope, e.model, e.billing, ${FIGURES.map(name => `sum(coalesce(e.${name}, 0))`).join(', ')} from entry e
  where e.id <= (select cast(value as bigint) from meta where name = 'usage_slot_through') group by 1, 2, 3, 4`
const wrongSums = sql(`select (select count(*) from (${SLOTS} except ${FOLDED}) a) + (select count(*) from (${FOLDED} except ${SLOTS}) b) as wrong`)
const scopes = sql('select id, key, node, agent, account, project, branch, session, subagent from scope where id > :after order by id limit :most')

export class SqlAudit implements AuditStore {
  readonly #engine: Database['engine']
  constructor(engine: Database['engine']) { this.#engine = engine }

  *damage(): Work<readonly string[]> {
    if (this.#engine !== 'sqlite') return []
    const found = (yield* rows(integrity)).map(each => text(Object.values(each)[0])).filter(line => line !== 'ok')
    const dangling = (yield* rows(foreignKeys)).slice(0, NAMED_MAX).map(each => `row ${text(each.rowid)} of ${text(each.table)} refers to a row of ${text(each.parent)} that does not exist`)
    return [...found, ...dangling]
  }

  *schema(): Work<readonly SchemaObject[]> {
    if (this.#engine !== 'sqlite') return []
    return (yield* rows(schema)).map(each => ({ type: text(each.type), name: text(each.name), table: text(each.tbl_name) }))
  }

  *gapped(): Work<WrongKeys> { return yield* wrongKeys(GAPPED_KEYS, {}) }
  *malformed({ least, most }: { least: Instant; most: Instant }): Work<WrongKeys> { return yield* wrongKeys(MALFORMED_KEYS, { least, most }) }
  *orphans(): Work<number> { return int((yield* row(orphans))?.wrong) }
  // Where reports add up the entries themselves, there are none.
  *wrongSums(): Work<number> { return this.#engine === 'sqlite' ? int((yield* row(wrongSums))?.wrong) : 0 }
  *corrected(after: string, limit: number): Work<readonly string[]> { return (yield* rows(corrected, { after, most: limit })).map(each => text(each.key)) }
  *cards(): Work<readonly { card: string; entries: number }[]> { return (yield* rows(cards)).map(each => ({ card: text(each.card), entries: int(each.entries) })) }

  *scopes(after: bigint, limit: number): Work<readonly { id: bigint; key: string; scope: Scope }[]> {
    return (yield* rows(scopes, { after, most: limit })).map(each => ({ id: big(each.id), key: text(each.key), scope: scopeFrom(each) }))
  }
}

/** Counting costs a second look at everything, so it is only done when something is wrong. */
function* wrongKeys([first, count]: readonly [Statement, Statement], values: Readonly<Record<string, SqlValue>>): Work<WrongKeys> {
  const keys = (yield* rows(first, values)).map(each => text(each.key))
  return { keys, count: keys.length < NAMED_MAX ? keys.length : int((yield* row(count, values))?.wrong) }
}
