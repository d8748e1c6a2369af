// The port to the ledger's tables. Every member is a unit of work, to be composed inside one transaction by flows/.
import type { Instant } from '../time.ts'
import type { Scope } from '../scope.ts'
import type { TokenCounts } from '../usage/tokens.ts'
import type { NanoUsd } from '../money.ts'
import type { Claimed } from './entry.ts'
import type { EntryDraft, Pricer } from './posting.ts'
import type { Work } from './work.ts'

/** What posting did: the entries, and which responses turned out to belong to another session than the copy's. */
export interface PostResult { readonly posted: readonly EntryDraft[]; readonly copies: readonly { readonly key: string; readonly session: string }[] }

/** A sum over entries. `partial` and `unpriced` count responses; a sum with unpriced ones is a lower bound. */
export interface UsageSum {
  readonly responses: number
  readonly tokens: TokenCounts
  readonly cost: NanoUsd
  readonly unpriced: number
  readonly partial: number
  readonly estimated: number
}

export type GroupKey = 'project' | 'branch' | 'session' | 'model' | 'billing' | 'agent' | 'account' | 'subagent' | 'node'
export interface UsageGroup { readonly by: Readonly<Partial<Record<GroupKey | 'slot', string>>>; readonly sum: UsageSum; readonly unpricedModels: readonly string[] }
/** Filters of a report: `since` inclusive, `until` exclusive. Scope globs are applied by the caller through `only`. */
export interface UsageQuery {
  readonly since: Instant | null
  readonly until: Instant | null
  readonly by: readonly GroupKey[]
  /** Also group by slots of this length counted from the epoch; 0 = no time grouping. */
  readonly slotMs: number
}

export interface LedgerStore {
  /** Posts what is new in these responses (each key at most once) and tells exactly which entries were posted. */
  post(responses: Iterable<Claimed>, price: Pricer): Work<PostResult>
  /** Posts what these readings of growing counters gained, each at its own time, and tells the entries. */
  postCounters(readings: readonly Claimed[], price: Pricer): Work<readonly EntryDraft[]>
  /** Prices what was unpriced, at most `limit` responses after `afterKey`; returns the entries posted and the next key (null = done). */
  reprice(price: Pricer, afterKey: string, limit: number): Work<{ readonly posted: readonly EntryDraft[]; readonly next: string | null }>
  sum(query: UsageQuery): Work<readonly UsageGroup[]>
  /** Spend per entry in [since, until), in time order: what a new balance or a rolling window is made of. */
  spend(since: Instant, until: Instant | null): Work<readonly SpendRow[]>
  /** All that the log showed of a session, copies owned by other sessions included, per model. */
  loggedBySession(agent: string, session: string): Work<readonly ModelSum[]>
  /** The same by scope: as many rows as there are scopes, however many entries. */
  spendByScope(since: Instant, until: Instant | null): Work<readonly ScopeSpend[]>
  unpricedModels(): Work<readonly { readonly model: string; readonly responses: number; readonly tokens: number }[]>
  /** Every project that ever spent, '' aside. Costs as much as there are sessions, not as there are entries. */
  projects(): Work<readonly string[]>
  count(): Work<{ readonly entries: number; readonly responses: number; readonly oldest: Instant | null }>
  /** Entries dated after `now`, and the latest of all: a clock that was wrong. */
  dated(now: Instant): Work<{ readonly future: number; readonly latest: Instant | null }>
}

export interface ModelSum { readonly model: string; readonly tokens: TokenCounts; readonly cost: NanoUsd }
/** `estimated` is the part of the cost that rests on estimated tokens. */
export interface ScopeSpend { readonly scope: Scope; readonly cost: NanoUsd; readonly estimated: NanoUsd; readonly unpriced: number; readonly partial: number; readonly responses: number }
export interface SpendRow { readonly at: Instant; readonly scope: Scope; readonly cost: NanoUsd; readonly unpriced: number; readonly partial: number; readonly estimated: boolean; readonly responses: number }
