// The ledger's rows as they are, whole responses by key: read in pages to be copied out, appended as they were to be copied
// in. Like store/ledger, no statement here updates or deletes an entry.
import type { History } from '../core/ledger/history.ts'
import type { HistoryQuery, HistoryStore, MeterPlace, Place } from '../core/ledger/history-store.ts'
import type { CopyRow } from '../core/ledger/ledger-line.ts'
import type { MeterRow } from '../core/ledger/meter-store.ts'
import type { EntryDraft } from '../core/ledger/posting.ts'
import { big, int, row, rows, sql, text, type Row, type Work } from '../core/ledger/work.ts'
import { nanoUsd } from '../core/money.ts'
import { instant } from '../core/time.ts'
import { billingFrom } from './billing.ts'
import { appendEntry, insertEntry, tokensFrom } from './entry-rows.ts'
import { ownTimeFrom, scopeFrom, type ScopeStore } from './scopes.ts'

const COLUMNS = `e.key, e.seq, e.kind, e.at, e.model, e.billing, e.input, e.output, e.cache_read, e.cache_write_5m, e.cache_write_1h, e.web_searches, e.cost, e.card,
  e.responses, e.unpriced, e.partial, e.estimated, e.sidechain, e.owned_at, s.node, s.agent, s.account, s.project, s.branch, s.session, s.subagent
  from entry e join scope s on s.id = e.scope`
// A response belongs to a range with all its entries as soon as one is dated in it: what is copied can be added up.
const IN_RANGE = 'and exists (select 1 from entry r where r.key = e.key and r.at >= :since and r.at < :until)'
const NEXT = 'where e.id <= :upTo and (e.key, e.seq) > (:key, :seq)'
const ORDER = 'order by e.key, e.seq limit :most'

const newest = sql('select coalesce(max(id), 0) as newest from entry')
const size = sql('select count(*) as entries, count(distinct key) as responses from entry e where e.id <= :upTo')
const sizeInRange = sql(`select count(*) as entries, count(distinct key) as responses from entry e where e.id <= :upTo ${IN_RANGE}`)
const page = sql(`select ${COLUMNS} ${NEXT} ${ORDER}`)
const pageInRange = sql(`select ${COLUMNS} ${NEXT} ${IN_RANGE} ${ORDER}`)
const ofKey = sql(`select ${COLUMNS} where e.key = :key order by e.seq`)
const meters = sql(`select agent, session, model, path, at, input, output, cache_read, cache_write_5m, cache_write_1h, cost from meter
  where (agent, session, model) > (:agent, :session, :model) order by agent, session, model limit :most`)
const copies = sql('select agent, session, key from copy where (agent, session, key) > (:agent, :session, :key) order by agent, session, key limit :most')

const FAR_FUTURE = 253_402_300_799_999
// Before any key: every key begins with the name of an agent.
const FIRST: NonNullable<Place> = { key: '', seq: -1 }

export class SqlHistory implements HistoryStore {
  readonly #scopes: ScopeStore
  constructor(scopes: ScopeStore) { this.#scopes = scopes }

  *newest(): Work<bigint> { return big((yield* row(newest))?.newest) }

  *size(query: HistoryQuery): Work<{ entries: number; responses: number }> {
    const found = yield* row(isWhole(query) ? size : sizeInRange, isWhole(query) ? { upTo: query.upTo } : rangeOf(query))
    return { entries: int(found?.entries), responses: int(found?.responses) }
  }

  *page(query: HistoryQuery, place: Place, limit: number): Work<readonly EntryDraft[]> {
    const { key, seq } = place ?? FIRST
    return (yield* rows(isWhole(query) ? page : pageInRange, { ...(isWhole(query) ? { upTo: query.upTo } : rangeOf(query)), key, seq, most: limit })).map(entryFrom)
  }

  *of(key: string): Work<History | null> {
    const found = yield* rows(ofKey, { key })
    return found.length === 0 ? null : found.map(entryFrom)
  }

  *append(entries: readonly EntryDraft[]): Work<void> {
    for (const entry of entries) yield* appendEntry(this.#scopes, entry)
  }

  *begin(entry: EntryDraft): Work<boolean> { return yield* insertEntry(this.#scopes, entry) }

  *meters(after: MeterPlace | null, limit: number): Work<readonly MeterRow[]> {
    const { agent, session, model } = after ?? { agent: '', session: '', model: '' }
    return (yield* rows(meters, { agent, session, model, most: limit })).map(each => ({
      agent: text(each.agent), session: text(each.session), model: text(each.model), path: text(each.path), at: instant(int(each.at)), tokens: tokensFrom(each), cost: nanoUsd(big(each.cost)),
    }))
  }

  *copies(after: CopyRow | null, limit: number): Work<readonly CopyRow[]> {
    const { agent, session, key } = after ?? { agent: '', session: '', key: '' }
    return (yield* rows(copies, { agent, session, key, most: limit })).map(each => ({ agent: text(each.agent), session: text(each.session), key: text(each.key) }))
  }
}

const isWhole = ({ since, until }: HistoryQuery): boolean => since === null && until === null
const rangeOf = ({ upTo, since, until }: HistoryQuery): { upTo: bigint; since: number; until: number } => ({ upTo, since: since ?? 0, until: until ?? FAR_FUTURE })

const entryFrom = (from: Row): EntryDraft => ({
  key: text(from.key), seq: int(from.seq), kind: text(from.kind) as EntryDraft['kind'], at: instant(int(from.at)), scope: scopeFrom(from), model: text(from.model),
  billing: billingFrom(text(from.billing), int(from.web_searches)), tokens: tokensFrom(from), webSearches: int(from.web_searches),
  cost: from.cost === null || from.cost === undefined ? null : nanoUsd(big(from.cost)), card: text(from.card), responses: int(from.responses),
  unpriced: int(from.unpriced), partial: int(from.partial), estimated: int(from.estimated), sidechain: int(from.sidechain) !== 0, ...ownTimeFrom(from),
})
