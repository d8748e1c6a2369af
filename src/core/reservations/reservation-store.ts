// The ports to what is reserved and allocated. Every member is a unit of work, composed inside one transaction by flows/;
// where the world is shared, checking and acting are one statement.
import type { BalanceDelta } from '../ledger/balance-store.ts'
import type { Work } from '../ledger/work.ts'
import type { NanoUsd } from '../money.ts'
import type { Instant } from '../time.ts'
import type { Part, Reservation, ReservationCore, ReservationState } from './reservation.ts'
import type { SpendNote } from './request.ts'
import type { TaskBudget } from './task-budget.ts'

/** What a balance's budgets hold, whatever the window: what is reserved will be spent in the window of then. */
export interface HoldKey { readonly measure: string; readonly perValue: string }
export interface Hold extends HoldKey { readonly reserved: NanoUsd }

/** A balance as a request meets it: what is spent in the window of now, and held. */
export interface Filling extends Hold {
  readonly spent: NanoUsd
  /** The part of `spent` that is a guess: it refuses nothing. */
  readonly estimated: NanoUsd
  readonly unpriced: number
}
/** A balance in the window of now; rolling and lifetime balances start at 0. */
export interface FillingKey extends HoldKey { readonly windowStart: Instant }

export interface HoldStore {
  /** Makes what is missing and keeps other writers out of these until the commit, always in the order of their keys. */
  lock(keys: readonly HoldKey[]): Work<void>
  filling(key: FillingKey): Work<Filling>
  /** Holds the amount if spent, held and it stay within the limit; null limit: whatever is there. False: nothing changed. */
  hold(key: FillingKey, amount: bigint, limit: NanoUsd | null): Work<boolean>
  /** Changes what is held by a difference, up or down. */
  change(key: HoldKey, by: bigint): Work<void>
  all(): Work<readonly Hold[]>
}

export interface ReservationStore {
  /** False when the id is taken. */
  add(reservation: ReservationCore): Work<boolean>
  get(id: string): Work<Reservation | null>
  /** The same, and no other writer changes it until the commit. */
  take(id: string): Work<Reservation | null>
  end(id: string, state: Exclude<ReservationState, { state: 'pending' }>): Work<void>
  /** What the log has proven of it, in total. */
  prove(id: string, proven: NanoUsd, responses: number): Work<void>
  extend(id: string, expiresAt: Instant): Work<void>
  /** Adds what a budget that is new holds of a reservation that is pending. */
  addPart(id: string, part: Part): Work<boolean>
  pending(): Work<readonly Reservation[]>
  /** Pending ones whose deadline has passed, the longest first. */
  overdue(now: Instant, limit: number): Work<readonly Reservation[]>
  /** Pending ones that cover a session of this agent, the oldest first; no other writer changes them until the commit. */
  covering(agent: string, session: string): Work<readonly Reservation[]>
  /** When the next reservation that waits for responses of the same stream of the same session began, whatever came of that one. */
  nextCover(reservation: Reservation): Work<Instant | null>
  /** The next call of the same stream, whatever came of it. */
  nextCall(call: Reservation): Work<Reservation | null>
  /** Whether a call of this stream was ever reserved. */
  hasStream(agent: string, session: string, stream: string): Work<boolean>
  /** A subagent has said its id: calls that waited for one are its own. */
  nameStream(ids: readonly string[], stream: string): Work<void>
  /** Forgets calls that ended and that no open call of their stream is told from by: the newest of each stream stays. */
  forgetCalls(agent: string, session: string): Work<void>
  /** Sessions that ever asked for a call that this budget held. */
  callers(budget: string): Work<readonly { readonly agent: string; readonly session: string }[]>
  /** Sessions whose spending somebody waits for: covered by a reservation, or working for a task budget. */
  watched(): Work<readonly { readonly agent: string; readonly session: string }[]>
  /** Newest first. */
  ofBudget(budget: string, limit: number): Work<readonly Reservation[]>
}

/** An entry that somebody told of: what it was for. `key` is the ledger's. */
export interface NotedSpend extends SpendNote {
  /** The client's id of the record, or of the reservation that was settled. */
  readonly id: string
  readonly key: string
  /** The task budget or rule it was told on; '' for none. */
  readonly budget: string
  readonly amount: NanoUsd
  readonly at: Instant
  /** On a budget that was closed, or of a reservation that had ended. */
  readonly late: boolean
  readonly body: string
}

export interface Attachment { readonly task: string; readonly agent: string; readonly session: string; readonly from: Instant }
export interface Approval {
  readonly id: string
  readonly reservation: string
  readonly body: string
  readonly amount: NanoUsd
  readonly because: string
  readonly askedAt: Instant
  readonly expiresAt: Instant
  readonly decided: { readonly approved: boolean; readonly by: string; readonly at: Instant } | null
}

export interface TaskStore {
  /** False when the id is taken. */
  add(task: TaskBudget): Work<boolean>
  get(id: string): Work<TaskBudget | null>
  all(): Work<readonly TaskBudget[]>
  /** Those not closed. */
  open(): Work<readonly TaskBudget[]>
  setLimit(id: string, limit: NanoUsd, at: Instant): Work<void>
  setProgress(id: string, ppm: number, at: Instant): Work<void>
  attach(attachment: Attachment): Work<boolean>
  /** Task budgets that this session works for. */
  attachments(agent: string, session: string): Work<readonly Attachment[]>
  attachmentsOf(task: string): Work<readonly Attachment[]>
  /** What the entries since then say a task budget has spent, its parts included: each entry once. */
  spent(task: string, since: Instant): Work<TaskSum>
  /** Closed budgets, rules too, and since when. */
  closures(): Work<ReadonlyMap<string, Instant>>
  close(budget: string, at: Instant): Work<boolean>
  reopen(budget: string): Work<boolean>
  /** False when this id topped up before. */
  addTopUp(topUp: TopUp): Work<boolean>
  topUp(id: string): Work<TopUp | null>
  note(note: NotedSpend): Work<boolean>
  /** The notes of one record or settlement; several where it was told on several budgets. */
  notes(id: string): Work<readonly NotedSpend[]>
  /** Newest first. */
  notesOf(budget: string, limit: number): Work<readonly NotedSpend[]>
  askApproval(approval: Approval): Work<void>
  approval(id: string): Work<Approval | null>
  decide(id: string, decision: { readonly approved: boolean; readonly by: string; readonly at: Instant }): Work<boolean>
  approvals(now: Instant): Work<readonly Approval[]>
}
export interface TaskSum extends BalanceDelta { readonly entries: number; readonly first: Instant | null }
export interface TopUp { readonly id: string; readonly budget: string; readonly amount: NanoUsd; readonly reason: string; readonly at: Instant }
