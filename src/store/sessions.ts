// Sessions, one row each. Times only grow; process identity is written by proof alone.
import { changes, int, maybeInt, maybeText, row, rows, sql, text, type Row, type Work } from '../core/ledger/work.ts'
import { identityText } from '../core/machine/process-table.ts'
import type { KnownSession, SessionProof, SessionStore } from '../core/sessions/session-store.ts'
import { instant, type Instant } from '../core/time.ts'

const COLUMNS = 'agent, id, account, project, branch, cwd, pid, start_time, proof, transcript, model, generation, started_at, seen_at, ended_at'
const seen = sql(`insert into session (${COLUMNS})
  values (:agent, :id, :account, :project, :branch, :cwd, null, null, 'log', :transcript, :model, 0, :at, :at, null)
  on conflict (agent, id) do update set account = excluded.account, project = excluded.project, branch = excluded.branch, cwd = excluded.cwd,
  transcript = excluded.transcript, model = excluded.model,
  started_at = case when excluded.started_at < session.started_at then excluded.started_at else session.started_at end,
  seen_at = excluded.seen_at where excluded.seen_at >= session.seen_at`)
const bind = sql(`insert into session (${COLUMNS}, last_process)
  values (:agent, :id, '', :project, '', :cwd, :pid, :startTime, :proof, :transcript, '', 1, :at, :at, null, :process)
  on conflict (agent, id) do update set
  generation = session.generation + case when session.last_process = excluded.last_process then 0 else 1 end, last_process = excluded.last_process,
  pid = excluded.pid, start_time = excluded.start_time, resuming_at = null, proof = excluded.proof, ended_at = null,
  cwd = case when excluded.cwd = '' then session.cwd else excluded.cwd end,
  project = case when excluded.project = '' then session.project else excluded.project end,
  transcript = case when excluded.transcript = '' then session.transcript else excluded.transcript end,
  seen_at = case when excluded.seen_at > session.seen_at then excluded.seen_at else session.seen_at end`)
const end = sql('update session set ended_at = :at, pid = null, start_time = null where agent = :agent and id = :id')
const takeUp = sql('update session set resuming_at = :at where agent = :agent and id = :id and (resuming_at is null or resuming_at <= :lapsed)')
const get = sql(`select ${COLUMNS} from session where agent = :agent and id = :id`)
const recent = sql(`select ${COLUMNS} from session where seen_at >= :since order by seen_at desc, id limit :most`)

export class SqlSessions implements SessionStore {
  *seenInLog(session: Parameters<SessionStore['seenInLog']>[0], at: Instant): Work<void> { yield* rows(seen, { ...session, at }) }
  *bind(session: Parameters<SessionStore['bind']>[0], at: Instant): Work<void> { yield* rows(bind, { ...session, process: identityText(session), at }) }
  *end(agent: string, id: string, at: Instant): Work<void> { yield* rows(end, { agent, id, at }) }

  *takeUp(agent: string, id: string, at: Instant, forMs: number): Work<boolean> { return (yield* changes(takeUp, { agent, id, at, lapsed: at - forMs })) > 0 }

  *get(agent: string, id: string): Work<KnownSession | null> {
    const found = yield* row(get, { agent, id })
    return found ? sessionFrom(found) : null
  }

  *recent(since: Instant, limit: number): Work<readonly KnownSession[]> {
    return (yield* rows(recent, { since, most: limit })).map(sessionFrom)
  }
}

function sessionFrom(from: Row): KnownSession {
  const ended = maybeInt(from.ended_at)
  return {
    agent: text(from.agent), id: text(from.id), account: text(from.account), project: text(from.project), branch: text(from.branch),
    cwd: text(from.cwd), pid: maybeInt(from.pid), startTime: maybeText(from.start_time), proof: text(from.proof) as SessionProof,
    transcript: text(from.transcript), model: text(from.model), generation: int(from.generation), startedAt: instant(int(from.started_at)), seenAt: instant(int(from.seen_at)),
    endedAt: ended === null ? null : instant(ended),
  }
}
