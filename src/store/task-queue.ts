// Queued tasks and their attempts. Nothing of a task's text is here.
import type { AttemptEnd, QueueStore } from '../core/tasks/task-store.ts'
import { attemptOf, type Attempt, type Outcome, type Task, type TaskState } from '../core/tasks/task.ts'
import { big, changes, int, maybeInt, row, rows, sql, text, type Row, type Work } from '../core/ledger/work.ts'
import type { ProcessIdentity } from '../core/machine/process-table.ts'
import { nanoUsd } from '../core/money.ts'
import { instant, type Instant } from '../core/time.ts'

const TASK = 'id, node, label, agent, folder, project, account, mode, model, priority, budget, claims, attempts_max, timeout_ms, verified, keep_output, created_at, attempts, state, attempt, state_at, because'
const ATTEMPT = 'id, task, seat, pid, start_time, session, account, started_at, let_go_at, ended_at, exit_code, outcome, because, cost'
const add = sql(`insert into task (${TASK}) values (:id, :node, :label, :agent, :folder, :project, :account, :mode, :model, :priority, :budget, :claims, :attemptsMax, :timeoutMs, :verified, :keepOutput, :createdAt, :attempts, :state, :attempt, :stateAt, :because)`)
const get = sql(`select ${TASK} from task where id = :id`)
const open = sql(`select ${TASK} from task where node = :node and state not in ('done', 'dead', 'cancelled') order by priority desc, created_at, id`)
const recent = sql(`select ${TASK} from task where node = :node order by created_at desc, id limit :most`)
const move = sql(`update task set state = :state, attempt = :attempt, state_at = :stateAt, because = :because, attempts = :attempts
  where id = :id and state = :fromState and attempt = :fromAttempt and attempts = :fromAttempts`)
const begin = sql(`insert into task_attempt (${ATTEMPT}) values (:id, :task, :seat, null, null, :session, :account, :startedAt, null, null, null, '', '', null)`)
const seat = sql('update task_attempt set seat = :seat, pid = :pid, start_time = :startTime where id = :attempt')
const letGo = sql('update task_attempt set let_go_at = :at where id = :attempt and let_go_at is null')
const end = sql('update task_attempt set ended_at = :at, exit_code = :exitCode, outcome = :outcome, because = :because, cost = :cost where id = :attempt and ended_at is null')
const judge = sql('update task_attempt set outcome = :outcome, because = :because where id = :attempt')
const undo = sql('delete from task_attempt where id = :id and let_go_at is null')
const underWay = sql(`select ${ATTEMPT.split(', ').map(column => `task_attempt.${column}`).join(', ')} from task_attempt join task on task.id = task_attempt.task where task.node = :node and task_attempt.ended_at is null order by task_attempt.started_at`)
const attempt = sql(`select ${ATTEMPT} from task_attempt where id = :id`)
const attempts = sql(`select ${ATTEMPT} from task_attempt where task = :task order by started_at, id`)

export class SqlTaskQueue implements QueueStore {
  *add({ now, claims, verified, keepOutput, ...task }: Task): Work<void> {
    yield* rows(add, { ...task, ...columnsOf(now), claims: JSON.stringify(claims), verified: Number(verified), keepOutput: Number(keepOutput) })
  }

  *get(id: string): Work<Task | null> {
    const found = yield* row(get, { id })
    return found ? taskFrom(found) : null
  }

  *open(node: string): Work<readonly Task[]> { return (yield* rows(open, { node })).map(taskFrom) }
  *recent(node: string, limit: number): Work<readonly Task[]> { return (yield* rows(recent, { node, most: limit })).map(taskFrom) }

  *move(from: Pick<Task, 'id' | 'now' | 'attempts'>, to: Pick<Task, 'now' | 'attempts'>): Work<boolean> {
    return (yield* changes(move, { id: from.id, fromState: from.now.state, fromAttempt: attemptOf(from) ?? '', fromAttempts: from.attempts, ...columnsOf(to.now), attempts: to.attempts })) > 0
  }

  *begin({ id, task, seat: stamp, session, account, startedAt }: Attempt): Work<void> { yield* rows(begin, { id, task, seat: stamp, session, account, startedAt }) }
  *undo(id: string): Work<void> { yield* rows(undo, { id }) }
  *underWay(node: string): Work<readonly Attempt[]> { return (yield* rows(underWay, { node })).map(attemptFrom) }
  *seat(id: string, stamp: string, process: ProcessIdentity | null): Work<void> { yield* rows(seat, { attempt: id, seat: stamp, pid: process?.pid ?? null, startTime: process?.startTime ?? null }) }
  *letGo(id: string, at: Instant): Work<void> { yield* rows(letGo, { attempt: id, at }) }
  *end(id: string, { at, exitCode, outcome, because, cost }: AttemptEnd): Work<void> { yield* rows(end, { attempt: id, at, exitCode, outcome, because, cost }) }
  *judge(id: string, outcome: Outcome, because: string): Work<void> { yield* rows(judge, { attempt: id, outcome, because }) }

  *attempt(id: string): Work<Attempt | null> {
    const found = yield* row(attempt, { id })
    return found ? attemptFrom(found) : null
  }

  *attempts(task: string): Work<readonly Attempt[]> { return (yield* rows(attempts, { task })).map(attemptFrom) }
}

function columnsOf(now: TaskState): { readonly state: string; readonly attempt: string; readonly stateAt: Instant | null; readonly because: string } {
  switch (now.state) {
    case 'queued': return { state: now.state, attempt: '', stateAt: now.notBefore, because: now.because }
    case 'starting': case 'running': case 'verifying': return { state: now.state, attempt: now.attempt, stateAt: null, because: '' }
    case 'parked': return { state: now.state, attempt: '', stateAt: now.until, because: now.because }
    case 'done': case 'dead': case 'cancelled': return { state: now.state, attempt: '', stateAt: now.at, because: now.because }
  }
}

function stateFrom(from: Row): TaskState {
  const state = text(from.state) as TaskState['state'], because = text(from.because), at = maybeInt(from.state_at)
  switch (state) {
    case 'queued': return { state, notBefore: at === null ? null : instant(at), because }
    case 'starting': case 'running': case 'verifying': return { state, attempt: text(from.attempt) }
    case 'parked': return { state, until: instant(at ?? 0), because }
    case 'done': case 'dead': case 'cancelled': return { state, at: instant(at ?? 0), because }
  }
}

const taskFrom = (from: Row): Task => ({
  id: text(from.id), node: text(from.node), label: text(from.label), agent: text(from.agent), folder: text(from.folder), project: text(from.project), account: text(from.account),
  mode: text(from.mode), model: text(from.model), priority: int(from.priority), budget: nanoUsd(big(from.budget)), claims: JSON.parse(text(from.claims)) as string[],
  attemptsMax: int(from.attempts_max), timeoutMs: int(from.timeout_ms), verified: int(from.verified) === 1, keepOutput: int(from.keep_output) === 1,
  createdAt: instant(int(from.created_at)), attempts: int(from.attempts), now: stateFrom(from),
})

function attemptFrom(from: Row): Attempt {
  const pid = maybeInt(from.pid), at = (value: Row[string] | undefined): Instant | null => (value === null || value === undefined ? null : instant(int(value)))
  return {
    id: text(from.id), task: text(from.task), seat: text(from.seat), process: pid === null ? null : { pid, startTime: text(from.start_time) }, session: text(from.session), account: text(from.account),
    startedAt: instant(int(from.started_at)), letGoAt: at(from.let_go_at), endedAt: at(from.ended_at), exitCode: maybeInt(from.exit_code),
    outcome: text(from.outcome) === '' ? null : (text(from.outcome) as Outcome), because: text(from.because), cost: from.cost === null || from.cost === undefined ? null : nanoUsd(big(from.cost)),
  }
}
