// The end of a run: which sessions it was, what their logs show it cost, and giving back what it did not spend. Called when
// its process is over, by whoever notices: the supervisor, or a daemon that finds it dead.
import { isInForce } from '../../core/enforcement/lock.ts'
import { sessionsOf, type Run, type RunSession } from '../../core/launch/run.ts'
import type { UsageSum } from '../../core/ledger/ledger-store.ts'
import type { Work } from '../../core/ledger/work.ts'
import { nanoUsd, ZERO_USD, type NanoUsd } from '../../core/money.ts'
import { NO_NOTE } from '../../core/reservations/request.ts'
import type { Instant } from '../../core/time.ts'
import { releaseLock } from '../release.ts'
import { release, settle } from '../reserve.ts'
import { requestTime } from '../reserve/world.ts'
import { forgetProcess, knowSession, type RunWorld } from '../run.ts'

export interface EndedRun {
  readonly run: Run
  readonly sessions: readonly RunSession[]
  readonly cost: NanoUsd
  readonly responses: number
  /** Some of it has no price, or its end is not in the log: it cost at least this. */
  readonly atLeast: boolean
  /** Why nothing can be said of its cost; '' when something can. */
  readonly because: string
}

// Sessions of one agent in one folder since a run began: more than this is no run.
const SEEN_MAX = 1_000

/** Ends it once; asked again it tells the same. `logged` false: the client kept no log. */
export async function endRun(world: RunWorld, id: string, { exitCode, logged = true }: { readonly exitCode: number | null; readonly logged?: boolean }): Promise<EndedRun | null> {
  const ended = await world.stores.transaction(function* (): Work<EndedRun | null> {
    const now = yield* requestTime(world), run = yield* world.stores.runs.get(id)
    if (!run) return null
    const because = run.endedAt === null ? yield* findSessions(world, run, now) : ''
    const sessions = yield* world.stores.runs.sessions(id)
    yield* forgetProcess(world, run, now)
    yield* world.stores.runs.end(id, now, exitCode)
    const sum = yield* costOf(world, run, sessions)
    if (run.endedAt === null) yield* world.stores.events.add({ code: 'run.ended', level: 'info', fields: { run: id, program: run.program, exit: exitCode ?? 'not seen', sessions: sessions.length } }, now)
    return { run, sessions, cost: sum.cost, responses: sum.responses, atLeast: sum.unpriced + sum.partial > 0, because: logged ? because : 'it was told to keep no log' }
  })
  if (ended && ended.run.budget !== null) await giveBack(world, id)
  return ended
}

/** What its logs show is spent stays spent; the rest is free again. Its budget ends, and its lock with it. */
async function giveBack(world: RunWorld, id: string): Promise<void> {
  const reservation = await world.stores.read(() => world.stores.reservations.get(id))
  if (reservation?.state === 'pending') await (reservation.covers ? settle(world, { id, actual: null, note: NO_NOTE }) : release(world, id))
  const { now, locks } = await world.stores.transaction(function* () {
    const at = yield* requestTime(world)
    yield* world.stores.tasks.close(id, at)
    return { now: at, locks: (yield* world.stores.breaches.activeLocks(at)).filter(lock => lock.rule === id && isInForce(lock, at)) }
  })
  for (const lock of locks) await releaseLock(world, { id: lock.id, reason: 'the run it belonged to has ended', by: 'purser run', raise: null }, now)
}

/** Where the client made its ids itself and no hook told: by what its logs show. '' or why nothing is known. */
function* findSessions(world: RunWorld, run: Run, now: Instant): Work<string> {
  const { runs, sessions } = world.stores
  if (run.agent === '') return `purser knows no log of ${run.program}`
  if ((yield* runs.sessions(run.id)).length > 0) return ''
  const seen: { agent: string; session: string; cwd: string; startedAt: Instant; seenAt: Instant; taken: boolean }[] = []
  for (const each of yield* sessions.recent(run.startedAt, SEEN_MAX)) {
    const owners = yield* runs.ofSession({ agent: each.agent, session: each.id })
    seen.push({ agent: each.agent, session: each.id, cwd: each.cwd, startedAt: each.startedAt, seenAt: each.seenAt, taken: owners.some(owner => owner !== run.id) || (each.pid !== null && (each.pid !== run.pid || each.startTime !== run.startTime)) })
  }
  const beside = (yield* runs.beside(run.agent, run.project, run.startedAt)).filter(other => other.id !== run.id && other.session === '')
  const found = sessionsOf(run, seen, beside.length)
  for (const session of found.sessions) yield* knowSession(world, run, { agent: run.agent, session }, now)
  return found.because
}

function* costOf({ stores }: RunWorld, run: Run, sessions: readonly RunSession[]): Work<Pick<UsageSum, 'cost' | 'responses' | 'unpriced' | 'partial'>> {
  if (sessions.length === 0) return { cost: ZERO_USD, responses: 0, unpriced: 0, partial: 0 }
  const own = new Set(sessions.map(({ agent, session }) => `${agent}/${session}`))
  const groups = (yield* stores.ledger.sum({ since: run.startedAt, until: null, by: ['agent', 'session'], slotMs: 0 })).filter(({ by }) => own.has(`${by.agent}/${by.session}`))
  const added = (of: (sum: UsageSum) => number): number => groups.reduce((sum, group) => sum + of(group.sum), 0)
  return {
    cost: nanoUsd(groups.reduce((sum, group) => sum + group.sum.cost, 0n)), responses: added(sum => sum.responses), unpriced: added(sum => sum.unpriced), partial: added(sum => sum.partial),
  }
}

/**
 * Runs whose process is over though nobody said so: their supervisor was killed. `read`: their logs, first. Both the
 * supervisor and this may end a run; the second finds nothing left to do.
 */
export async function endDeadRuns(world: RunWorld, read: (run: Run) => Promise<unknown>): Promise<number> {
  let ended = 0
  for (const run of await world.stores.read(() => world.stores.runs.open(world.node))) {
    const { node, boot, pid, startTime } = run
    if ((await world.owners.look({ kind: 'process', node, boot, pid, startTime })) !== 'dead') continue
    if (run.agent !== '') await read(run)
    await endRun(world, run.id, { exitCode: null })
    ended++
  }
  return ended
}
