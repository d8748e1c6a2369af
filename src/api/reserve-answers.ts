// Asking for money before it is spent: what the budget operations take and answer. Amounts are decimal USD text, times are
// durations (`10m`) going in and ISO instants coming out. Asking again with the same id is asking once.
import type { RefusedWhy } from '../core/reservations/refusal.ts'

/** Where something is spent, as far as the caller knows. */
export interface ScopeInput {
  readonly project?: string
  readonly branch?: string
  readonly session?: string
  readonly agent?: string
  readonly account?: string
  readonly node?: string
}

/** Whose reservation it is: a session, or a process of this machine. With neither only `ttl` ends it. */
export interface OwnerInput { readonly agent?: string; readonly session?: string; readonly pid?: number }

/** The spending will show in this session's log, which then settles what was reserved. */
export interface CoversInput {
  readonly agent: string
  readonly session: string
  /** ISO instant from which on its responses count; now when left out. */
  readonly from?: string
  /** Settled by itself once so many whole responses are in the log. */
  readonly responses?: number
}

export interface ReserveInput extends ScopeInput {
  readonly id: string
  readonly amount: string
  /** Ids of budgets; every rule that counts the scope holds it too. */
  readonly budget?: string | readonly string[]
  readonly model?: string
  readonly ttl?: string
  readonly owner?: OwnerInput
  readonly covers?: CoversInput
}
export interface AllocateInput extends ScopeInput {
  readonly id: string
  /** Left out: `[defaults] allocation`. "0": nothing may be spent. */
  readonly amount?: string
  /** The task budget it is part of. */
  readonly parent?: string
  /** false only tells. */
  readonly hard?: boolean
  readonly onBreach?: string
  /** Percentages at which you are told. */
  readonly thresholds?: readonly number[]
}
export interface NoteInput { readonly peer?: string; readonly tool?: string; readonly reason?: string }
export interface SettleInput extends NoteInput { readonly id: string; /** Left out: what was reserved. */ readonly amount?: string }
export interface RecordInput extends ScopeInput, NoteInput { readonly id: string; readonly amount: string; readonly budget?: string | readonly string[] }
export interface TopUpInput { readonly id: string; readonly budget: string; readonly amount: string; readonly reason?: string; readonly by: string }

export interface RefusedAnswer {
  readonly ok: false
  readonly refused: RefusedWhy
  /** What the tightest budget could still grant; null where money was not the question. */
  readonly remaining: string | null
  /** The budget, lock or rule that said no; '' for none. */
  readonly by: string
  readonly because: string
  /** With needs_approval: what `budget.approve` takes. */
  readonly approval?: string
}

export interface ReservationAnswer {
  readonly id: string
  /** Every budget that holds it. */
  readonly budgets: readonly string[]
  readonly amount: string
  readonly state: 'pending' | 'settled' | 'released' | 'expired'
  /** What its budgets still hold. */
  readonly held: string
  /** What its session's log has shown; only where it covers one. */
  readonly proven?: string
  readonly actual?: string
  readonly late?: boolean
  readonly owner: string
  readonly createdAt: string
  readonly expiresAt: string
  readonly endedAt?: string
}
/** `fresh` false: it was so already. */
export interface ReservedAnswer { readonly ok: true; readonly fresh: boolean; readonly reservation: ReservationAnswer; readonly remaining: string | null }
export interface EndedAnswer { readonly ok: true; readonly fresh: boolean; readonly reservation: ReservationAnswer }
export interface FitsAnswer { readonly ok: true; readonly remaining: string | null }
export interface RecordedAnswer { readonly ok: true; readonly fresh: boolean; readonly entry: string; readonly late: boolean }
export interface DoneAnswer { readonly ok: true; readonly fresh: boolean }

export interface BudgetReportAnswer {
  readonly id: string
  readonly limit: string
  readonly spent: string
  readonly reserved: string
  readonly remaining: string
  readonly entryCount: number
  readonly durationMs: number
  readonly state: 'active' | 'exhausted' | 'closed'
}
export interface BurnRateAnswer { readonly perMinute: string; readonly overMs: number }
export interface ForecastAnswer extends BurnRateAnswer {
  /** null: never at this rate, or nothing is left already. */
  readonly runsOutAt: string | null
  /** null while nobody said how far the task is. */
  readonly atCompletion: string | null
  readonly fits: boolean | null
}
export interface ApprovalAnswer { readonly id: string; readonly reservation: string; readonly amount: string; readonly because: string; readonly askedAt: string; readonly expiresAt: string }
/** What was told of spending that no log shows. */
export interface SpendEntryAnswer { readonly id: string; readonly amount: string; readonly peer: string; readonly tool: string; readonly reason: string; readonly at: string; readonly late: boolean }
