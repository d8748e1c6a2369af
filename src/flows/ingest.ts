// The only door of facts into durable state: one transaction per batch. Posts entries, keeps balances, judges what is
// current, writes what a breach causes, and moves the cursors, or does none of it. Facts are never refused.
import type { QuotaObservation } from '../core/accounts/quota.ts'
import type { Budget } from '../core/budgets/budget.ts'
import type { Lock } from '../core/enforcement/lock.ts'
import type { Claimed } from '../core/ledger/entry.ts'
import type { Pricer } from '../core/ledger/posting.ts'
import type { Work } from '../core/ledger/work.ts'
import type { Clock } from '../core/machine/clock.ts'
import type { Notifier } from '../core/machine/notifier.ts'
import { asBudget, taskMeasure } from '../core/reservations/task-budget.ts'
import type { Scope } from '../core/scope.ts'
import type { Stores } from '../core/stores.ts'
import type { FoundLog, ScanBatch } from '../core/tailing/scan.ts'
import { instant, type Instant } from '../core/time.ts'
import { STANDARD_BILLING, type CounterReading, type Origin, type UsageEvent } from '../core/usage/usage-event.ts'
import { addToBalances, advanceRolling, type TouchedBalance } from './balances.ts'
import { judgeTouched } from './judge-balances.ts'
import { fromLog, observeQuotas } from './observe-quota.ts'
import { postUnlogged, type Metered } from './unlogged.ts'

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
  readonly channels: () => readonly Pick<Notifier, 'channel' | 'minLevel'>[]
  /** A file growing by more than this in one step is worth a warning. */
  readonly warnGrowthBytes: () => number
  /** Accounts that live sessions are bound to, by `agent/session`, as the agents' own registries say. Asked where a folder of logs is shared by several. */
  readonly liveAccounts?: () => ReadonlyMap<string, string>
  /** Named places where a crash test may end the process; a no-op otherwise. */
  readonly crashPoint: (name: string) => void
}

/** `posted` counts entries. */
/** `posted`: entries, differences of fuller copies among them. `read`: responses as the logs told them; `added`: those the ledger did not have. */
export interface IngestOutcome { readonly posted: number; readonly locked: readonly Lock[]; readonly read: number; readonly added: number }

/** Commits one batch of what was read. Resolves once it is durable; rejects with nothing changed. */
export async function ingest(world: IngestWorld, batch: ScanBatch, mode: IngestMode): Promise<IngestOutcome> {
  return (await ingestTogether(world, [batch], mode))[0] as IngestOutcome
}

/**
 * Commits several batches at once, or none. Every commit writes the pages of the ledger's keys that it touched, which are
 * nearly all of them for a thousand responses and no more for ten thousand.
 */
export async function ingestTogether(world: IngestWorld, batches: readonly ScanBatch[], mode: IngestMode): Promise<readonly IngestOutcome[]> {
  // Looked up in the file system, so that nothing inside the transaction has to be.
  for (const { usage, counters } of batches) {
    for (const { cwd } of usage.origins) world.projectOf(cwd)
    for (const { fact } of counters) world.projectOf(fact.origin.cwd)
  }
  // A folder that two logins share names no account: who runs the session now does. Of history nobody knows.
  const unnamed = mode === 'live' && batches.some(({ files }) => files.some(({ log }) => log.account === ''))
  const accounts = (unnamed ? world.liveAccounts?.() : undefined) ?? NO_ACCOUNTS
  world.crashPoint('ingest.before-transaction')
  const outcomes = await world.stores.transaction(function* () {
    const now = yield* steadyNow(world)
    yield* advanceRolling(world.stores, world.budgets(), now)
    const done: IngestOutcome[] = []
    for (const batch of batches) done.push(yield* postBatch(world, { batch, accounts }, mode, now))
    world.crashPoint('ingest.before-commit')
    return done
    // History can be read again from the same cursors, so a power cut while catching up costs nothing but time.
  }, mode === 'live' ? 'durable' : 'rereadable')
  world.crashPoint('ingest.after-commit')
  return outcomes
}

type Accounts = ReadonlyMap<string, string>
const NO_ACCOUNTS: Accounts = new Map()

function* postBatch(world: IngestWorld, { batch, accounts }: { readonly batch: ScanBatch; readonly accounts: Accounts }, mode: IngestMode, now: Instant): Work<IngestOutcome> {
  const sessions: Sessions = new Map()
  const { posted, copies: later } = yield* world.stores.ledger.post(claimsOf(world, { batch, accounts }, sessions), world.price)
  const counted = yield* world.stores.ledger.postCounters(countersOf(world, { batch, accounts }, sessions), world.price)
  world.crashPoint('ingest.after-entries')
  const copies = [...later, ...batch.copies].map(({ key, session }) => ({ agent: agentOf(key), session, key }))
  for (const { agent, session, key } of copies) yield* world.stores.meters.addCopy(agent, session, key)
  yield* noteSessions(world, sessions)
  yield* observeQuotas(world.stores.quota, world.node, quotasOf({ batch, accounts }, now))
  const logged = [...posted, ...counted]
  const all = [...logged, ...(yield* postUnlogged(world, { metered: metersOf(batch), posted: logged, copies }))]
  const touched = yield* addToBalances(world.stores, world.budgets(), all, now)
  world.crashPoint('ingest.after-balances')
  const locked = mode === 'live' ? yield* judgeTouched(world, touched, now) : []
  yield* moveCursors(world, batch, now)
  return { posted: all.length, locked, read: batch.usage.length, added: all.reduce((sum, entry) => sum + entry.responses, 0) }
}

/**
 * The end of catching up: one judgement of the windows that contain now, over every balance. What an old log breached
 * in a window long closed is never acted on.
 */
export async function judgeNow(world: IngestWorld): Promise<readonly Lock[]> {
  return world.stores.transaction(function* () {
    const now = yield* steadyNow(world)
    yield* advanceRolling(world.stores, world.budgets(), now)
    const touched: TouchedBalance[] = []
    for (const budget of world.budgets()) {
      for (const balance of yield* world.stores.balances.ofMeasure(budget.measure)) touched.push({ budget, balance })
    }
    for (const task of yield* world.stores.tasks.open()) {
      for (const balance of yield* world.stores.balances.ofMeasure(taskMeasure(task.id))) touched.push({ budget: asBudget(task), balance })
    }
    return yield* judgeTouched(world, touched, now)
  })
}

const JUDGED_AT = 'judged_at'

/**
 * Now, but never earlier than any batch or judgement before: a clock set back must not reopen a closed window, nor move
 * the edge of a rolling one to the left of what was taken off already.
 */
export function* steadyNow(world: Pick<IngestWorld, 'clock' | 'stores'>): Work<Instant> {
  const now = world.clock.now()
  const before = Number((yield* world.stores.meta.get(JUDGED_AT)) ?? 0)
  if (now > before) yield* world.stores.meta.set(JUDGED_AT, String(now))
  return instant(Math.max(now, before))
}

const logOf = (batch: ScanBatch, index: number): FoundLog => {
  const read = batch.files[index]
  if (!read) throw new Error(`a fact refers to file ${index} of a batch of ${batch.files.length}`)
  return read.log
}

/** Keys begin with the agent's name: `claude-code:msg_...`. */
const agentOf = (key: string): string => key.slice(0, key.indexOf(':'))

/** What the newest response of each session in a batch says of it. */
type Sessions = Map<string, { readonly response: Claimed; readonly log: FoundLog; readonly cwd: string }>

function noteLatest(sessions: Sessions, response: Claimed, log: FoundLog, cwd: string): void {
  const { session } = response.scope
  const known = sessions.get(session)
  if (session !== '' && !(known && known.response.at > response.at)) sessions.set(session, { response, log, cwd })
}

/**
 * A batch as claims, made as they are asked for, and noting the newest of each session on the way. Neighbours share their
 * origin, and then their scope, as one object: what comes after compares it by identity.
 */
function* claimsOf(world: IngestWorld, { batch, accounts }: { readonly batch: ScanBatch; readonly accounts: Accounts }, sessions: Sessions): Generator<Claimed> {
  let scope: Scope | null = null, origin: Origin | null = null, file = -1
  for (const located of batch.usage) {
    const { fact } = located
    if (scope === null || fact.origin !== origin || located.file !== file) {
      ({ file, fact: { origin } } = located)
      scope = scopeOf(world, accounts, origin, logOf(batch, file))
    }
    const response = claimed(fact, scope, world.estimatedAgents.has(scope.agent))
    noteLatest(sessions, response, logOf(batch, file), fact.origin.cwd)
    yield response
  }
}

const countersOf = (world: IngestWorld, { batch, accounts }: { readonly batch: ScanBatch; readonly accounts: Accounts }, sessions: Sessions): Claimed[] => batch.counters.map(({ fact, file }) => {
  const log = logOf(batch, file)
  const counter = countedBy(fact, scopeOf(world, accounts, fact.origin, log), world.estimatedAgents.has(log.agent))
  noteLatest(sessions, counter, log, fact.origin.cwd)
  return counter
})

const accountOf = (accounts: Accounts, { agent, account }: FoundLog, session: string): string => account || (accounts.get(`${agent}/${session}`) ?? '')

const scopeOf = (world: IngestWorld, accounts: Accounts, { cwd, branch, session, subagent }: Origin, log: FoundLog): Scope =>
  ({ node: world.node, agent: log.agent, account: accountOf(accounts, log, session), project: world.projectOf(cwd), branch, session, subagent })

const claimed = ({ key, at, model, tokens, billing, final, sidechain, givenCost, ownedAt }: UsageEvent, scope: Scope, estimated: boolean): Claimed => {
  const claim: Claimed = { key, at, model, tokens, billing, scope, final, sidechain, estimated, kind: 'usage', givenCost: givenCost ?? null }
  return ownedAt === undefined ? claim : { ...claim, ownedAt }
}

const countedBy = ({ key, at, model, tokens, cost, origin }: CounterReading, scope: Scope, estimated: boolean): Claimed =>
  ({ key, at, model, tokens, billing: STANDARD_BILLING, scope, final: true, sidechain: origin.subagent !== '', estimated, kind: 'counter', givenCost: cost })

const metersOf = (batch: ScanBatch): readonly Metered[] => batch.meters.map(({ fact, file }) => {
  const { agent, path } = logOf(batch, file)
  return { agent, path, reading: fact }
})

const quotasOf = ({ batch, accounts }: { readonly batch: ScanBatch; readonly accounts: Accounts }, now: Instant): readonly QuotaObservation[] => batch.quotas.map(({ fact, file }) => {
  const log = logOf(batch, file)
  return fromLog(fact, { agent: log.agent, account: accountOf(accounts, log, fact.session), now })
})

function* noteSessions(world: IngestWorld, sessions: Sessions): Work<void> {
  for (const [id, { response: { scope, at, model }, log, cwd }] of sessions) {
    yield* world.stores.sessions.seenInLog({ agent: scope.agent, id, account: scope.account, project: scope.project, branch: scope.branch, cwd, transcript: log.path, model }, at)
    // A worktree that is deleted later still folds into its repository.
    if (scope.project !== cwd && cwd !== '') yield* world.stores.cursors.rememberPlace(cwd, scope.project)
  }
}

function* moveCursors(world: IngestWorld, batch: ScanBatch, now: Instant): Work<void> {
  const { cursors, events } = world.stores
  const unfinished = yield* cursors.unfinished()
  for (const read of batch.files) {
    if (read.outcome === 'gone') {
      yield* cursors.markGone(read.log.path, now)
    } else if (read.outcome === 'unreadable') {
      yield* cursors.addFlaw(read.flaw, now)
    } else if (read.outcome === 'read') {
      yield* cursors.save(read.file)
      if (read.atEnd && unfinished.has(read.log.path)) yield* cursors.finish(read.log.path)
      for (const flaw of read.flaws) yield* cursors.addFlaw(flaw, now)
      // A file seen for the first time is large, not growing.
      const grewMuch = read.transition.kind === 'append' && read.growth > world.warnGrowthBytes()
      if (grewMuch && (yield* cursors.warnGrowthOnce(read.log.path, now))) {
        yield* events.add({ code: 'log.large_growth', level: 'warn', fields: { path: read.log.path, bytes: read.growth } }, now)
      }
    }
  }
}

