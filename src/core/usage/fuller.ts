// Several copies of one response become one: which copy's counts stand, and which copy says whose it was.
// Both choices are the maximum of a total order, so copies may arrive in any order, any number of times, from anywhere.
import { assert } from '../errors.ts'
import type { NanoUsd } from '../money.ts'
import { instant } from '../time.ts'
import { totalTokens, type TokenCounts } from './tokens.ts'
import type { Billing, Origin, UsageEvent } from './usage-event.ts'

/**
 * The copy whose counts stand: the one with more output, else the larger total; its usage is taken whole, never mixed.
 * A stop reason does not rank copies, since `merge` carries it over from any of them and an order that used it would
 * depend on arrival. Copies equal in both sums differ by what one left out: the one that says more stands.
 */
export function fuller(a: UsageEvent, b: UsageEvent): UsageEvent {
  const order = a.tokens.output - b.tokens.output || totalTokens(a.tokens) - totalTokens(b.tokens)
    || compareBilling(a.billing, b.billing) || compareCounts(a.tokens, b.tokens) || compareText(a.model, b.model) || compareGiven(a.givenCost, b.givenCost)
    // Last, since the ledger does not keep it: an order that used it sooner would depend on which copies shared a batch.
    || Number(b.damaged) - Number(a.damaged)
  return order >= 0 ? a : b
}

/**
 * The copy whose origin stands: the main conversation's before a side conversation's, then the earliest, then (a fork
 * copies ids and times alike) the least origin, so that every machine and every re-read names the same owner.
 */
export function owner(a: UsageEvent, b: UsageEvent): UsageEvent {
  const order = Number(a.sidechain) - Number(b.sidechain) || ownedAt(a) - ownedAt(b) || compareOrigins(a.origin, b.origin)
  return order <= 0 ? a : b
}

const ownedAt = (event: UsageEvent): number => event.ownedAt ?? event.at

/** What the ledger should know after both copies. Commutative, associative, idempotent. Keys must be equal. */
export function merge(a: UsageEvent, b: UsageEvent): UsageEvent {
  assert(a.key === b.key, `merge takes copies of one response, not ${a.key} and ${b.key}`)
  const counted = fuller(a, b), owned = owner(a, b)
  const earliest = a.at - b.at || Number(a.approximateTime) - Number(b.approximateTime)
  const timed = earliest <= 0 ? a : b
  return {
    key: a.key,
    at: timed.at,
    approximateTime: timed.approximateTime,
    model: counted.model,
    tokens: counted.tokens,
    billing: counted.billing,
    damaged: counted.damaged,
    origin: owned.origin,
    sidechain: owned.sidechain,
    final: a.final || b.final,
    ...(counted.givenCost === undefined ? {} : { givenCost: counted.givenCost }),
    ...(ownedAt(owned) === timed.at ? {} : { ownedAt: instant(ownedAt(owned)) }),
  }
}

const compareText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)

/** What a copy left out reads as the default, so the non-default says more. */
const compareBilling = (a: Billing, b: Billing): number =>
  a.webSearches - b.webSearches || compareText(b.speed, a.speed) || TIER_RANK[a.tier] - TIER_RANK[b.tier] || compareText(a.geo, b.geo)

const TIER_RANK = { standard: 0, priority: 1, batch: 2 } as const satisfies Record<Billing['tier'], number>

/** The one-hour share first: an older copy without the split reads as all five-minute writes. */
const compareCounts = (a: TokenCounts, b: TokenCounts): number =>
  a.cacheWrite1h - b.cacheWrite1h || a.cacheWrite5m - b.cacheWrite5m || a.cacheRead - b.cacheRead

/** A copy that says what it cost says more than one that does not. */
const compareGiven = (a: NanoUsd | undefined, b: NanoUsd | undefined): number => {
  const left = a ?? -1n, right = b ?? -1n
  return left === right ? 0 : left > right ? 1 : -1
}

const compareOrigins = (a: Origin, b: Origin): number =>
  compareText(a.session, b.session) || compareText(a.subagent, b.subagent) || compareText(a.cwd, b.cwd) || compareText(a.branch, b.branch)
