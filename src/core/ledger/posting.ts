// Decides what to post when a copy of a response arrives: nothing, a first entry, a difference, or a move to its
// rightful owner. Pure, so that re-reading, rotation, forks and replays are harmless by construction.
import { nanoUsd, type NanoUsd } from '../money.ts'
import { scopeKey, type Scope } from '../scope.ts'
import type { Instant } from '../time.ts'
import { minusTokens, totalTokens, type TokenCounts } from '../usage/tokens.ts'
import { merge, owner } from '../usage/fuller.ts'
import type { Billing, UsageEvent } from '../usage/usage-event.ts'
import type { Claimed, EntryKind, Price } from './entry.ts'

/** What the ledger already holds for a key: the sums of its entries, and the owner its last entry names. */
export interface Posted {
  readonly seq: number
  readonly kind: 'usage' | 'unlogged' | 'counter'
  readonly at: Instant
  readonly scope: Scope
  readonly model: string
  readonly billing: Billing
  readonly tokens: TokenCounts
  readonly cost: NanoUsd
  /** What it was priced by, last; '' when it never was. */
  readonly card: string
  /** The cost, where the agent said it and not our card. */
  readonly given: NanoUsd | null
  readonly unpriced: boolean
  readonly partial: boolean
  readonly estimated: boolean
  readonly sidechain: boolean
  /** As in Claimed. Rows of a purser that did not keep it say nothing, and are taken for owned at `at`. */
  readonly ownedAt?: Instant
}

/** A row about to be posted. Counters are signed and additive, so that any sum over rows is right. */
export interface EntryDraft {
  readonly key: string
  readonly seq: number
  readonly kind: EntryKind
  readonly at: Instant
  readonly scope: Scope
  readonly model: string
  readonly billing: Billing
  readonly tokens: TokenCounts
  readonly webSearches: number
  readonly cost: NanoUsd | null
  readonly card: string
  readonly responses: number
  readonly unpriced: number
  readonly partial: number
  readonly estimated: number
  readonly sidechain: boolean
  /** As in Claimed. */
  readonly ownedAt?: Instant
}

/** Absent stays absent: `ownedAt` is said only where it differs from `at`. */
export const ownTime = ({ ownedAt }: Pick<EntryDraft, 'ownedAt'>): Pick<EntryDraft, 'ownedAt'> => (ownedAt === undefined ? {} : { ownedAt })

/** `ofSum`: the tokens are those of several requests, so that no whole-request tier applies. */
export type Pricer = (response: Pick<Claimed, 'model' | 'at' | 'tokens' | 'billing'> & { readonly ofSum?: boolean }) => Price

/** The entries that bring the ledger from `posted` to what it knows once `claimed` was seen. Usually none or one. */
export function postings(posted: Posted | null, claimed: Claimed, price: Pricer): EntryDraft[] {
  if (!posted) return claimed.kind === 'unlogged' && totalTokens(claimed.tokens) === 0 ? [] : [whole(claimed, 0, claimed.kind, price)]
  const full = merged(posted, claimed)
  if (full.at !== posted.at || scopeKey(full.scope) !== scopeKey(posted.scope)) {
    return [reversal(posted, claimed.key), whole(full, posted.seq + 2, 'moved', asPosted(posted, full, price))]
  }
  const changed = totalTokens(minusTokens(full.tokens, posted.tokens)) !== 0 || !sameTokens(full.tokens, posted.tokens)
    || !sameBilling(full.billing, posted.billing) || full.model !== posted.model || full.final === posted.partial
    // An entry of nothing, but the next copy must know where and when the owner spoke: in the main conversation, before others.
    || full.sidechain !== posted.sidechain || full.ownedAt !== posted.ownedAt
    || (full.givenCost !== null && (full.givenCost !== posted.cost || posted.unpriced))
  if (!changed) return []
  const draft = difference(posted, full, asPosted(posted, full, price))
  // What a meter gained since was spent since: a session resumed the next day adds nothing to the day before.
  return [claimed.kind === 'unlogged' && claimed.at > posted.at && (draft.cost ?? 0n) > 0n ? { ...draft, at: claimed.at } : draft]
}

/** What is posted keeps its price when only its owner or its end became known: a later rate card never moves history. */
const asPosted = (posted: Posted, full: Claimed, price: Pricer): Pricer => {
  const same = !posted.unpriced && full.at === posted.at && full.model === posted.model && sameTokens(full.tokens, posted.tokens) && sameBilling(full.billing, posted.billing)
  return same ? () => ({ price: 'known', cost: posted.cost, card: posted.card }) : price
}

/** The response after both copies, by the one rule of usage/fuller. */
function merged(posted: Posted, claimed: Claimed): Claimed {
  // The client's own meter is replaced, not raised: a later log line may explain part of the gap it left.
  if (claimed.kind === 'unlogged') return { ...claimed, at: posted.at, scope: posted.scope, sidechain: posted.sidechain }
  const known = asEvent(claimed.key, posted, { final: !posted.partial, given: posted.given }), copy = asEvent(claimed.key, claimed, { final: claimed.final, given: claimed.givenCost })
  const full = merge(known, copy)
  const owned = owner(known, copy) === known ? posted : claimed
  return {
    key: claimed.key, kind: 'usage', at: full.at, scope: owned.scope, sidechain: owned.sidechain, model: full.model, tokens: full.tokens,
    billing: full.billing, final: full.final, estimated: claimed.estimated && posted.estimated, givenCost: full.givenCost ?? null, ...ownTime(full),
  }
}

/** A posted or claimed response in the shape that copies are compared in. Its project stands in for the folder it came from. */
const asEvent = (key: string, from: Pick<Claimed, 'at' | 'model' | 'tokens' | 'billing' | 'scope' | 'sidechain' | 'ownedAt'>, { final, given }: { readonly final: boolean; readonly given: NanoUsd | null }): UsageEvent => ({
  key, at: from.at, model: from.model, tokens: from.tokens, billing: from.billing, sidechain: from.sidechain, final, approximateTime: false, damaged: false,
  origin: { cwd: from.scope.project, branch: from.scope.branch, session: from.scope.session, subagent: from.scope.subagent },
  ...(given === null ? {} : { givenCost: given }), ...ownTime(from),
})

/** What the client's own meter charged is taken as it is: no card can price a sum of requests it never saw. */
export const METER = 'client-meter'
const priceOf = (response: Claimed, price: Pricer): Price =>
  response.givenCost === null ? price(response) : { price: 'known', cost: response.givenCost, card: METER }

function whole(response: Claimed, seq: number, kind: EntryKind, price: Pricer): EntryDraft {
  const priced = priceOf(response, price)
  return {
    key: response.key, seq, kind, at: response.at, scope: response.scope, model: response.model, billing: response.billing,
    tokens: response.tokens, webSearches: response.billing.webSearches,
    cost: priced.price === 'known' ? priced.cost : null, card: priced.price === 'known' ? priced.card : '',
    responses: response.kind === 'usage' ? 1 : 0, unpriced: priced.price === 'known' ? 0 : 1,
    partial: response.final ? 0 : 1, estimated: response.estimated ? 1 : 0, sidechain: response.sidechain, ...ownTime(response),
  }
}

function reversal(posted: Posted, key: string): EntryDraft {
  return {
    key, seq: posted.seq + 1, kind: 'moved', at: posted.at, scope: posted.scope, model: posted.model, billing: posted.billing,
    tokens: minusTokens({ input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 }, posted.tokens),
    webSearches: -posted.billing.webSearches, cost: nanoUsd(-posted.cost), card: '',
    responses: posted.kind === 'usage' ? -1 : 0, unpriced: posted.unpriced ? -1 : 0, partial: posted.partial ? -1 : 0,
    estimated: posted.estimated ? -1 : 0, sidechain: posted.sidechain, ...ownTime(posted),
  }
}

/** Costs cost(full) minus cost(posted), never the price of the token difference: tiers apply to whole requests. */
function difference(posted: Posted, full: Claimed, price: Pricer): EntryDraft {
  const priced = priceOf(full, price)
  const known = priced.price === 'known'
  return {
    key: full.key, seq: posted.seq + 1, kind: 'difference', at: full.at, scope: full.scope, model: full.model, billing: full.billing,
    tokens: minusTokens(full.tokens, posted.tokens), webSearches: full.billing.webSearches - posted.billing.webSearches,
    cost: known ? nanoUsd(priced.cost - posted.cost) : null, card: known ? priced.card : '',
    responses: 0, unpriced: (known ? 0 : 1) - (posted.unpriced ? 1 : 0), partial: (full.final ? 0 : 1) - (posted.partial ? 1 : 0),
    estimated: (full.estimated ? 1 : 0) - (posted.estimated ? 1 : 0), sidechain: full.sidechain, ...ownTime(full),
  }
}

/** The correcting entry for a response that was unpriced until the rate card learned its model; null while it has not. */
export function repricing(posted: Posted, key: string, price: Pricer): EntryDraft | null {
  const priced = price(posted.kind === 'counter' ? { ...posted, ofSum: true } : posted)
  if (priced.price !== 'known' || !posted.unpriced) return null
  return {
    key, seq: posted.seq + 1, kind: 'repriced', at: posted.at, scope: posted.scope, model: posted.model, billing: posted.billing,
    tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 }, webSearches: 0,
    cost: nanoUsd(priced.cost - posted.cost), card: priced.card, responses: 0, unpriced: -1, partial: 0, estimated: 0, sidechain: posted.sidechain, ...ownTime(posted),
  }
}

const sameBilling = (a: Billing, b: Billing): boolean => a.speed === b.speed && a.tier === b.tier && a.geo === b.geo && a.webSearches === b.webSearches
const sameTokens = (a: TokenCounts, b: TokenCounts): boolean =>
  a.input === b.input && a.output === b.output && a.cacheRead === b.cacheRead && a.cacheWrite5m === b.cacheWrite5m && a.cacheWrite1h === b.cacheWrite1h
