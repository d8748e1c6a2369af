// The ledger's statements. Appends and sums only: no statement here updates or deletes an entry.
import type { Claimed } from '../core/ledger/entry.ts'
import type { GroupKey, LedgerStore, ModelSum, PostResult, ScopeSpend, SpendRow, UsageGroup, UsageQuery, UsageSum } from '../core/ledger/ledger-store.ts'
import { countings, type CounterEntry } from '../core/ledger/counting.ts'
import { METER, postings, repricing, type EntryDraft, type Posted, type Pricer } from '../core/ledger/posting.ts'
import { big, bulkInsert, inserted, int, maybeInt, row, rows, sql, text, type Row, type SqlValue, type Statement, type Work } from '../core/ledger/work.ts'
import { nanoUsd } from '../core/money.ts'
import { instant, type Instant } from '../core/time.ts'
import { billingFrom, billingText } from './billing.ts'
import { appendEntry, insertEntry, tokensFrom } from './entry-rows.ts'
import { ownTimeFrom, scopeFrom, type ScopeStore } from './scopes.ts'

// The first copy of a response, which nearly every entry is: what is the same in all of them is not sent. The scope is
// looked up because SQLite checks no reference while history is read, and a scope that is not there is null and refused.
const firstEntries = bulkInsert({
  into: `entry (key, seq, kind, at, scope, model, billing, input, output, cache_read, cache_write_5m, cache_write_1h,
    web_searches, cost, card, responses, unpriced, partial, estimated, sidechain)`,
  row: `(:key, 0, 'usage', :at, (select id from scope where id = :scope), :model, :billing, :input, :output, :cacheRead, :cacheWrite5m, :cacheWrite1h,
    :webSearches, :cost, :card, 1, :unpriced, :partial, :estimated, :sidechain)`,
  unless: '(key, seq)',
})
const byKey = sql(`select seq, kind, at, scope, model, billing, input, output, cache_read, cache_write_5m, cache_write_1h, web_searches,
  cost, card, unpriced, partial, estimated, sidechain, owned_at from entry where key = :key order by seq`)
const unpricedKeys = sql('select distinct key from entry where unpriced <> 0 and key > :after order by key limit :most')
const spendRows = sql(`select e.at, e.cost, e.unpriced, e.partial, e.estimated, e.responses, s.node, s.agent, s.account, s.project, s.branch, s.session, s.subagent
  from entry e join scope s on s.id = e.scope where e.at >= :since and e.at < :until order by e.at`)
const spendByScope = sql(`select s.node, s.agent, s.account, s.project, s.branch, s.session, s.subagent, g.cost, g.estimated, g.unpriced, g.partial, g.responses from
  (select e.scope, cast(coalesce(sum(e.cost), 0) as bigint) as cost, cast(coalesce(sum(case when e.estimated <> 0 then e.cost end), 0) as bigint) as estimated,
    cast(sum(e.unpriced) as bigint) as unpriced, cast(sum(e.partial) as bigint) as partial, cast(sum(e.responses) as bigint) as responses
    from entry e where e.at >= :since and e.at < :until group by e.scope) g join scope s on s.id = g.scope`)
const SUMS = `cast(sum(e.responses) as bigint) as responses, cast(sum(e.input) as bigint) as input, cast(sum(e.output) as bigint) as output,
  cast(sum(e.cache_read) as bigint) as cache_read, cast(sum(e.cache_write_5m) as bigint) as cache_write_5m, cast(sum(e.cache_write_1h) as bigint) as cache_write_1h,
  cast(coalesce(sum(e.cost), 0) as bigint) as cost, cast(sum(e.unpriced) as bigint) as unpriced, cast(sum(e.partial) as bigint) as partial,
  cast(sum(e.estimated) as bigint) as estimated`
// By key, not by kind: what corrects an unlogged entry is a difference.
const logged = sql(`select e.model, ${SUMS} from entry e join scope s on s.id = e.scope
  where s.agent = :agent and s.session = :session and e.key not like 'unlogged:%' group by e.model`)
const unpricedModels = sql(`select model, cast(sum(unpriced) as bigint) as responses, cast(sum(input + output + cache_read + cache_write_5m + cache_write_1h) as bigint) as tokens
  from entry e where e.key in (select u.key from entry u where u.unpriced <> 0) group by model having sum(unpriced) <> 0 order by model`)
// From the dictionary: a projection asks this every two seconds, and grouping 72,000 entries took 54 ms of processor each time.
const projects = sql("select distinct project from scope where project <> '' order by project")
const counted = sql('select count(*) as entries, cast(coalesce(sum(responses), 0) as bigint) as responses, min(at) as oldest from entry')

const future = sql('select count(*) as future from entry where at > :now')
const latest = sql('select max(at) as latest from entry')

const FAR_FUTURE = 253_402_300_799_999

export class SqlLedger implements LedgerStore {
  readonly #scopes: ScopeStore
  readonly #sums = new Map<string, Statement>()
  constructor(scopes: ScopeStore) { this.#scopes = scopes }

  *post(responses: Iterable<Claimed>, price: Pricer): Work<PostResult> {
    const result: PostResult & Collecting = { posted: [], copies: [] }
    let some: Claimed[] = []
    for (const response of responses) {
      if (some.push(response) < AT_ONCE) continue
      yield* this.#postSome(some, price, result)
      some = []
    }
    yield* this.#postSome(some, price, result)
    return result
  }

  /** First copies are the rule, so the insert itself is the question "seen before?". */
  *#postSome(responses: readonly Claimed[], price: Pricer, result: Collecting): Work<void> {
    const drafts: EntryDraft[] = [], claimed: Claimed[] = [], flat: SqlValue[] = [], seen: Claimed[] = []
    for (const response of responses) {
      const first = postings(null, response, price)[0]
      if (first?.kind === 'usage' && first.ownedAt === undefined) {
        drafts.push(first)
        claimed.push(response)
        pushValues(flat, first, yield* this.#scopes.idOf(first.scope))
      } else if (first && (yield* insertEntry(this.#scopes, first))) result.posted.push(first)
      else seen.push(response)
    }
    const isNew = yield* inserted(firstEntries, flat)
    for (const [index, draft] of drafts.entries()) {
      if (isNew[index]) result.posted.push(draft)
      else seen.push(claimed[index] as Claimed)
    }
    for (const response of seen) yield* this.#postSeen(response, price, result)
  }

  *#postSeen(response: Claimed, price: Pricer, { posted, copies }: Collecting): Work<void> {
    const known = yield* this.#posted(response.key)
    if (!known) return
    const drafts = postings(known, response, price)
    for (const draft of drafts) posted.push(yield* appendEntry(this.#scopes, draft))
    const other = known.scope.session
    if (other !== response.scope.session) copies.push({ key: response.key, session: drafts.at(-1)?.scope.session === response.scope.session ? other : response.scope.session })
  }

  *postCounters(readings: readonly Claimed[], price: Pricer): Work<readonly EntryDraft[]> {
    const posted: EntryDraft[] = []
    for (const reading of readings) {
      const known: CounterEntry[] = []
      for (const each of yield* rows(byKey, { key: reading.key })) known.push({
        seq: int(each.seq), at: instant(int(each.at)), scope: yield* this.#scopes.scopeOf(big(each.scope)), model: text(each.model),
        billing: billingFrom(text(each.billing), 0), tokens: tokensFrom(each), cost: each.cost === null ? null : nanoUsd(big(each.cost)), unpriced: int(each.unpriced),
      })
      for (const draft of countings(known, reading, price)) posted.push(yield* appendEntry(this.#scopes, draft))
    }
    return posted
  }

  *reprice(price: Pricer, afterKey: string, limit: number): Work<{ posted: readonly EntryDraft[]; next: string | null }> {
    const keys = (yield* rows(unpricedKeys, { after: afterKey, most: limit })).map(found => text(found.key))
    const posted: EntryDraft[] = []
    for (const key of keys) {
      const known = yield* this.#posted(key)
      const draft = known && repricing(known, key, price)
      if (draft) posted.push(yield* appendEntry(this.#scopes, draft))
    }
    return { posted, next: keys.length < limit ? null : (keys.at(-1) ?? null) }
  }

  *sum(query: UsageQuery): Work<readonly UsageGroup[]> {
    const found = yield* rows(this.#sumStatement(query), {
      since: query.since ?? 0, until: query.until ?? FAR_FUTURE, ...(query.slotMs > 0 ? { slotMs: query.slotMs } : {}),
    })
    return found.map(each => groupFrom(each, query))
  }

  *spend(since: Instant, until: Instant | null): Work<readonly SpendRow[]> {
    return (yield* rows(spendRows, { since, until: until ?? FAR_FUTURE })).map(each => ({
      at: instant(int(each.at)), scope: scopeFrom(each), cost: nanoUsd(big(each.cost)), unpriced: int(each.unpriced), partial: int(each.partial),
      estimated: int(each.estimated) !== 0, responses: int(each.responses),
    }))
  }

  *spendByScope(since: Instant, until: Instant | null): Work<readonly ScopeSpend[]> {
    return (yield* rows(spendByScope, { since, until: until ?? FAR_FUTURE })).map(each => ({
      scope: scopeFrom(each), cost: nanoUsd(big(each.cost)), estimated: nanoUsd(big(each.estimated)), unpriced: int(each.unpriced), partial: int(each.partial), responses: int(each.responses),
    }))
  }

  *loggedBySession(agent: string, session: string): Work<readonly ModelSum[]> {
    return (yield* rows(logged, { agent, session })).map(each => ({ model: text(each.model), tokens: tokensFrom(each), cost: nanoUsd(big(each.cost)) }))
  }

  *unpricedModels(): Work<readonly { model: string; responses: number; tokens: number }[]> {
    return (yield* rows(unpricedModels)).map(each => ({ model: text(each.model), responses: int(each.responses), tokens: int(each.tokens) }))
  }

  *projects(): Work<readonly string[]> {
    return (yield* rows(projects)).map(each => text(each.project))
  }

  *count(): Work<{ entries: number; responses: number; oldest: Instant | null }> {
    const found = yield* row(counted)
    const oldest = maybeInt(found?.oldest)
    return { entries: int(found?.entries), responses: int(found?.responses), oldest: oldest === null ? null : instant(oldest) }
  }

  *dated(now: Instant): Work<{ future: number; latest: Instant | null }> {
    const at = maybeInt((yield* row(latest))?.latest)
    return { future: int((yield* row(future, { now }))?.future), latest: at === null ? null : instant(at) }
  }

  *#posted(key: string): Work<Posted | null> {
    const found = yield* rows(byKey, { key })
    const last = found.at(-1)
    const first = found[0]
    if (!last || !first) return null
    const total = (column: string): number => found.reduce((sum, each) => sum + int(each[column]), 0)
    const cost = nanoUsd(found.reduce((sum, each) => sum + big(each.cost), 0n))
    return {
      seq: int(last.seq), kind: text(first.kind) === 'unlogged' ? 'unlogged' : text(first.kind) === 'counter' ? 'counter' : 'usage', at: instant(int(last.at)),
      scope: yield* this.#scopes.scopeOf(big(last.scope)), model: text(last.model), billing: billingFrom(text(last.billing), total('web_searches')),
      tokens: { input: total('input'), output: total('output'), cacheRead: total('cache_read'), cacheWrite5m: total('cache_write_5m'), cacheWrite1h: total('cache_write_1h') },
      cost, card: text(found.findLast(each => text(each.card) !== '')?.card), given: text(last.card) === METER ? cost : null,
      unpriced: total('unpriced') > 0, partial: total('partial') > 0, estimated: total('estimated') > 0, sidechain: int(last.sidechain) !== 0, ...ownTimeFrom(last),
    }
  }

  #sumStatement({ by, slotMs }: UsageQuery): Statement {
    const name = `${by.join(',')}/${slotMs > 0}`
    let statement = this.#sums.get(name)
    if (!statement) {
      const columns = [...by.map(key => (key === 'model' || key === 'billing' ? `e.${key}` : `s.${key}`)), ...(slotMs > 0 ? ['e.at / :slotMs * :slotMs'] : [])]
      const names = [...by, ...(slotMs > 0 ? ['slot'] : [])]
      // The model is always a group here, so that the caller can name the unpriced ones; it folds them away again.
      const modelColumn = by.includes('model') ? [] : ['e.model as model_seen']
      const select = [...columns.map((column, index) => `${column} as ${names[index]}`), ...modelColumn]
      const grouping = [...columns, ...(modelColumn.length > 0 ? ['e.model'] : [])]
      statement = sql(`select ${[...select, SUMS].join(', ')} from entry e join scope s on s.id = e.scope
        where e.at >= :since and e.at < :until group by ${grouping.join(', ')}`)
      this.#sums.set(name, statement)
    }
    return statement
  }
}

interface Collecting { readonly posted: EntryDraft[]; readonly copies: { readonly key: string; readonly session: string }[] }

// A few thousand values in one list; more would only outlive the garbage collector's nursery.
const AT_ONCE = 512

/** In the order of `firstEntries`. */
function pushValues(flat: SqlValue[], draft: EntryDraft, scope: bigint): void {
  const { tokens } = draft
  flat.push(draft.key, draft.at, scope, draft.model, billingText(draft.billing), tokens.input, tokens.output, tokens.cacheRead, tokens.cacheWrite5m,
    tokens.cacheWrite1h, draft.webSearches, draft.cost, draft.card, draft.unpriced, draft.partial, draft.estimated, draft.sidechain ? 1 : 0)
}

function groupFrom(from: Row, query: UsageQuery): UsageGroup {
  const by: Partial<Record<GroupKey | 'slot', string>> = {}
  for (const key of query.by) by[key] = text(from[key])
  if (query.slotMs > 0) by.slot = text(from.slot)
  const sum: UsageSum = {
    responses: int(from.responses), tokens: tokensFrom(from), cost: nanoUsd(big(from.cost)),
    unpriced: int(from.unpriced), partial: int(from.partial), estimated: int(from.estimated),
  }
  return { by, sum, unpricedModels: sum.unpriced > 0 ? [text(from.model ?? from.model_seen)] : [] }
}
