// What a client spent but did not log (compaction, titles, killed requests), taken from its own cumulative meter: meter
// minus everything its log showed, copies included, minus the gaps of the sessions it goes on from, whose meters it
// started with. Posted as explicit 'unlogged' entries, for a family of sessions at once: files arrive in any order.
import type { Claimed } from '../core/ledger/entry.ts'
import type { ModelSum } from '../core/ledger/ledger-store.ts'
import type { MeterRow } from '../core/ledger/meter-store.ts'
import type { EntryDraft, Pricer } from '../core/ledger/posting.ts'
import type { Work } from '../core/ledger/work.ts'
import { nanoUsd, ZERO_USD } from '../core/money.ts'
import type { Scope } from '../core/scope.ts'
import type { Stores } from '../core/stores.ts'
import { minusTokens, NO_TOKENS, plusTokens, totalTokens, type TokenCounts } from '../core/usage/tokens.ts'
import { STANDARD_BILLING, type MeterReading } from '../core/usage/usage-event.ts'

interface Readable { readonly stores: Stores; readonly node: string }
interface UnloggedWorld extends Readable { readonly price: Pricer }
export interface Metered { readonly agent: string; readonly reading: MeterReading; readonly path: string }

/** What a batch changed: readings of meters, entries, and responses seen again in another session's log. */
interface LogMoves { readonly metered: readonly Metered[]; readonly posted: readonly EntryDraft[]; readonly copies: readonly { readonly agent: string; readonly session: string }[] }

/** Saves the readings and posts the gap of every session whose meter or log moved in this batch. */
export function* postUnlogged(world: UnloggedWorld, { metered, posted, copies }: LogMoves): Work<readonly EntryDraft[]> {
  const sessions = new Map<string, { agent: string; session: string }>()
  for (const { agent, reading, path } of metered) {
    for (const { model, tokens, cost } of reading.models) {
      yield* world.stores.meters.save({ agent, session: reading.session, model, path, at: reading.at, tokens, cost })
    }
    sessions.set(`${agent}/${reading.session}`, { agent, session: reading.session })
  }
  // A late subagent line or fuller copy explains part of a gap that was posted: the gap then shrinks.
  for (const { agent, session } of scopesIn(posted)) if (session !== '') sessions.set(`${agent}/${session}`, { agent, session })
  for (const { agent, session } of copies) sessions.set(`${agent}/${session}`, { agent, session })
  return (yield* world.stores.ledger.post(yield* gapsOfSessions(world, sessions.values(), posted), world.price)).posted
}

/** Every scope at least once; neighbours mostly share theirs, and then as one object. */
function* scopesIn(posted: readonly EntryDraft[]): Generator<Scope> {
  let last: Scope | null = null
  for (const { scope } of posted) {
    if (scope !== last) yield scope
    last = scope
  }
}

/** What the meters of these sessions, and of all that repeat their responses, show beyond the logs: as the ledger ought to hold it. */
export function* gapsOfSessions(world: Readable, sessions: Iterable<{ readonly agent: string; readonly session: string }>, posted: readonly EntryDraft[]): Work<Claimed[]> {
  const withMeter = yield* world.stores.meters.metered()
  const claims: Claimed[] = []
  const done = new Set<string>()
  for (const { agent, session } of sessions) {
    const name = `${agent}/${session}`
    if (!withMeter.has(name) || done.has(name)) continue
    const family = yield* familyOf(world, agent, session)
    for (const member of family.keys()) done.add(`${agent}/${member}`)
    claims.push(...(yield* gapsOf(world, agent, family, posted)))
  }
  return claims
}

// Past this many sessions that repeat one another, the rest keep the gap they have.
const FAMILY_MAX = 50

/** The session and all that repeat its responses, directly or through others, each with its own relatives. */
function* familyOf(world: Readable, agent: string, session: string): Work<ReadonlyMap<string, readonly string[]>> {
  const family = new Map<string, readonly string[]>()
  const open = [session]
  for (let next = open.shift(); next !== undefined && family.size < FAMILY_MAX; next = open.shift()) {
    if (family.has(next)) continue
    const relatives = yield* world.stores.meters.relatives(agent, next)
    family.set(next, relatives)
    open.push(...relatives)
  }
  return family
}

interface Member { readonly session: string; readonly relatives: readonly string[]; readonly meters: readonly MeterRow[]; readonly total: bigint }

/** Smallest meter first: a session that goes on from another starts at its total, so that one's gap is known by then. */
function* gapsOf(world: Readable, agent: string, family: ReadonlyMap<string, readonly string[]>, posted: readonly EntryDraft[]): Work<Claimed[]> {
  const members: Member[] = []
  for (const [session, relatives] of family) {
    const meters = yield* world.stores.meters.ofSession(agent, session)
    if (meters.length > 0) members.push({ session, relatives, meters, total: meters.reduce((sum, { cost }) => sum + cost, 0n) })
  }
  members.sort((a, b) => (a.total < b.total ? -1 : a.total > b.total ? 1 : a.session < b.session ? -1 : 1))
  const claims: Claimed[] = []
  const gaps = new Map<string, readonly ModelSum[]>()
  for (const member of members) {
    const inherited = (yield* startedFrom(world, agent, member, gaps)).flatMap(session => gaps.get(session) ?? [])
    const own = yield* gapsOfMember(world, agent, member, inherited)
    gaps.set(member.session, own.map(({ model, tokens, givenCost }) => ({ model, tokens, cost: givenCost ?? ZERO_USD })))
    const scope = yield* scopeOfSession(world, agent, member.session, posted)
    claims.push(...own.map(claim => ({ ...claim, scope })))
  }
  return claims
}

/**
 * The sessions whose gaps this one's meter contains: those it repeats whole. One it shares only a beginning with counts
 * too, unless that beginning is a session of its own: better a gap too small than spend that is counted twice.
 */
function* startedFrom(world: Readable, agent: string, { session, relatives }: Member, known: ReadonlyMap<string, unknown>): Work<readonly string[]> {
  const earlier = relatives.filter(relative => known.has(relative))
  const whole: string[] = [], partly: string[] = []
  for (const part of earlier) ((yield* world.stores.meters.repeats(agent, { whole: session, part })) ? whole : partly).push(part)
  const found = [...whole]
  for (const other of partly) {
    let shared = false
    for (const part of whole) shared ||= yield* world.stores.meters.repeats(agent, { whole: other, part })
    if (!shared) found.push(other)
  }
  return found
}

function* gapsOfMember(world: Readable, agent: string, { session, meters }: Member, inherited: readonly ModelSum[]): Work<Omit<Claimed, 'scope'>[]> {
  const shown = byModel([...(yield* world.stores.ledger.loggedBySession(agent, session)), ...(yield* world.stores.meters.copied(agent, session)), ...inherited])
  return meters.map(meter => {
    const known = shown.get(meter.model) ?? { tokens: NO_TOKENS, cost: 0n }
    const tokens = positive(minusTokens(meter.tokens, known.tokens))
    // Equal tokens at another cost are a dispute about rates, for doctor to name; only missing tokens are missing spend.
    const cost = totalTokens(tokens) === 0 || meter.cost < known.cost ? ZERO_USD : nanoUsd(meter.cost - known.cost)
    return {
      key: `unlogged:${agent}:${session}:${meter.model}`, at: meter.at, model: meter.model, tokens, billing: STANDARD_BILLING,
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

function* scopeOfSession(world: Readable, agent: string, session: string, posted: readonly EntryDraft[]): Work<Scope> {
  const own = posted.find(entry => entry.scope.session === session && entry.scope.subagent === '')
  if (own) return own.scope
  const known = yield* world.stores.sessions.get(agent, session)
  return { node: world.node, agent, account: known?.account ?? '', project: known?.project ?? '', branch: known?.branch ?? '', session, subagent: '' }
}
