// What `purser run` promises and what becomes of it: may it start here, with how much; whose process it is; what it cost.
// The process already waits behind its gate when this is asked, so its owner is known from the first moment.
import { reaches, type Asker } from '../core/enforcement/lock-reach.ts'
import { inForce } from '../core/enforcement/judge-hook.ts'
import { spentText, untilText } from '../core/enforcement/lock-text.ts'
import type { Lock } from '../core/enforcement/lock.ts'
import type { Run, RunSession } from '../core/launch/run.ts'
import type { Work } from '../core/ledger/work.ts'
import type { ProcessIdentity } from '../core/machine/process-table.ts'
import { nanoUsd, usdShort, usdText, type NanoUsd } from '../core/money.ts'
import { refusal, type Refusal } from '../core/reservations/refusal.ts'
import { TTL_MS } from '../core/reservations/request.ts'
import { WHOLE_SESSION } from '../core/reservations/reservation.ts'
import type { TaskBudget } from '../core/reservations/task-budget.ts'
import { targetsOf } from '../core/reservations/targets.ts'
import type { Instant } from '../core/time.ts'
import { advanceRolling, measureNew } from './balances.ts'
import { reserve } from './reserve.ts'
import { attach } from './prove.ts'
import { requestTime, type ReserveWorld } from './reserve/world.ts'

export interface RunWorld extends ReserveWorld { readonly boot: string }

export interface RunAsk {
  /** '' for a program of no agent. */
  readonly agent: string
  readonly program: string
  readonly session: string
  readonly resumed: boolean
  /** Scope and folder as far as they are known. */
  readonly asker: Asker
  readonly budget: NanoUsd | null
}

/** `limit`: what may be spent at most here; null when nothing that stops anything counts it. */
export interface MayRun { readonly ok: true; readonly limit: NanoUsd | null }

/** Is there a lock on it, and does anything remain? Promises nothing. */
export async function mayRun(world: RunWorld, ask: Pick<RunAsk, 'asker' | 'budget'>): Promise<MayRun | Refusal> {
  return world.stores.transaction(function* (): Work<MayRun | Refusal> {
    const now = yield* requestTime(world)
    const locked = yield* lockedOut(world, ask.asker, now)
    if (locked) return locked
    const { least, by } = yield* tightest(world, ask.asker, now)
    if (least !== null && least <= 0n) return refusal('over_budget', `budget ${by} has nothing left`, { by, remaining: least })
    const limit = ask.budget !== null && (least === null || ask.budget < least) ? ask.budget : least
    return { ok: true, limit }
  })
}

function* lockedOut(world: RunWorld, asker: Asker, now: Instant): Work<Refusal | null> {
  const held = (yield* world.stores.breaches.activeLocks(now)).filter(lock => reaches(lock, asker)).map(lock => ({ lock, saveWork: { entries: [], limits: { save: 0, deny: 0, batch: 0 } } }))
  const [first, ...more] = inForce(held, now)
  if (!first) return null
  const others = more.length === 0 ? '' : `; ${more.length === 1 ? 'one more lock holds' : `${more.length} more locks hold`} it too: purser lock list`
  return refusal('locked', `${lockText(first.lock, now)}${others}`, { by: first.lock.id })
}

const lockText = (lock: Lock, now: Instant): string => `${spentText(lock)}; locked ${untilText(lock, now)}`

/** The least that remains in a budget that would stop it. Budgets that only warn stop nobody. */
function* tightest(world: RunWorld, { scope }: Asker, now: Instant): Work<{ readonly least: NanoUsd | null; readonly by: string }> {
  const every = world.budgets().filter(({ hard, onBreach }) => hard && onBreach !== 'warn')
  const targets = targetsOf({ scope, rules: [], tasks: [], every, raises: yield* world.stores.breaches.raises(), now })
  yield* measureNew(world.stores, targets.map(({ budget }) => budget), now)
  yield* advanceRolling(world.stores, targets.map(({ budget }) => budget), now)
  let least: NanoUsd | null = null, by = ''
  for (const { budget, key, limit } of targets) {
    const { spent, estimated, reserved } = yield* world.stores.holds.filling(key)
    const remaining = nanoUsd(limit - (spent - (estimated > 0n ? estimated : 0n)) - reserved)
    if (least === null || remaining < least) {
      least = remaining
      by = budget.id
    }
  }
  return { least, by }
}

export interface BegunRun { readonly ok: true; readonly run: Run }

/** Names the process as what it will become, and holds its budget everywhere, or says why it may not start. */
export async function beginRun(world: RunWorld, ask: RunAsk, { id, process }: { readonly id: string; readonly process: ProcessIdentity }): Promise<BegunRun | Refusal> {
  const begun = await world.stores.transaction(function* (): Work<Run | Refusal> {
    const now = yield* requestTime(world)
    const locked = yield* lockedOut(world, ask.asker, now)
    if (locked) return locked
    const run = runOf(world, ask, { id, process, now })
    yield* world.stores.runs.add(run)
    if (run.session !== '') yield* knowSession(world, run, { agent: run.agent, session: run.session }, now)
    if (run.budget !== null) yield* world.stores.tasks.add(taskOf(run, run.budget))
    yield* world.stores.events.add({ code: 'run.started', level: 'info', fields: { run: id, program: run.program, pid: process.pid, session: run.session, ...(run.budget === null ? {} : { budget: usdText(run.budget) }) } }, now)
    return run
  })
  if ('refused' in begun) return begun
  world.crashPoint('run.before-reserve')
  const refused = begun.budget === null ? null : await promised(world, begun, begun.budget)
  if (refused === null) return { ok: true, run: begun }
  await world.stores.transaction(function* () {
    const now = yield* requestTime(world)
    yield* world.stores.tasks.close(id, now)
    yield* forgetProcess(world, begun, now)
    yield* world.stores.runs.end(id, now, REFUSED_EXIT)
  })
  return refused
}

const REFUSED_EXIT = 3

function runOf({ node, boot }: RunWorld, { agent, program, session, resumed, asker, budget }: RunAsk, { id, process, now }: { readonly id: string; readonly process: ProcessIdentity; readonly now: Instant }): Run {
  const { account, project, branch } = asker.scope
  return { id, node, agent, program, session, account, project, branch, folder: asker.cwd, boot, pid: process.pid, startTime: process.startTime, resumed, budget, startedAt: now, endedAt: null }
}

/** Stops this session alone; without a known session a lock would reach its neighbours, so then it only tells. */
const taskOf = ({ id, agent, session, startedAt }: Run, limit: NanoUsd): TaskBudget => ({
  id, limit, parent: '', scope: session === '' ? {} : { agent, session }, hard: true, onBreach: session === '' ? 'warn' : 'terminate', thresholds: [95, 100],
  progressPpm: null, createdAt: startedAt, updatedAt: startedAt, closedAt: null, body: 'run',
})

async function promised(world: RunWorld, { id, node, boot, pid, startTime, agent, session, account, project, branch, startedAt }: Run, amount: NanoUsd): Promise<Refusal | null> {
  const outcome = await reserve(world, {
    id, amount, budgets: [id], scope: { agent, account, project, branch, session }, model: '', ttlMs: TTL_MS,
    owner: { kind: 'process', node, boot, pid, startTime }, covers: session === '' ? null : { agent, session, stream: WHOLE_SESSION, from: startedAt, responses: null },
  })
  if (outcome.ok) return null
  const left = outcome.remaining === null || outcome.refused !== 'over_budget' ? '' : `; at most ${usdShort(outcome.remaining)} fits now`
  return { ...outcome, because: `${outcome.because}${left}` }
}

/** A session that turned out to be this run: the process is its, and what it spends from the run's start on is the run's. */
export function* knowSession(world: Pick<RunWorld, 'stores'>, run: Run, known: RunSession, now: Instant): Work<void> {
  if (!(yield* world.stores.runs.addSession(run.id, known))) return
  if (known.session === run.session) {
    yield* world.stores.sessions.bind({ agent: known.agent, id: known.session, cwd: run.folder, project: run.project, transcript: '', pid: run.pid, startTime: run.startTime, proof: 'run' }, now)
  }
  if (run.budget !== null) yield* attach(world, { budgets: [run.id], ...known, from: run.startedAt })
}

/** Its process is over: nothing speaks for the session any more. */
export function* forgetProcess({ stores }: Pick<RunWorld, 'stores'>, run: Run, now: Instant): Work<void> {
  for (const { agent, session } of yield* stores.runs.sessions(run.id)) {
    const known = yield* stores.sessions.get(agent, session)
    if (known?.pid === run.pid && known.startTime === run.startTime) yield* stores.sessions.end(agent, session, now)
  }
}
