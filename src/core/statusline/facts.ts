// What a status line may say. A fact nobody knows is absent: it is never guessed, and never shown as zero.
import type { NanoUsd } from '../money.ts'
import type { Instant } from '../time.ts'

/** `atLeast`: a lower bound, something in it has no price or was cut off. */
export interface Amount { readonly cost: NanoUsd; readonly atLeast: boolean }

/** One quota window, as far as it is known. */
export interface WindowFact {
  readonly label: string
  readonly usedBasisPoints: number | null
  readonly exhausted: boolean
  /** Seen a while ago or elsewhere: within a window use only grows. */
  readonly atLeast: boolean
  readonly resetsAt: Instant | null
}

export interface BudgetFact { readonly id: string; readonly limit: NanoUsd; readonly remaining: NanoUsd; readonly atLeast: boolean }
export interface LockFact { readonly rule: string; readonly until: Instant | null }

export interface StatuslineFacts {
  /** As the client shows it; '' unknown. */
  readonly model: string
  readonly session: Amount | null
  readonly today: Amount | null
  /** What the last hour cost on this machine. */
  readonly hour: Amount | null
  /** The budget that counts this session and has the least left. */
  readonly budget: BudgetFact | null
  readonly lock: LockFact | null
  readonly windows: readonly WindowFact[]
  readonly contextPercent: number | null
  /** `absent`: nobody listens; `silent`: no answer in time. What is shown then is the client's own. */
  readonly daemon: 'following' | 'catching-up' | 'absent' | 'silent'
}
