// The ledger's rows. An entry is immutable; what is learned later is a new entry under the same key.
// The sum of a key's entries is what the response used and cost; the last one says who it belongs to.
import type { NanoUsd } from '../money.ts'
import type { Scope } from '../scope.ts'
import type { Instant } from '../time.ts'
import type { TokenCounts } from '../usage/tokens.ts'
import type { Billing } from '../usage/usage-event.ts'

/**
 * usage: first copy of a response. difference: a fuller copy minus what was posted. moved: the same amounts taken from
 * one owner (negative) and given to another (positive). repriced: a cost for what was unpriced. unlogged: what the
 * client's own meter shows beyond the log. counter: what an agent's growing counter gained, where it keeps no record of
 * each response.
 */
export type EntryKind = 'usage' | 'difference' | 'moved' | 'repriced' | 'unlogged' | 'counter'

export type Price =
  | { readonly price: 'known'; readonly cost: NanoUsd; readonly card: string }
  | { readonly price: 'unknown'; readonly why: 'unknown_model' | 'no_rate_at_that_time' }

/** A response as the ledger should know it after this copy: priced, attributed, not yet compared with what is posted. */
export interface Claimed {
  readonly key: string
  readonly at: Instant
  readonly model: string
  readonly tokens: TokenCounts
  readonly billing: Billing
  readonly scope: Scope
  readonly final: boolean
  readonly sidechain: boolean
  /** When the copy was made whose owner this is, where another copy is earlier; absent: at `at`. Ranks owners. */
  readonly ownedAt?: Instant
  /** Tokens are a guess of the adapter; such spend never triggers a hard action. */
  readonly estimated: boolean
  readonly kind: 'usage' | 'unlogged' | 'counter'
  /** A cost that is known without a rate (the client's own meter); null = price it by the card. */
  readonly givenCost: NanoUsd | null
}

/** One posted row. Amounts are signed; `cost` null means unpriced. */
export interface Entry {
  readonly key: string
  readonly seq: number
  readonly kind: EntryKind
  readonly at: Instant
  readonly model: string
  readonly tokens: TokenCounts
  readonly webSearches: number
  readonly cost: NanoUsd | null
  readonly card: string
  readonly scope: Scope
}
