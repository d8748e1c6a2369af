// Reservations, one statement each. A row is never deleted: its id is what makes asking twice the same as asking once. Only
// calls that hooks asked for are: nobody asks for the same one twice, and there is one for every request of every session.
import { big, changes, int, maybeInt, row, rows, sql, text, type Row, type Work } from '../core/ledger/work.ts'
import { nanoUsd, type NanoUsd } from '../core/money.ts'
import { NOBODY, type Owner } from '../core/reservations/owner.ts'
import type { ReservationStore } from '../core/reservations/reservation-store.ts'
import { WHOLE_SESSION, type Covers, type Part, type Reservation, type ReservationCore, type ReservationState } from '../core/reservations/reservation.ts'
import { instant, type Instant } from '../core/time.ts'
import type { Database } from './database.ts'

const COLUMNS = `id, amount, budgets, owner, node, agent, account, project, branch, session, model, covers_agent, covers_session, covers_stream, covers_from, covers_responses,
  proven, responses, state, actual, late, created_at, expires_at, ended_at, ttl_ms, body`
const add = sql(`insert into reservation (${COLUMNS}) values (:id, :amount, :budgets, :owner, :node, :agent, :account, :project, :branch, :session, :model,
  :coversAgent, :coversSession, :coversStream, :coversFrom, :coversResponses, 0, 0, 'pending', null, 0, :createdAt, :expiresAt, null, :ttlMs, :body) on conflict (id) do nothing`)
const addPart = sql('insert into reservation_part (reservation, budget, measure, per_value) values (:id, :budget, :measure, :perValue) on conflict (reservation, measure, per_value) do nothing')
const BY_ID = `select ${COLUMNS} from reservation where id = :id`
const byId = sql(BY_ID)
const byIdAlone = sql(`${BY_ID} for update`)
const parts = sql('select budget, measure, per_value from reservation_part where reservation = :id order by measure, per_value')
const end = sql('update reservation set state = :state, actual = :actual, late = :late, ended_at = :at where id = :id')
const prove = sql('update reservation set proven = :proven, responses = :responses where id = :id')
const extend = sql("update reservation set expires_at = :expiresAt where id = :id and state = 'pending'")
const pending = sql(`select ${COLUMNS} from reservation where state = 'pending' order by id`)
const overdue = sql(`select ${COLUMNS} from reservation where state = 'pending' and covers_stream = '*' and expires_at <= :now order by expires_at, id limit :most`)
const COVERING = `select ${COLUMNS} from reservation where state = 'pending' and covers_session <> '' and covers_agent = :agent and covers_session = :session order by created_at, id`
const covering = sql(COVERING)
const coveringAlone = sql(`${COVERING} for update`)
const watched = sql(`select covers_agent as agent, covers_session as session from reservation where state = 'pending' and covers_session <> ''
  union select agent, session from task_session`)
const nextCover = sql(`select min(covers_from) as at from reservation where covers_session = :session and covers_agent = :agent and covers_stream = :stream
  and covers_responses is not null and (covers_from > :from or (covers_stream = '*' and covers_from = :from and id > :id))`)
const nextCall = sql(`select ${COLUMNS} from reservation where covers_session = :session and covers_agent = :agent and covers_stream = :stream and covers_from > :from order by covers_from, id limit 1`)
const hasStream = sql('select 1 as one from reservation where covers_session = :session and covers_agent = :agent and covers_stream = :stream limit 1')
const nameStream = sql("update reservation set covers_stream = :stream where id = :id and covers_stream = '+'")
// An open call is told from the next one by where that one began, so whatever began after an open call stays.
const FORGOTTEN = `select r.id from reservation r where r.covers_session = :session and r.covers_agent = :agent and r.covers_stream <> '*' and r.state <> 'pending'
  and exists (select 1 from reservation n where n.covers_session = r.covers_session and n.covers_agent = r.covers_agent and n.covers_stream = r.covers_stream and n.covers_from > r.covers_from)
  and not exists (select 1 from reservation o where o.covers_session = r.covers_session and o.covers_agent = r.covers_agent and o.covers_stream = r.covers_stream and o.state = 'pending' and o.covers_from < r.covers_from)`
const forgotten = sql(FORGOTTEN)
const forgetParts = sql('delete from reservation_part where reservation = :id')
const forget = sql('delete from reservation where id = :id')
const callers = sql(`select distinct r.covers_agent as agent, r.covers_session as session from reservation_part p join reservation r on r.id = p.reservation
  where p.budget = :budget and r.covers_session <> '' and r.covers_stream <> '*'`)
const ofBudget = sql(`select ${COLUMNS} from reservation r where exists (select 1 from reservation_part p where p.reservation = r.id and p.budget = :budget)
  order by created_at desc, id limit :most`)

export class SqlReservations implements ReservationStore {
  readonly #alone: boolean
  /** SQLite has one writer; PostgreSQL is told which rows are about to change. */
  constructor(engine: Database['engine']) { this.#alone = engine === 'postgres' }

  *add(reservation: ReservationCore): Work<boolean> {
    const { id, amount, budgets, owner, scope, model, covers, createdAt, expiresAt, ttlMs, body } = reservation
    const made = yield* changes(add, {
      id, amount, budgets: JSON.stringify(budgets), owner: ownerRow(owner), node: scope.node, agent: scope.agent, account: scope.account, project: scope.project, branch: scope.branch, session: scope.session,
      model, coversAgent: covers?.agent ?? '', coversSession: covers?.session ?? '', coversStream: covers?.stream ?? WHOLE_SESSION, coversFrom: covers?.from ?? null, coversResponses: covers?.responses ?? null,
      createdAt, expiresAt, ttlMs, body,
    })
    if (made === 0) return false
    for (const part of reservation.parts) yield* rows(addPart, { id, ...part })
    return true
  }

  *get(id: string): Work<Reservation | null> {
    const found = yield* row(byId, { id })
    return found ? yield* this.#whole(found) : null
  }

  *take(id: string): Work<Reservation | null> {
    const found = yield* row(this.#alone ? byIdAlone : byId, { id })
    return found ? yield* this.#whole(found) : null
  }

  *end(id: string, state: Exclude<ReservationState, { state: 'pending' }>): Work<void> {
    yield* rows(end, { id, state: state.state, at: state.at, actual: state.state === 'settled' ? state.actual : null, late: state.state === 'settled' && state.late ? 1 : 0 })
  }

  *prove(id: string, proven: NanoUsd, responses: number): Work<void> { yield* rows(prove, { id, proven, responses }) }
  *extend(id: string, expiresAt: Instant): Work<void> { yield* rows(extend, { id, expiresAt }) }
  *addPart(id: string, part: Part): Work<boolean> { return (yield* changes(addPart, { id, ...part })) > 0 }
  *pending(): Work<readonly Reservation[]> { return yield* this.#wholes(yield* rows(pending)) }
  *overdue(now: Instant, limit: number): Work<readonly Reservation[]> { return yield* this.#wholes(yield* rows(overdue, { now, most: limit })) }
  *covering(agent: string, session: string): Work<readonly Reservation[]> { return yield* this.#wholes(yield* rows(this.#alone ? coveringAlone : covering, { agent, session })) }
  *ofBudget(budget: string, limit: number): Work<readonly Reservation[]> { return yield* this.#wholes(yield* rows(ofBudget, { budget, most: limit })) }

  *nextCover({ id, covers }: Reservation): Work<Instant | null> {
    if (!covers) return null
    const at = maybeInt((yield* row(nextCover, { id, agent: covers.agent, session: covers.session, stream: covers.stream, from: covers.from }))?.at)
    return at === null ? null : instant(at)
  }

  *nextCall({ covers }: Reservation): Work<Reservation | null> {
    const found = covers && (yield* row(nextCall, { agent: covers.agent, session: covers.session, stream: covers.stream, from: covers.from }))
    return found ? yield* this.#whole(found) : null
  }

  *hasStream(agent: string, session: string, stream: string): Work<boolean> { return (yield* row(hasStream, { agent, session, stream })) !== undefined }
  *nameStream(ids: readonly string[], stream: string): Work<void> { for (const id of ids) yield* rows(nameStream, { id, stream }) }

  *forgetCalls(agent: string, session: string): Work<void> {
    for (const { id } of yield* rows(forgotten, { agent, session })) {
      yield* rows(forgetParts, { id: text(id) })
      yield* rows(forget, { id: text(id) })
    }
  }

  *callers(budget: string): Work<readonly { agent: string; session: string }[]> {
    return (yield* rows(callers, { budget })).map(each => ({ agent: text(each.agent), session: text(each.session) }))
  }

  *watched(): Work<readonly { agent: string; session: string }[]> {
    return (yield* rows(watched)).map(each => ({ agent: text(each.agent), session: text(each.session) }))
  }

  *#wholes(found: readonly Row[]): Work<readonly Reservation[]> {
    const all: Reservation[] = []
    for (const each of found) all.push(yield* this.#whole(each))
    return all
  }

  *#whole(from: Row): Work<Reservation> {
    const own = (yield* rows(parts, { id: text(from.id) })).map((each): Part => ({ budget: text(each.budget), measure: text(each.measure), perValue: text(each.per_value) }))
    return { ...coreFrom(from), parts: own, ...stateFrom(from) }
  }
}

const coreFrom = (from: Row): Omit<ReservationCore, 'parts'> => ({
  id: text(from.id), amount: nanoUsd(big(from.amount)), budgets: JSON.parse(text(from.budgets)) as string[], owner: ownerFrom(text(from.owner)), model: text(from.model), covers: coversFrom(from),
  scope: { node: text(from.node), agent: text(from.agent), account: text(from.account), project: text(from.project), branch: text(from.branch), session: text(from.session), subagent: '' },
  proven: nanoUsd(big(from.proven)), responses: int(from.responses), createdAt: instant(int(from.created_at)), expiresAt: instant(int(from.expires_at)),
  ttlMs: int(from.ttl_ms), body: text(from.body),
})

const coversFrom = (from: Row): Covers | null => (text(from.covers_session) === '' ? null
  : { agent: text(from.covers_agent), session: text(from.covers_session), stream: text(from.covers_stream), from: instant(int(from.covers_from)), responses: maybeInt(from.covers_responses) })

function stateFrom(from: Row): ReservationState {
  const at = instant(int(from.ended_at))
  switch (text(from.state)) {
    case 'settled': return { state: 'settled', actual: nanoUsd(big(from.actual)), at, late: int(from.late) !== 0 }
    case 'released': return { state: 'released', at }
    case 'expired': return { state: 'expired', at }
    default: return { state: 'pending' }
  }
}

const ownerRow = (owner: Owner): string => (owner.kind === 'none' ? '' : JSON.stringify(owner))
const ownerFrom = (from: string): Owner => (from === '' ? NOBODY : (JSON.parse(from) as Owner))
