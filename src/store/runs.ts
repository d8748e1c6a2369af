// What `purser run` started, and the sessions that turned out to be it.
import type { Run, RunSession, RunStore } from '../core/launch/run.ts'
import { big, int, maybeInt, row, rows, sql, text, type Row, type Work } from '../core/ledger/work.ts'
import type { ProcessIdentity } from '../core/machine/process-table.ts'
import { nanoUsd } from '../core/money.ts'
import { instant, type Instant } from '../core/time.ts'

const COLUMNS = 'id, node, agent, program, session, account, project, branch, folder, boot, pid, start_time, resumed, budget, started_at, ended_at'
const add = sql(`insert into run (${COLUMNS}) values (:id, :node, :agent, :program, :session, :account, :project, :branch, :folder, :boot, :pid, :startTime, :resumed, :budget, :startedAt, :endedAt)`)
const get = sql(`select ${COLUMNS} from run where id = :id`)
const end = sql('update run set ended_at = coalesce(ended_at, :at), exit_code = coalesce(exit_code, :exitCode) where id = :id')
const open = sql(`select ${COLUMNS} from run where ended_at is null and node = :node order by started_at, id`)
const ofProcess = sql(`select ${COLUMNS} from run where pid = :pid and start_time = :startTime and ended_at is null order by started_at desc limit 1`)
const addSession = sql('insert into run_session (run, agent, session) values (:run, :agent, :session) on conflict (run, agent, session) do nothing returning run')
const sessions = sql('select agent, session from run_session where run = :run order by agent, session')
const ofSession = sql('select run from run_session where agent = :agent and session = :session order by run')
const beside = sql(`select ${COLUMNS} from run where agent = :agent and project = :project and (ended_at is null or ended_at >= :since) order by started_at, id`)

export class SqlRuns implements RunStore {
  *add(run: Run): Work<void> { yield* rows(add, { ...run, resumed: run.resumed ? 1 : 0 }) }

  *get(id: string): Work<Run | null> {
    const found = yield* row(get, { id })
    return found ? runFrom(found) : null
  }

  *end(id: string, at: Instant, exitCode: number | null): Work<void> { yield* rows(end, { id, at, exitCode }) }

  *open(node: string): Work<readonly Run[]> { return (yield* rows(open, { node })).map(runFrom) }

  *ofProcess({ pid, startTime }: ProcessIdentity): Work<Run | null> {
    const found = yield* row(ofProcess, { pid, startTime })
    return found ? runFrom(found) : null
  }

  *addSession(run: string, { agent, session }: RunSession): Work<boolean> { return (yield* row(addSession, { run, agent, session })) !== undefined }

  *sessions(run: string): Work<readonly RunSession[]> {
    return (yield* rows(sessions, { run })).map(each => ({ agent: text(each.agent), session: text(each.session) }))
  }

  *ofSession({ agent, session }: RunSession): Work<readonly string[]> {
    return (yield* rows(ofSession, { agent, session })).map(each => text(each.run))
  }

  *beside(agent: string, project: string, since: Instant): Work<readonly Run[]> {
    return (yield* rows(beside, { agent, project, since })).map(runFrom)
  }
}

function runFrom(from: Row): Run {
  const ended = maybeInt(from.ended_at)
  return {
    id: text(from.id), node: text(from.node), agent: text(from.agent), program: text(from.program), session: text(from.session), account: text(from.account), project: text(from.project),
    branch: text(from.branch), folder: text(from.folder), boot: text(from.boot), pid: int(from.pid), startTime: text(from.start_time), resumed: int(from.resumed) === 1,
    budget: from.budget === null ? null : nanoUsd(big(from.budget)), startedAt: instant(int(from.started_at)), endedAt: ended === null ? null : instant(ended),
  }
}
