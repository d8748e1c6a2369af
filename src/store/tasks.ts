// Task budgets and what goes with budgets at run time: closures, top-ups, notes of what was told, approvals.
import { big, changes, int, maybeInt, row, rows, sql, text, type Row, type Work } from '../core/ledger/work.ts'
import { nanoUsd, type NanoUsd } from '../core/money.ts'
import type { OnBreach } from '../core/budgets/budget.ts'
import type { Approval, Attachment, NotedSpend, TaskStore, TaskSum, TopUp } from '../core/reservations/reservation-store.ts'
import type { SaidScope } from '../core/reservations/request.ts'
import type { TaskBudget } from '../core/reservations/task-budget.ts'
import { instant, type Instant } from '../core/time.ts'

const TASK = 't.id, t.amount, t.parent, t.scope, t.hard, t.on_breach, t.thresholds, t.progress, t.created_at, t.updated_at, t.body, c.at as closed_at'
const add = sql(`insert into task_budget (id, amount, parent, scope, hard, on_breach, thresholds, progress, created_at, updated_at, body)
  values (:id, :limit, :parent, :scope, :hard, :onBreach, :thresholds, :progress, :createdAt, :updatedAt, :body) on conflict (id) do nothing`)
const byId = sql(`select ${TASK} from task_budget t left join closure c on c.budget = t.id where t.id = :id`)
const all = sql(`select ${TASK} from task_budget t left join closure c on c.budget = t.id order by t.created_at, t.id`)
const open = sql(`select ${TASK} from task_budget t left join closure c on c.budget = t.id where c.at is null order by t.created_at, t.id`)
const setLimit = sql('update task_budget set amount = :limit, updated_at = :at where id = :id')
const setProgress = sql('update task_budget set progress = :ppm, updated_at = :at where id = :id')
const attach = sql('insert into task_session (task, agent, session, since) values (:task, :agent, :session, :from) on conflict (task, agent, session) do nothing')
const attachments = sql("select task, agent, session, since from task_session where session = :session and (agent = :agent or agent = '') order by task")
const attachmentsOf = sql('select task, agent, session, since from task_session where task = :task order by agent, session')
// Whatever is part of it counts too. An entry of a session that works for two of the family, or one that was also told, counts once.
const spent = sql(`with recursive family (id) as (select id from task_budget where id = :task union select t.id from task_budget t join family f on t.parent = f.id)
  select count(*) as entries, min(e.at) as first, cast(coalesce(sum(e.cost), 0) as bigint) as spent, cast(coalesce(sum(case when e.estimated <> 0 then e.cost end), 0) as bigint) as estimated,
    cast(coalesce(sum(e.unpriced), 0) as bigint) as unpriced, cast(coalesce(sum(e.partial), 0) as bigint) as partial, cast(coalesce(sum(e.responses), 0) as bigint) as responses
  from entry e join scope s on s.id = e.scope where e.at >= :since and (
    exists (select 1 from task_session a where a.session = s.session and (a.agent = '' or a.agent = s.agent) and a.since <= e.at and a.task in (select id from family))
    or exists (select 1 from spend_note n where n.entry = e.key and n.budget in (select id from family)))`)
const closures = sql('select budget, at from closure')
const close = sql('insert into closure (budget, at) values (:budget, :at) on conflict (budget) do nothing')
const reopen = sql('delete from closure where budget = :budget')
const addTopUp = sql('insert into top_up (id, budget, amount, reason, at) values (:id, :budget, :amount, :reason, :at) on conflict (id) do nothing')
const topUp = sql('select id, budget, amount, reason, at from top_up where id = :id')
const NOTE = 'id, budget, entry, amount, peer, tool, reason, at, late, body'
const note = sql(`insert into spend_note (${NOTE}) values (:id, :budget, :key, :amount, :peer, :tool, :reason, :at, :late, :body) on conflict (id, budget) do nothing`)
const notes = sql(`select ${NOTE} from spend_note where id = :id order by budget`)
const notesOf = sql(`select ${NOTE} from spend_note where budget = :budget order by at desc, id limit :most`)
const APPROVAL = 'id, reservation, body, amount, because, asked_at, expires_at, approved, decided_by, decided_at'
const askApproval = sql(`insert into approval (${APPROVAL}) values (:id, :reservation, :body, :amount, :because, :askedAt, :expiresAt, null, '', null) on conflict (id) do nothing`)
const approval = sql(`select ${APPROVAL} from approval where id = :id`)
const decide = sql('update approval set approved = :approved, decided_by = :by, decided_at = :at where id = :id and approved is null')
const approvals = sql(`select ${APPROVAL} from approval where approved is null and expires_at > :now order by asked_at, id`)

export class SqlTasks implements TaskStore {
  *add({ scope, hard, thresholds, progressPpm, closedAt: _open, ...task }: TaskBudget): Work<boolean> {
    return (yield* changes(add, { ...task, scope: JSON.stringify(scope), hard: hard ? 1 : 0, thresholds: JSON.stringify(thresholds), progress: progressPpm })) > 0
  }
  *get(id: string): Work<TaskBudget | null> {
    const found = yield* row(byId, { id })
    return found ? taskFrom(found) : null
  }
  *all(): Work<readonly TaskBudget[]> { return (yield* rows(all)).map(taskFrom) }
  *open(): Work<readonly TaskBudget[]> { return (yield* rows(open)).map(taskFrom) }
  *setLimit(id: string, limit: NanoUsd, at: Instant): Work<void> { yield* rows(setLimit, { id, limit, at }) }
  *setProgress(id: string, ppm: number, at: Instant): Work<void> { yield* rows(setProgress, { id, ppm, at }) }

  *attach(attachment: Attachment): Work<boolean> { return (yield* changes(attach, { ...attachment })) > 0 }
  *attachments(agent: string, session: string): Work<readonly Attachment[]> { return (yield* rows(attachments, { agent, session })).map(attachmentFrom) }
  *attachmentsOf(task: string): Work<readonly Attachment[]> { return (yield* rows(attachmentsOf, { task })).map(attachmentFrom) }

  *spent(task: string, since: Instant): Work<TaskSum> {
    const found = yield* row(spent, { task, since })
    return { entries: int(found?.entries), first: maybeAt(found?.first), spent: big(found?.spent), estimated: big(found?.estimated), unpriced: int(found?.unpriced), partial: int(found?.partial), responses: int(found?.responses) }
  }

  *closures(): Work<ReadonlyMap<string, Instant>> { return new Map((yield* rows(closures)).map(each => [text(each.budget), instant(int(each.at))])) }
  *close(budget: string, at: Instant): Work<boolean> { return (yield* changes(close, { budget, at })) > 0 }
  *reopen(budget: string): Work<boolean> { return (yield* changes(reopen, { budget })) > 0 }

  *addTopUp(given: TopUp): Work<boolean> { return (yield* changes(addTopUp, { ...given })) > 0 }
  *topUp(id: string): Work<TopUp | null> {
    const found = yield* row(topUp, { id })
    return found ? { id: text(found.id), budget: text(found.budget), amount: nanoUsd(big(found.amount)), reason: text(found.reason), at: instant(int(found.at)) } : null
  }

  *note({ late, ...given }: NotedSpend): Work<boolean> { return (yield* changes(note, { ...given, late: late ? 1 : 0 })) > 0 }
  *notes(id: string): Work<readonly NotedSpend[]> { return (yield* rows(notes, { id })).map(noteFrom) }
  *notesOf(budget: string, limit: number): Work<readonly NotedSpend[]> { return (yield* rows(notesOf, { budget, most: limit })).map(noteFrom) }

  *askApproval({ decided: _open, ...asked }: Approval): Work<void> { yield* rows(askApproval, { ...asked }) }
  *approval(id: string): Work<Approval | null> {
    const found = yield* row(approval, { id })
    return found ? approvalFrom(found) : null
  }
  *decide(id: string, { approved, by, at }: { approved: boolean; by: string; at: Instant }): Work<boolean> { return (yield* changes(decide, { id, approved: approved ? 1 : 0, by, at })) > 0 }
  *approvals(now: Instant): Work<readonly Approval[]> { return (yield* rows(approvals, { now })).map(approvalFrom) }
}

const taskFrom = (from: Row): TaskBudget => ({
  id: text(from.id), limit: nanoUsd(big(from.amount)), parent: text(from.parent), scope: JSON.parse(text(from.scope)) as SaidScope, hard: int(from.hard) !== 0,
  onBreach: text(from.on_breach) as OnBreach, thresholds: JSON.parse(text(from.thresholds)) as number[], progressPpm: maybeInt(from.progress),
  createdAt: instant(int(from.created_at)), updatedAt: instant(int(from.updated_at)), closedAt: maybeAt(from.closed_at), body: text(from.body),
})
const attachmentFrom = (from: Row): Attachment => ({ task: text(from.task), agent: text(from.agent), session: text(from.session), from: instant(int(from.since)) })
const noteFrom = (from: Row): NotedSpend => ({
  id: text(from.id), key: text(from.entry), budget: text(from.budget), amount: nanoUsd(big(from.amount)), peer: text(from.peer), tool: text(from.tool),
  reason: text(from.reason), at: instant(int(from.at)), late: int(from.late) !== 0, body: text(from.body),
})
function approvalFrom(from: Row): Approval {
  const at = maybeInt(from.decided_at)
  return {
    id: text(from.id), reservation: text(from.reservation), body: text(from.body), amount: nanoUsd(big(from.amount)), because: text(from.because),
    askedAt: instant(int(from.asked_at)), expiresAt: instant(int(from.expires_at)),
    decided: at === null ? null : { approved: int(from.approved) !== 0, by: text(from.decided_by), at: instant(at) },
  }
}
const maybeAt = (from: Row[string] | undefined): Instant | null => { const at = maybeInt(from); return at === null ? null : instant(at) }
