// What is known here of one agent: where its logs are, how much of them was read, what of it has no price or was guessed.
import type { Flaw } from '../tailing/cursor-store.ts'
import type { Instant } from '../time.ts'

export interface AgentFacts {
  readonly agent: string
  readonly displayName: string
  /** Why its counts are guesses; '' when they are not. */
  readonly estimated: string
  readonly folders: readonly string[]
  readonly logs: readonly { readonly source: string; readonly count: number }[]
  /** Logs that exist and were not read to their present end. */
  readonly unread: number
  /** When the newest of its logs was written. */
  readonly lastWrittenAt: Instant | null
  readonly accounts: readonly string[]
  readonly responses: number
  /** When the newest of what is in the ledger was spent. */
  readonly lastSpentAt: Instant | null
  readonly unpriced: { readonly responses: number; readonly models: readonly string[] }
  readonly partial: number
  readonly flaws: readonly Flaw[]
}

/** Present on this machine, or in the records of the past. */
export const isKnownHere = ({ folders, responses, lastSpentAt }: AgentFacts): boolean => folders.length > 0 || responses > 0 || lastSpentAt !== null
