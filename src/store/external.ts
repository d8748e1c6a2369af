// What is known of spend outside of the logs: sources, marks, events of chains and the blocks they were read up to.
import type { Block, EventState, StoredEvent } from '../core/external/chain.ts'
import { markAmount, markText, type Held, type Mark } from '../core/external/cumulative.ts'
import type { Decimal } from '../core/external/decimal.ts'
import type { ExternalStore, ExternalSum, SourceState } from '../core/external/external-store.ts'
import { EXTERNAL_AGENT } from '../core/external/source.ts'
import { big, int, maybeInt, row, rows, sql, text, type Row, type Work } from '../core/ledger/work.ts'
import { nanoUsd } from '../core/money.ts'
import { instant, type Instant } from '../core/time.ts'

const state = sql('select id, synced_at, tried_at, failure, failing_since, chain, next_block from external_source where id = :id')
const saveState = sql(`insert into external_source (id, synced_at, tried_at, failure, failing_since, chain, next_block)
  values (:id, :syncedAt, :triedAt, :failure, :failingSince, :chain, :nextBlock)
  on conflict (id) do update set synced_at = excluded.synced_at, tried_at = excluded.tried_at, failure = excluded.failure,
  failing_since = excluded.failing_since, chain = excluded.chain, next_block = excluded.next_block`)
const MARK = 'select source, subject, amount, latest, began, cost, account, project, branch, session, first_at, read_at from external_mark where source = :source'
const marks = sql(`${MARK} order by subject`)
const mark = sql(`${MARK} and subject = :subject`)
const saveMark = sql(`insert into external_mark (source, subject, amount, latest, began, cost, account, project, branch, session, first_at, read_at)
  values (:source, :subject, :amount, :latest, :began, :cost, :account, :project, :branch, :session, :firstAt, :readAt)
  on conflict (source, subject) do update set amount = excluded.amount, latest = excluded.latest, began = excluded.began, cost = excluded.cost,
  account = excluded.account, project = excluded.project, branch = excluded.branch, session = excluded.session, read_at = excluded.read_at`)
const held = sql('select cast(coalesce(max(seq), -1) as bigint) as seq, cast(coalesce(sum(cost), 0) as bigint) as cost from entry where key = :key')
const EVENT = 'select source, key, block, block_hash, at, session, account, amount, cost, state from external_event where source = :source'
const event = sql(`${EVENT} and key = :key`)
const inState = sql(`${EVENT} and state = :state order by block, key limit :most`)
const saveEvent = sql(`insert into external_event (source, key, block, block_hash, at, session, account, amount, cost, state)
  values (:source, :key, :block, :hash, :at, :session, :account, :amount, :cost, :state)
  on conflict (source, key) do update set block = excluded.block, block_hash = excluded.block_hash, amount = excluded.amount, cost = excluded.cost, state = excluded.state`)
const orphan = sql("update external_event set state = 'orphaned' where source = :source and block > :block and state = 'posted' returning key")
const amounts = sql("select amount from external_event where source = :source and state <> 'withdrawn'")
const amountsOf = sql("select amount from external_event where source = :source and session = :session and state <> 'withdrawn'")
const blocks = sql('select number, hash from external_block where source = :source order by number desc')
const addBlock = sql('insert into external_block (source, number, hash) values (:source, :number, :hash) on conflict (source, number) do update set hash = excluded.hash')
const dropBlock = sql('delete from external_block where source = :source and number = :number')
const SUMS = `select e.model as source, cast(coalesce(sum(e.cost), 0) as bigint) as cost, count(*) as entries, min(e.at) as first_at, max(e.at) as last_at
  from entry e join scope s on s.id = e.scope where s.agent = '${EXTERNAL_AGENT}'`
const sums = sql(`${SUMS} group by e.model order by e.model`)
const sumsOf = sql(`${SUMS} and s.session = :session group by e.model order by e.model`)
const bySession = sql(`select s.session, e.model as source, cast(coalesce(sum(e.cost), 0) as bigint) as cost, count(*) as entries, min(e.at) as first_at, max(e.at) as last_at
  from entry e join scope s on s.id = e.scope where s.agent = '${EXTERNAL_AGENT}' and e.model = :source group by s.session, e.model order by 3 desc, s.session limit :most`)
const countSessions = sql(`select count(distinct s.session) as found from entry e join scope s on s.id = e.scope where s.agent = '${EXTERNAL_AGENT}' and e.model = :source`)
const countInState = sql('select count(*) as found from external_event where source = :source and state = :state')

export class SqlExternal implements ExternalStore {
  *state(id: string): Work<SourceState | null> {
    const found = yield* row(state, { id })
    return found ? {
      id, syncedAt: maybeInstant(found.synced_at), triedAt: instant(int(found.tried_at)), failure: text(found.failure), failingSince: maybeInstant(found.failing_since),
      chain: text(found.chain), nextBlock: int(found.next_block),
    } : null
  }

  *save({ id, syncedAt, triedAt, failure, failingSince, chain, nextBlock }: SourceState): Work<void> {
    yield* rows(saveState, { id, syncedAt, triedAt, failure, failingSince, chain, nextBlock })
  }

  *marks(source: string): Work<readonly Mark[]> { return (yield* rows(marks, { source })).map(markFrom) }

  *mark(source: string, subject: string): Work<Mark | null> {
    const found = yield* row(mark, { source, subject })
    return found ? markFrom(found) : null
  }

  *saveMark({ source, subject, amount, latest, began, cost, owner, firstAt, readAt }: Mark): Work<void> {
    yield* rows(saveMark, { source, subject, amount: markText(amount), latest: markText(latest), began: markText(began), cost, ...owner, firstAt, readAt })
  }

  *held(key: string): Work<Held> {
    const found = yield* row(held, { key })
    return { seq: int(found?.seq ?? -1), cost: nanoUsd(big(found?.cost)) }
  }

  *event(source: string, key: string): Work<StoredEvent | null> {
    const found = yield* row(event, { source, key })
    return found ? eventFrom(found) : null
  }

  *saveEvent({ source, key, block, at, session, account, amount, cost, state: now }: StoredEvent): Work<void> {
    yield* rows(saveEvent, { source, key, block: block.number, hash: block.hash, at, session, account, amount: markText(amount), cost, state: now })
  }

  *orphanAbove(source: string, block: number): Work<number> { return (yield* rows(orphan, { source, block })).length }
  *inState(source: string, wanted: EventState, limit: number): Work<readonly StoredEvent[]> { return (yield* rows(inState, { source, state: wanted, most: limit })).map(eventFrom) }

  *amounts(source: string, session: string | null): Work<readonly Decimal[]> {
    return (yield* rows(session === null ? amounts : amountsOf, { source, ...(session === null ? {} : { session }) })).map(each => markAmount(text(each.amount)))
  }

  *blocks(source: string): Work<readonly Block[]> { return (yield* rows(blocks, { source })).map(each => ({ number: int(each.number), hash: text(each.hash) })) }
  *addBlock(source: string, { number, hash }: Block): Work<void> { yield* rows(addBlock, { source, number, hash }) }
  *dropBlocks(source: string, numbers: readonly number[]): Work<void> { for (const number of numbers) yield* rows(dropBlock, { source, number }) }

  *bySession(source: string, limit: number): Work<readonly (ExternalSum & { session: string })[]> { return (yield* rows(bySession, { source, most: limit })).map(each => ({ ...sumFrom(each), session: text(each.session) })) }
  *countSessions(source: string): Work<number> { return int((yield* row(countSessions, { source }))?.found) }
  *countInState(source: string, wanted: EventState): Work<number> { return int((yield* row(countInState, { source, state: wanted }))?.found) }

  *sums(session: string | null): Work<readonly ExternalSum[]> {
    return (yield* rows(session === null ? sums : sumsOf, session === null ? {} : { session })).map(sumFrom)
  }
}

const maybeInstant = (value: Row[string] | undefined): Instant | null => {
  const at = maybeInt(value)
  return at === null ? null : instant(at)
}

const sumFrom = (from: Row): ExternalSum => ({ source: text(from.source), cost: nanoUsd(big(from.cost)), entries: int(from.entries), firstAt: instant(int(from.first_at)), lastAt: instant(int(from.last_at)) })

const markFrom = (from: Row): Mark => ({
  source: text(from.source), subject: text(from.subject), amount: markAmount(text(from.amount)), latest: markAmount(text(from.latest)), began: markAmount(text(from.began)),
  cost: nanoUsd(big(from.cost)), owner: { account: text(from.account), project: text(from.project), branch: text(from.branch), session: text(from.session) },
  firstAt: instant(int(from.first_at)), readAt: instant(int(from.read_at)),
})

const eventFrom = (from: Row): StoredEvent => ({
  source: text(from.source), key: text(from.key), block: { number: int(from.block), hash: text(from.block_hash) }, at: instant(int(from.at)),
  session: text(from.session), account: text(from.account), amount: markAmount(text(from.amount)), cost: nanoUsd(big(from.cost)), state: text(from.state) as EventState,
})
