// What a client spent but did not log (compaction, titles, killed requests), taken from its own cumulative meter:
// meter minus everything its log showed, copies and the parents' gaps included. Posted as explicit 'unlogged' entries.
import type { Claimed } from '../core/ledger/entry.ts'
import type { ModelSum } from '../core/ledger/ledger-store.ts'
import type { EntryDraft, Pricer } from '../core/ledger/posting.ts'
import type { Work } from '../core/ledger/work.ts'
import { nanoUsd, ZERO_USD } from '../core/money.ts'
import type { Scope } from '../core/scope.ts'
import type { Stores } from '../core/stores.ts'
import { minusTokens, NO_TOKENS, plusTokens, totalTokens, type TokenCounts } from '../core/usage/tokens.ts'
import { STANDARD_BILLING, type MeterReading } from '../core/usage/usage-event.ts'

interface UnloggedWorld { readonly stores: Stores; readonly price: Pricer; readonly node: string }
export interface Metered { readonly agent: string; readonly reading: MeterReading; readonly path: string }

/** Saves the readings and posts the gap of every session whose meter or log moved in this batch. */
export function* postUnlogged(world: UnloggedWorld, metered: readonly Metered[], posted: readonly EntryDraft[]): Work<readonly EntryDraft[]> {
  const sessions = new Map<string, { agent: string; session: string }>()
  for (const { agent, reading, path } of metered) {
    for (const { model, tokens, cost } of reading.models) {
      yield* world.stores.meters.save({ agent, session: reading.session, model, path, at: reading.at, tokens, cost })
    }
    sessions.set(`${agent}/${reading.session}`, { agent, session: reading.session })
  }
  // A late subagent line or fuller copy explains part of a gap that was posted: the gap then shrinks.
  for (const { scope } of posted) if (scope.session !== '') sessions.set(`${scope.agent}/${scope.session}`, { agent: scope.agent, session: scope.session })
  const claims: Claimed[] = []
  const withMeter = yield* world.stores.meters.metered()
  for (const [key, { agent, session }] of sessions) if (withMeter.has(key)) claims.push(...(yield* gapsOf(world, agent, session, posted)))
  return (yield* world.stores.ledger.post(claims, world.price)).posted
}

function* gapsOf(world: UnloggedWorld, agent: string, session: string, posted: readonly EntryDraft[]): Work<Claimed[]> {
  const meters = yield* world.stores.meters.ofSession(agent, session)
  if (meters.length === 0) return []
  const shown = byModel([...(yield* world.stores.ledger.loggedBySession(agent, session)), ...(yield* world.stores.meters.inherited(agent, session))])
  const scope = yield* scopeOfSession(world, agent, session, posted)
  return meters.map(meter => {
    const known = shown.get(meter.model) ?? { tokens: NO_TOKENS, cost: 0n }
    const tokens = positive(minusTokens(meter.tokens, known.tokens))
    // Equal tokens at another cost are a dispute about rates, for doctor to name; only missing tokens are missing spend.
    const cost = totalTokens(tokens) === 0 || meter.cost < known.cost ? ZERO_USD : nanoUsd(meter.cost - known.cost)
    return {
      key: `unlogged:${agent}:${session}:${meter.model}`, at: meter.at, model: meter.model, tokens, billing: STANDARD_BILLING, scope,
      final: true, sidechain: false, estimated: false, kind: 'unlogged' as const, givenCost: cost,
    }
  })
}

function byModel(sums: readonly ModelSum[]): Map<string, { tokens: TokenCounts; cost: bigint }> {
  const found = new Map<string, { tokens: TokenCounts; cost: bigint }>()
  for (const { model, tokens, cost } of sums) {
    const known = found.get(model) ?? { tokens: NO_TOKENS, cost: 0n }
    found.set(model, { tokens: plusTokens(known.tokens, tokens), cost: known.cost + cost })
  }
  return found
}

/** The meter only tells a lower bound per counter: where the log shows more, there is no gap, never a negative one. */
const positive = (tokens: TokenCounts): TokenCounts => ({
  input: Math.max(0, tokens.input), output: Math.max(0, tokens.output), cacheRead: Math.max(0, tokens.cacheRead),
  cacheWrite5m: Math.max(0, tokens.cacheWrite5m), cacheWrite1h: Math.max(0, tokens.cacheWrite1h),
})

function* scopeOfSession(world: UnloggedWorld, agent: string, session: string, posted: readonly EntryDraft[]): Work<Scope> {
  const own = posted.find(entry => entry.scope.session === session && entry.scope.subagent === '')
  if (own) return own.scope
  const known = yield* world.stores.sessions.get(agent, session)
  return { node: world.node, agent, account: known?.account ?? '', project: known?.project ?? '', branch: known?.branch ?? '', session, subagent: '' }
}
