// Moves of work between accounts: one row each, one for each of its sessions, one for each thing done. Bodies are JSON that
// only this file reads and writes; nothing is ever asked of what is in them.
import type { ReturnIntent } from '../core/failover/failback.ts'
import type { FailoverStore, StoredStep } from '../core/failover/failover-store.ts'
import type { Departure } from '../core/failover/guards.ts'
import type { Move, MoveState, Saga, SagaBody, SagaState } from '../core/failover/saga.ts'
import { changes, int, maybeInt, row, rows, sql, text, type Row, type Work } from '../core/ledger/work.ts'
import { instant, type Instant } from '../core/time.ts'

const COLUMNS = 'id, agent, from_account, to_account, episode, state, created_at, updated_at, ended_at, body'
const add = sql(`insert into failover (node, ${COLUMNS}) values (:node, :id, :agent, :from, :to, :episode, :state, :createdAt, :updatedAt, :endedAt, :body) on conflict do nothing`)
const update = sql('update failover set to_account = :to, state = :state, updated_at = :updatedAt, ended_at = :endedAt, body = :body where id = :id')
const get = sql(`select ${COLUMNS} from failover where node = :node and id = :id`)
const active = sql(`select ${COLUMNS} from failover where node = :node and ended_at is null order by created_at, id`)
const recent = sql(`select ${COLUMNS} from failover where node = :node order by created_at desc, id desc limit :limit`)
const byEpisode = sql('select id from failover where node = :node and episode = :episode')
const left = sql(`select ${COLUMNS} from failover where node = :node and agent = :agent and state = 'committed' order by ended_at desc, id desc limit :limit`)
const saveMove = sql(`insert into failover_session (failover, session, state, updated_at, body) values (:failover, :session, :state, :at, :body)
  on conflict (failover, session) do update set state = excluded.state, updated_at = excluded.updated_at, body = excluded.body`)
const moves = sql('select session, state, body from failover_session where failover = :failover order by session')
const beginStep = sql(`insert into failover_step (failover, seq, kind, session, started_at, ended_at, outcome)
  select :failover, coalesce(max(seq), 0) + 1, :kind, :session, :at, null, '' from failover_step where failover = :failover returning seq`)
const endStep = sql('update failover_step set ended_at = :at, outcome = :outcome where failover = :failover and seq = :seq and ended_at is null')
const steps = sql('select seq, kind, session, started_at, ended_at, outcome from failover_step where failover = :failover order by seq')
const RETURN = 'agent, failover, from_account, to_account, generation, due_at, made_at'
const returnOf = sql(`select ${RETURN} from failback where node = :node and agent = :agent`)
const returns = sql(`select ${RETURN} from failback where node = :node order by agent`)
const saveReturn = sql(`insert into failback (node, ${RETURN}) values (:node, :agent, :failover, :from, :to, :generation, :dueAt, :madeAt)
  on conflict (node, agent) do update set failover = excluded.failover, from_account = excluded.from_account, to_account = excluded.to_account, generation = excluded.generation,
  due_at = excluded.due_at, made_at = excluded.made_at`)
const dropReturn = sql('delete from failback where node = :node and agent = :agent and failover = :failover')

export class SqlFailover implements FailoverStore {
  *admit(node: string, saga: Saga): Work<boolean> {
    if ((yield* changes(add, { node, ...columnsOf(saga), agent: saga.agent, from: saga.from, episode: saga.episode, createdAt: saga.createdAt })) === 0) return false
    yield* this.saveMoves(saga)
    return true
  }

  *get(node: string, id: string): Work<Saga | null> {
    const found = yield* row(get, { node, id })
    return found ? yield* this.sagaFrom(found) : null
  }

  *active(node: string): Work<readonly Saga[]> { return yield* this.sagasFrom(yield* rows(active, { node })) }
  *recent(node: string, limit: number): Work<readonly Saga[]> { return yield* this.sagasFrom(yield* rows(recent, { node, limit })) }

  *save(saga: Saga): Work<void> {
    yield* rows(update, columnsOf(saga))
    yield* this.saveMoves(saga)
  }

  *hadEpisode(node: string, episode: string): Work<boolean> { return (yield* row(byEpisode, { node, episode })) !== undefined }

  *beginStep(failover: string, { kind, session }: Parameters<FailoverStore['beginStep']>[1], at: Instant): Work<number> {
    return int((yield* row(beginStep, { failover, kind, session, at }))?.seq)
  }

  *endStep(failover: string, seq: number, outcome: string, at: Instant): Work<void> { yield* rows(endStep, { failover, seq, outcome, at }) }

  *steps(failover: string): Work<readonly StoredStep[]> {
    return (yield* rows(steps, { failover })).map(from => ({
      seq: int(from.seq), kind: text(from.kind), session: text(from.session), startedAt: instant(int(from.started_at)), endedAt: when(from.ended_at), outcome: text(from.outcome),
    }))
  }

  *departures(node: string, agent: string, limit: number): Work<readonly Departure[]> {
    return (yield* rows(left, { node, agent, limit })).map(from => bodyFrom(from).departure)
  }

  *returnIntent(node: string, agent: string): Work<ReturnIntent | null> {
    const found = yield* row(returnOf, { node, agent })
    return found ? returnFrom(found) : null
  }

  *returnIntents(node: string): Work<readonly ReturnIntent[]> { return (yield* rows(returns, { node })).map(returnFrom) }
  *saveReturn(node: string, intent: ReturnIntent): Work<void> { yield* rows(saveReturn, { node, ...intent }) }
  *dropReturn(node: string, { agent, failover }: Pick<ReturnIntent, 'agent' | 'failover'>): Work<boolean> { return (yield* changes(dropReturn, { node, agent, failover })) > 0 }

  private *saveMoves({ id, moves: all, updatedAt }: Saga): Work<void> {
    for (const { session, state, ...body } of all) yield* rows(saveMove, { failover: id, session, state, at: updatedAt, body: JSON.stringify(body) })
  }

  private *sagasFrom(found: readonly Row[]): Work<readonly Saga[]> {
    const sagas: Saga[] = []
    for (const each of found) sagas.push(yield* this.sagaFrom(each))
    return sagas
  }

  private *sagaFrom(from: Row): Work<Saga> {
    const id = text(from.id)
    const own = (yield* rows(moves, { failover: id })).map((each): Move => ({ ...(JSON.parse(text(each.body)) as Omit<Move, 'session' | 'state'>), session: text(each.session), state: text(each.state) as MoveState }))
    return {
      id, agent: text(from.agent), from: text(from.from_account), to: text(from.to_account), episode: text(from.episode), state: text(from.state) as SagaState,
      createdAt: instant(int(from.created_at)), updatedAt: instant(int(from.updated_at)), endedAt: when(from.ended_at), body: bodyFrom(from), moves: own,
    }
  }
}

const columnsOf = ({ id, to, state, updatedAt, endedAt, body }: Saga) => ({ id, to, state, updatedAt, endedAt, body: JSON.stringify(body) })
const bodyFrom = (from: Row): SagaBody => JSON.parse(text(from.body)) as SagaBody
const when = (value: Row[string] | undefined): Instant | null => { const at = maybeInt(value); return at === null ? null : instant(at) }

const returnFrom = (from: Row): ReturnIntent => ({
  agent: text(from.agent), failover: text(from.failover), from: text(from.from_account), to: text(from.to_account), generation: int(from.generation),
  dueAt: instant(int(from.due_at)), madeAt: instant(int(from.made_at)),
})
