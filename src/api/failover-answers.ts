// `purser failover`: what a move would do, what it did, and the way back, as people and programs see it.

/** One session of a plan or a move. */
export interface FailoverSessionAnswer {
  readonly session: string
  /** planned parked saved ended started verified left returned failed; in a plan `moves` or `stays`. */
  readonly state: string
  /** Why it stays or failed; '' otherwise. */
  readonly because: string
  /** Its quota stopped it in mid-work. */
  readonly stopped: boolean
}

export interface FailoverPlanAnswer {
  readonly agent: string
  /** Ids of the configuration. */
  readonly from: string
  /** '' when no account can take the work. */
  readonly to: string
  readonly decision: 'stay' | 'wait' | 'move' | 'strand'
  readonly because: string
  /** When work goes on where nothing is moved; null when nobody says. */
  readonly until: string | null
  readonly evidence: readonly string[]
  readonly sessions: readonly FailoverSessionAnswer[]
  /** Accounts that cannot take it, each with every reason. */
  readonly passed: readonly { readonly account: string; readonly because: readonly string[]; readonly until: string | null }[]
}

export interface FailoverAnswer {
  readonly id: string
  readonly agent: string
  readonly from: string
  readonly to: string
  readonly state: string
  readonly by: string
  readonly createdAt: string
  readonly endedAt: string | null
  /** While stranded. */
  readonly wakeAt: string | null
  readonly because: string
  readonly evidence: readonly string[]
  readonly isReturn: boolean
  readonly abortAsked: boolean
  readonly sessions: readonly FailoverSessionAnswer[]
}

export interface FailoverStepAnswer { readonly step: number; readonly kind: string; readonly session: string; readonly startedAt: string; readonly endedAt: string | null; readonly outcome: string }
export interface ReturnAnswer { readonly agent: string; readonly failover: string; readonly from: string; readonly to: string; readonly dueAt: string }

export interface FailoverStatusAnswer {
  /** As configured, and what really happens: `auto` without consent is `ask`. */
  readonly mode: { readonly configured: string; readonly effective: string; readonly consent: string }
  readonly zone: string
  readonly active: readonly FailoverAnswer[]
  readonly returns: readonly ReturnAnswer[]
}

export interface FailoverOperations {
  /** What would happen to the work of an account; of every one that is in use or spent where none is named. */
  'failover.plan': { in: { readonly from?: string; readonly to?: string; readonly agent?: string }; out: { readonly plans: readonly FailoverPlanAnswer[] } }
  /** Begins a move; a daemon carries it out. */
  'failover.run': { in: { readonly from?: string; readonly to?: string; readonly agent?: string; readonly by: string }; out: { readonly failover: FailoverAnswer } }
  'failover.status': { in: Record<never, never>; out: FailoverStatusAnswer }
  'failover.abort': { in: { readonly id: string; readonly by: string }; out: { readonly gaveUp: 'move' | 'return'; readonly failover: FailoverAnswer } }
  /** The newest first. `id`: that one alone, with each of its steps. */
  'failover.history': { in: { readonly id?: string; readonly limit?: number }; out: { readonly zone: string; readonly failovers: readonly FailoverAnswer[]; readonly steps: readonly FailoverStepAnswer[] } }
}
