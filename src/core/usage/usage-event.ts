// What an adapter makes of a log line: facts, already normalised. Knows no file, no price, no database.
import type { NanoUsd } from '../money.ts'
import type { Instant } from '../time.ts'
import type { TokenCounts } from './tokens.ts'

/** How the vendor bills this one request, beside its tokens. Part of the price, never of the key. */
export interface Billing {
  readonly speed: 'standard' | 'fast'
  readonly tier: 'standard' | 'batch' | 'priority'
  /** Lower-case inference geography when it changes the price: `us`, else ''. */
  readonly geo: string
  readonly webSearches: number
}
export const STANDARD_BILLING: Billing = { speed: 'standard', tier: 'standard', geo: '', webSearches: 0 }

/** Where the record says it came from; cwd becomes a project later, with the help of git. */
export interface Origin {
  readonly cwd: string
  readonly branch: string
  readonly session: string
  readonly subagent: string
}

/** One copy of one billed response. The same `key` may come again, fuller, from any file. */
export interface UsageEvent {
  /** The agent's own response id: permanent and global, `claude-code:msg_…`. */
  readonly key: string
  readonly at: Instant
  readonly model: string
  readonly tokens: TokenCounts
  readonly billing: Billing
  readonly origin: Origin
  /** What the agent says it cost, where that is truer than our card (its README says when); absent: priced by the card. */
  readonly givenCost?: NanoUsd
  /** False while every copy seen lacks a stop reason: totals are then "at least". */
  readonly final: boolean
  /** True for a copy found in a side conversation; the main conversation's copy owns the attribution. */
  readonly sidechain: boolean
  /** True when the record's time was unreadable and the log's own time stands in. */
  readonly approximateTime: boolean
  /** A count was damaged (negative, fractional, absurd) and taken as zero. */
  readonly damaged: boolean
  /** Only after a merge, and only when it differs from `at`: the time of the copy whose origin stands. Ranks owners. */
  readonly ownedAt?: Instant
}

/** The client's own cumulative meter for a session (`cost-state`): what it knows it spent, logged or not. */
export interface MeterReading {
  readonly session: string
  readonly at: Instant
  readonly cost: NanoUsd
  /** False when the client itself could not price a model. */
  readonly priced: boolean
  readonly models: readonly { readonly model: string; readonly tokens: TokenCounts; readonly cost: NanoUsd }[]
}

/**
 * A counter of the agent that only grows (per session, say), where it keeps no record of each response. What it gained
 * since it was last read was spent at `at`. A counter that starts anew is another counter: it needs another key.
 */
export interface CounterReading {
  readonly key: string
  readonly at: Instant
  readonly model: string
  readonly tokens: TokenCounts
  /** What the agent says all of it cost; null = priced by the card. */
  readonly cost: NanoUsd | null
  readonly origin: Origin
}

/** What the vendor says of one quota window of the account. Fed to the quota monitor; never an error of ours. */
export interface QuotaSignal {
  readonly session: string
  readonly at: Instant
  /** The vendor's own name of it (`five_hour`, `seven_day`, `primary`), '' when it does not say. */
  readonly window: string
  /** Its length, where the vendor says it. */
  readonly minutes: number | null
  /** 0 to 100 (more when overdrawn); null when only its exhaustion was said. */
  readonly usedPercent: number | null
  readonly exhausted: boolean
  readonly resetsAt: Instant | null
}

export type ParsedLine =
  /** `quotas`: what the same line says of the account's windows. `doubt`: why these counts are inferred; shown by doctor. */
  | { readonly kind: 'usage'; readonly events: readonly UsageEvent[]; readonly quotas?: readonly QuotaSignal[]; readonly doubt?: string }
  | { readonly kind: 'counter'; readonly readings: readonly CounterReading[] }
  | { readonly kind: 'meter'; readonly reading: MeterReading }
  | { readonly kind: 'quota'; readonly signals: readonly QuotaSignal[] }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'malformed'; readonly why: string }
