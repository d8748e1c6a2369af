// The only door of facts into durable state: one transaction per batch. Posts entries, keeps balances, judges what is
// current, writes what a breach causes, and moves the cursors, or does none of it. Facts are never refused.
import type { Budget } from '../core/budgets/budget.ts'
import type { Claimed } from '../core/ledger/entry.ts'
import type { EntryDraft, Pricer } from '../core/ledger/posting.ts'
import type { Work } from '../core/ledger/work.ts'
import type { Clock } from '../core/machine/clock.ts'
import type { Scope } from '../core/scope.ts'
import type { Stores } from '../core/stores.ts'
import type { Flaw, FollowedFile } from '../core/tailing/cursor-store.ts'
import { instant, type Instant } from '../core/time.ts'
import { merge } from '../core/usage/fuller.ts'
import type { MeterReading, QuotaSignal, UsageEvent } from '../core/usage/usage-event.ts'
import { addToBalances, advanceRolling, type TouchedBalance } from './balances.ts'
import { judgeTouched } from './judge-balances.ts'
import { postUnlogged } from './unlogged.ts'

/** What was read from one file since the last batch, and where that leaves its cursor. */
export interface FilePart {
  readonly file: FollowedFile
  readonly events: readonly UsageEvent[]
  readonly readings: readonly MeterReading[]
  readonly quotas: readonly QuotaSignal[]
  readonly flaws: readonly Flaw[]
  /** Copies the reader itself folded into another session's response. */
  readonly copies: readonly { readonly key: string; readonly session: string }[]
  /** Set when the file grew by more than the configured step since it was last read. */
  readonly grewBy: number
}

/** catch-up: history is being indexed, nothing is enforced or told. live: current windows are judged once per batch. */
export type IngestMode = 'catch-up' | 'live'

export interface IngestWorld {
  readonly stores: Stores
  readonly clock: Clock
  readonly node: string
  readonly price: Pricer
  readonly budgets: () => readonly Budget[]
  readonly projectOf: (cwd: string) => string
  /** Adapters whose token counts are guesses: their spend never triggers a hard action. */
  readonly estimatedAgents: ReadonlySet<string>
  readonly channels: () => readonly string[]
  /** Named places where a crash test may end the process; a no-op otherwise. */
  readonly crashPoint: (name: string) => void
}

export interface IngestOutcome { readonly posted: readonly EntryDraft[]; readonly locked: number; readonly responses: number }

export async function ingest(world: IngestWorld, parts: readonly FilePart[], mode: IngestMode): Promise<IngestOutcome> {
  const responses = claimedResponses(world, parts)
  world.crashPoint('ingest.before-transaction')
  const outcome = await world.stores.transaction(function* () {
    const now = yield* steadyNow(world, mode)
    const { posted, copies } = yield* world.stores.ledger.post(responses, world.price)
    world.crashPoint('ingest.after-entries')
    for (const copy of [...copies, ...parts.flatMap(part => part.copies)]) yield* world.stores.meters.addCopy(parts[0]?.file.agent ?? '', copy.session, copy.key)
    const unlogged = yield* postMeters(world, parts, posted)
    const all = [...posted, ...unlogged]
    yield* noteSessions(world, responses, parts)
    if (mode === 'live') yield* advanceRolling(world.stores, world.budgets(), now)
    const touched = yield* addToBalances(world.stores, world.budgets(), all, now)
    world.crashPoint('ingest.after-balances')
    const locked = mode === 'live' ? yield* judgeTouched(world, touched, now) : 0
    yield* moveCursors(world, parts, now)
    world.crashPoint('ingest.before-commit')
    return { posted: all, locked, responses: responses.length }
  })
  world.crashPoint('ingest.after-commit')
  return outcome
}

/**
 * The end of catching up: one judgement of the windows that contain now, over every balance. What an old log breached
 * in a window long closed is never acted on.
 */
export async function judgeNow(world: IngestWorld): Promise<number> {
  return world.stores.transaction(function* () {
    const now = yield* steadyNow(world, 'live')
    yield* advanceRolling(world.stores, world.budgets(), now)
    const touched: TouchedBalance[] = []
    for (const budget of world.budgets()) {
      for (const balance of yield* world.stores.balances.ofMeasure(budget.measure)) touched.push({ budget, balance })
    }
    return yield* judgeTouched(world, touched, now)
  })
}

const JUDGED_AT = 'judged_at'

/** Now, but never earlier than any judgement before: a clock set back must not reopen a closed window. */
function* steadyNow(world: IngestWorld, mode: IngestMode): Work<Instant> {
  const now = world.clock.now()
  if (mode === 'catch-up') return now
  const before = Number((yield* world.stores.meta.get(JUDGED_AT)) ?? 0)
  if (now > before) yield* world.stores.meta.set(JUDGED_AT, String(now))
  return instant(Math.max(now, before))
}

/** One claim per response: the batch's copies merged, priced later, attributed to the file that owns the winning copy. */
function claimedResponses(world: IngestWorld, parts: readonly FilePart[]): Claimed[] {
  const byKey = new Map<string, { event: UsageEvent; file: FollowedFile }>()
  for (const { file, events } of parts) {
    for (const event of events) {
      const known = byKey.get(event.key)
      if (!known) byKey.set(event.key, { event, file })
      else {
        const both = merge(known.event, event)
        byKey.set(event.key, { event: both, file: both.origin === event.origin ? file : known.file })
      }
    }
  }
  return [...byKey.values()].map(({ event, file }) => ({
    key: event.key, at: event.at, model: event.model, tokens: event.tokens, billing: event.billing, final: event.final,
    sidechain: event.sidechain, estimated: world.estimatedAgents.has(file.agent), kind: 'usage', givenCost: null, scope: scopeOf(world, event, file),
  }))
}

const scopeOf = (world: IngestWorld, { origin }: UsageEvent, file: FollowedFile): Scope => ({
  node: world.node, agent: file.agent, account: file.account, project: world.projectOf(origin.cwd),
  branch: origin.branch, session: origin.session, subagent: origin.subagent,
})

function* postMeters(world: IngestWorld, parts: readonly FilePart[], posted: readonly EntryDraft[]): Work<readonly EntryDraft[]> {
  const metered: { agent: string; reading: MeterReading; file: FollowedFile }[] = []
  for (const { file, readings } of parts) for (const reading of readings) metered.push({ agent: file.agent, reading, file })
  return yield* postUnlogged(world, metered, posted)
}

function* noteSessions(world: IngestWorld, responses: readonly Claimed[], parts: readonly FilePart[]): Work<void> {
  const latest = new Map<string, Claimed>()
  for (const response of responses) {
    const known = latest.get(response.scope.session)
    if (response.scope.session !== '' && (!known || response.at >= known.at)) latest.set(response.scope.session, response)
  }
  const transcripts = new Map(parts.map(part => [part.events[0]?.origin.session ?? '', part.file.path]))
  for (const [id, { scope, at, model }] of latest) {
    yield* world.stores.sessions.seenInLog({ agent: scope.agent, id, account: scope.account, project: scope.project, branch: scope.branch, cwd: '', transcript: transcripts.get(id) ?? '', model }, at)
  }
}

function* moveCursors(world: IngestWorld, parts: readonly FilePart[], now: Instant): Work<void> {
  const { cursors, events } = world.stores
  for (const { file, flaws, grewBy } of parts) {
    yield* cursors.save(file)
    for (const flaw of flaws) yield* cursors.addFlaw(flaw, now)
    if (grewBy > 0 && (yield* cursors.warnGrowthOnce(file.path, now))) {
      yield* events.add({ code: 'log.large_growth', level: 'warn', fields: { path: file.path, bytes: grewBy } }, now)
    }
  }
}
