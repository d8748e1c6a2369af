// What the logs prove of what was reserved, inside the transaction that posts their entries: money is never held and spent
// at once. And what a session's spending means to the task budgets it works for.
import type { Budget } from '../core/budgets/budget.ts'
import { addedUp, type Balance, type BalanceDelta } from '../core/ledger/balance-store.ts'
import type { EntryDraft } from '../core/ledger/posting.ts'
import type { Work } from '../core/ledger/work.ts'
import { nanoUsd } from '../core/money.ts'
import { held, NEW_SUBAGENT, WHOLE_SESSION, type Reservation } from '../core/reservations/reservation.ts'
import type { Attachment } from '../core/reservations/reservation-store.ts'
import { asBudget, DEPTH_MAX, taskMeasure, type TaskBudget } from '../core/reservations/task-budget.ts'
import type { Stores } from '../core/stores.ts'
import { instant, type Instant } from '../core/time.ts'

type World = { readonly stores: Stores }
/** As any budget's balance that was touched. */
export interface TouchedTask { readonly budget: Budget; readonly balance: Balance }

/**
 * Adds entries to the task budgets and reservations of their sessions. `toldOn` null: a log shows them. Else somebody told
 * of them, on these task budgets: a session's log has yet to show what was reserved for it, so they prove nothing.
 */
export function* proveFromLog(world: World, posted: readonly EntryDraft[], { now, toldOn }: { readonly now: Instant; readonly toldOn: readonly TaskBudget[] | null }): Work<readonly TouchedTask[]> {
  if (posted.length === 0) return []
  if (toldOn !== null) return yield* spendOnTasks(world, posted, toldOn)
  const touched: TouchedTask[] = []
  for (const entries of yield* ofWatchedSessions(world, posted)) {
    const { agent, session } = (entries[0] as EntryDraft).scope
    yield* nameSubagents(world.stores, entries)
    for (const reservation of yield* world.stores.reservations.covering(agent, session)) yield* prove(world, reservation, entries, now)
    touched.push(...(yield* spendOnTasks(world, entries, [])))
  }
  return touched
}

/** One statement for a whole batch where nobody waits for anything, which is the rule. */
function* ofWatchedSessions({ stores }: World, posted: readonly EntryDraft[]): Work<readonly (readonly EntryDraft[])[]> {
  const sessions = new Set((yield* stores.reservations.watched()).map(({ agent, session }) => `${agent}\u001f${session}`))
  const found = new Map<string, EntryDraft[]>()
  if (sessions.size === 0) return []
  for (const entry of posted) {
    const { agent, session } = entry.scope, name = `${agent}\u001f${session}`
    if (session === '' || !(sessions.has(name) || sessions.has(`\u001f${session}`))) continue
    const own = found.get(name)
    if (own) own.push(entry)
    else found.set(name, [entry])
  }
  return [...found.values()]
}

/**
 * An open-ended cover is proven by all its session spends. Of those that wait for a number of responses only the newest that
 * had begun by then is: a request that was killed never shows in a log, and the next one's response must not stand for it.
 */
function* prove({ stores }: World, reservation: Reservation, entries: readonly EntryDraft[], now: Instant): Work<void> {
  const { covers } = reservation
  if (!covers) return
  const until = covers.responses === null ? null : yield* stores.reservations.nextCover(reservation)
  const own = entries.filter(entry => isOf(covers.stream, entry) && entry.at >= covers.from && (until === null || entry.at < until))
  if (own.length === 0) return
  const proven = nanoUsd(own.reduce((sum, { cost }) => sum + (cost ?? 0n), reservation.proven as bigint))
  // Whole and priced, in the main conversation: what lacks either has not shown yet what it cost.
  const responses = own.reduce((sum, entry) => (entry.sidechain && covers.stream === WHOLE_SESSION ? sum : sum + entry.responses - entry.partial - entry.unpriced), reservation.responses)
  yield* stores.reservations.prove(reservation.id, proven, responses)
  const settled = covers.responses !== null && responses >= covers.responses
  yield* changeHeld(stores, reservation, settled ? 0n : held({ ...reservation, proven }))
  if (settled) yield* stores.reservations.end(reservation.id, { state: 'settled', actual: proven, at: now, late: false })
}

/** What a client's meter found beyond its log (`unlogged`) was paid for requests that no hook saw: it is no call's answer. */
function isOf(stream: string, { kind, sidechain, scope }: EntryDraft): boolean {
  if (stream === WHOLE_SESSION) return true
  return kind !== 'unlogged' && kind !== 'counter' && (stream === '' ? !sidechain && scope.subagent === '' : scope.subagent === stream)
}

function* nameSubagents(stores: Stores, entries: readonly EntryDraft[]): Work<void> {
  const { agent, session } = (entries[0] as EntryDraft).scope
  const first = new Map<string, Instant>()
  for (const { at, scope: { subagent } } of entries) if (subagent !== '' && at < (first.get(subagent) ?? Infinity)) first.set(subagent, at)
  for (const [subagent, at] of first) yield* nameSubagent(stores, { agent, session, subagent, at })
}

/** A subagent is heard of, by its log or its hook: the call that has waited longest for a new one is its own, if it never had any. */
export function* nameSubagent({ reservations }: Stores, { agent, session, subagent, at }: { readonly agent: string; readonly session: string; readonly subagent: string; readonly at: Instant }): Work<void> {
  const waiting = (yield* reservations.covering(agent, session)).filter(({ covers }) => covers?.stream === NEW_SUBAGENT && covers.from <= at)
  const [longest] = waiting
  if (!longest || (yield* reservations.hasStream(agent, session, subagent))) return
  // One call may be several reservations: one for each way of measuring it.
  yield* reservations.nameStream(waiting.filter(({ body }) => body === longest.body).map(({ id }) => id), subagent)
}

/** Brings what its budgets hold of a pending reservation to this. */
export function* changeHeld(stores: Stores, reservation: Reservation, to: bigint): Work<void> {
  const by = to - held(reservation)
  if (by === 0n) return
  yield* stores.holds.lock(reservation.parts)
  for (const part of reservation.parts) yield* stores.holds.change(part, by)
}

/**
 * Adds entries to every task budget that they count for: those their session works for, those they were told on
 * (`toldOn`), and all that these are part of; each once.
 */
function* spendOnTasks(world: World, entries: readonly EntryDraft[], toldOn: readonly TaskBudget[]): Work<readonly TouchedTask[]> {
  const deltas = new Map<string, { readonly task: TaskBudget; delta: BalanceDelta }>()
  for (const entry of entries) {
    for (const task of yield* tasksOf(world, entry, toldOn)) {
      const found = deltas.get(task.id) ?? { task, delta: NOTHING }
      deltas.set(task.id, { task, delta: addedUp(found.delta, entry) })
    }
  }
  const touched: TouchedTask[] = []
  for (const { task, delta } of deltas.values()) touched.push(yield* addToTask(world, task, delta))
  return touched
}

const NOTHING: BalanceDelta = { spent: 0n, estimated: 0n, unpriced: 0, partial: 0, responses: 0 }

export function* addToTask({ stores }: World, task: TaskBudget, delta: BalanceDelta): Work<TouchedTask> {
  const balance = yield* stores.balances.add({ measure: taskMeasure(task.id), perValue: '', windowStart: instant(0) }, { end: null, through: instant(0) }, delta)
  return { budget: asBudget(task), balance }
}

function* tasksOf(world: World, entry: EntryDraft, toldOn: readonly TaskBudget[]): Work<readonly TaskBudget[]> {
  const { agent, session } = entry.scope
  const working = session === '' ? [] : (yield* world.stores.tasks.attachments(agent, session)).filter(({ from }) => from <= entry.at)
  const all = new Map(toldOn.map(task => [task.id, task]))
  for (const { task: id } of working) {
    const task = yield* world.stores.tasks.get(id)
    if (task) for (const each of yield* familyOf(world, task)) all.set(each.id, each)
  }
  return [...all.values()]
}

/** From now on a session works for these task budgets; what its log showed from `from` on counts at once. */
export function* attach(world: World, { budgets, agent, session, from }: { readonly budgets: readonly string[] } & Omit<Attachment, 'task'>): Work<void> {
  for (const id of budgets) {
    const task = yield* world.stores.tasks.get(id)
    if (!task || !(yield* world.stores.tasks.attach({ task: id, agent, session, from }))) continue
    for (const each of yield* familyOf(world, task)) yield* remeasureTask(world, each)
  }
}

/** Writes a task budget's balance anew, from the entries. */
export function* remeasureTask({ stores }: World, task: TaskBudget): Work<TouchedTask> {
  const { entries: _entries, first: _first, ...spent } = yield* stores.tasks.spent(task.id, instant(0))
  yield* stores.balances.clear(taskMeasure(task.id))
  return yield* addToTask({ stores }, task, spent)
}

/** A task budget and all it is part of, children first. */
export function* familyOf({ stores }: World, task: TaskBudget): Work<readonly TaskBudget[]> {
  const family = [task]
  for (let { parent } = task; parent !== '' && family.length < DEPTH_MAX;) {
    const found: TaskBudget | null = yield* stores.tasks.get(parent)
    if (!found) break
    family.push(found)
    ;({ parent } = found)
  }
  return family
}
