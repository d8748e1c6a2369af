// What becomes of an attempt that is under way, whoever began it: looked at anew each time, so that going on after a crash
// is the same as going on. It ends once, when its process is provably over.
import { reaches } from '../../core/enforcement/lock-reach.ts'
import { isInForce } from '../../core/enforcement/lock.ts'
import { spentText } from '../../core/enforcement/lock-text.ts'
import type { AbortLike } from '../../core/machine/clock.ts'
import { isAlive } from '../../core/machine/process-table.ts'
import { usdShort, type NanoUsd } from '../../core/money.ts'
import type { SeatNow } from '../../core/sessions/seats.ts'
import { outcomeOf, staggered, type Ended } from '../../core/tasks/outcome.ts'
import { after, isOver, type Attempt, type Task } from '../../core/tasks/task.ts'
import type { Work } from '../../core/ledger/work.ts'
import { endRun } from '../run/end.ts'
import { keepClaims } from '../arbitrate/upkeep.ts'
import { endUnborn, undo } from './begin.ts'
import type { DispatchPorts, UnderWay } from './ports.ts'
import { tellOver } from './tell.ts'

/** Verifications of this process, by attempt. One that a crash or a stop cut off is run again: it decides, and changes nothing. */
export interface Verifying { readonly under: Map<string, Promise<void>>; readonly signal: AbortLike }

export async function tend(ports: DispatchPorts, { task, attempt }: UnderWay, seats: readonly SeatNow[]): Promise<void> {
  if (attempt.letGoAt === null) {
    // Nobody else is at it: one dispatcher runs at a time, and what it begins it ends in one turn.
    await (isOver(task) ? endUnborn(ports, attempt.id) : undo(ports, task, attempt.id, { because: '', forMs: 0 }))
    return
  }
  const seat = seats.find(({ stamp }) => stamp === attempt.seat)
  if (isOver(task) || late(ports, task, attempt)) return hurry(ports, { task, attempt }, seat)
  if (seat?.now.state === 'lives') {
    // Where whoever let it go died before it could say so to the gate.
    await ports.files.letGo(task.id, attempt.id)
    return
  }
  if (seat?.now.state === 'ended') return finish(ports, { task, attempt }, { exitCode: seat.now.end.code, seat })
  if (seat === undefined && !(await lives(ports, attempt))) return finish(ports, { task, attempt }, { exitCode: null, seat })
}

const late = ({ run: { clock } }: DispatchPorts, { timeoutMs }: Task, { letGoAt }: Attempt): boolean => letGoAt !== null && clock.now() - letGoAt >= timeoutMs

async function hurry(ports: DispatchPorts, under: UnderWay, seat: SeatNow | undefined): Promise<void> {
  if (seat?.now.state === 'ended') return finish(ports, under, { exitCode: seat.now.end.code, seat })
  if (seat && (await ports.seats.end(seat.stamp)).did !== 'ended') return
  if (!(await lives(ports, under.attempt))) await finish(ports, under, { exitCode: null, seat: undefined })
}

async function lives({ run, claims: { processes } }: DispatchPorts, { process, id }: Attempt): Promise<boolean> {
  if (process === null) return false
  const known = await run.stores.read(() => run.stores.runs.get(id))
  if (known && known.boot !== run.boot) return false
  const found = await processes.inspect(process.pid)
  return isAlive(found) && found.startTime === process.startTime
}

async function finish(ports: DispatchPorts, { task, attempt }: UnderWay, { exitCode, seat }: { readonly exitCode: number | null; readonly seat: SeatNow | undefined }): Promise<void> {
  const { run: { stores, clock }, crashPoint } = ports
  crashPoint('task.ended')
  const run = await stores.read(() => stores.runs.get(attempt.id))
  if (run) await ports.readToEnd(run)
  const spent = await ports.windowsOf({ agent: task.agent, account: attempt.account })
  const cost = (await endRun(ports.run, attempt.id, { exitCode }))?.cost ?? null
  const stopped = await stoppedBy(ports, task, attempt, { exitCode, cost })
  const ended = outcomeOf(task, attempt, { exitCode, cancelled: task.now.state === 'cancelled', stopped, spent }, clock.now())
  await stores.transaction(() => write(ports, { task, attempt }, ended, { exitCode, cost }))
  crashPoint('task.written')
  if (seat) await ports.seats.end(seat.stamp)
  // Its claims went with its process; whoever waits for them need not wait for the next look.
  if (task.claims.length > 0) await keepClaims(ports.claims)
  ports.again()
}

function* write(ports: DispatchPorts, { task, attempt }: UnderWay, { outcome, because, until }: Ended, { exitCode, cost }: { readonly exitCode: number | null; readonly cost: NanoUsd | null }): Work<void> {
  const { stores, clock } = ports.run, now = clock.now()
  yield* stores.queue.end(attempt.id, { at: now, exitCode, outcome, because, cost })
  const parked = until === null ? 0 : (yield* stores.queue.open(task.node)).filter(each => each.now.state === 'parked').length
  const next = after(task, { event: 'ended', attempt: attempt.id, outcome, because, until: until === null ? null : staggered(until, parked), verify: task.verified }, now)
  yield* stores.events.add({ code: 'task.ended', level: outcome === 'done' || outcome === 'cancelled' ? 'info' : 'warn', fields: { task: task.id, label: task.label, attempt: attempt.id, outcome, exit: exitCode ?? 'not seen' } }, now)
  if (next === null || !(yield* stores.queue.move(task, next))) return
  yield* tellOver(ports, { ...task, ...next }, now)
}

/**
 * Its own budget, or a lock that reaches it: a client that a hook stopped ends well, and one that met the limit it was
 * given ends like any failure. Where it is not certain that it finished, it is not tried again by itself.
 */
async function stoppedBy(ports: DispatchPorts, task: Task, { session, account, letGoAt }: Attempt, { exitCode, cost }: { readonly exitCode: number | null; readonly cost: NanoUsd | null }): Promise<string> {
  const { stores, clock } = ports.run, now = clock.now()
  if (cost !== null && (cost > task.budget || (cost === task.budget && exitCode !== 0))) return `it used up its budget of ${usdShort(task.budget)}; give the next one more with --budget`
  const asker = ports.askerOf(task, session, account)
  const lock = (await stores.read(() => stores.breaches.activeLocks(now))).find(each => isInForce(each, now) && each.onBreach !== 'warn' && each.lockedAt >= (letGoAt ?? now) && reaches(each, asker))
  return lock ? `a lock came while it worked (${spentText(lock)}): purser lock show ${lock.id}` : ''
}

/** Begins the verification where none runs, and is done when it has decided. */
export function judge(ports: DispatchPorts, task: Task, verifying: Verifying): void {
  const { now } = task
  if (now.state !== 'verifying' || verifying.under.has(now.attempt) || verifying.signal.aborted) return
  const { attempt } = now
  verifying.under.set(attempt, verified(ports, task, attempt, verifying.signal)
    .then(() => forgetIfOver(ports, task.id)).catch(ports.fault).finally(() => {
    verifying.under.delete(attempt)
    ports.again()
  }))
}

async function verified(ports: DispatchPorts, task: Task, attempt: string, signal: AbortLike): Promise<void> {
  const { stores, clock } = ports.run
  const why = await ports.verify(task, ports.files.read(task.id)?.verify ?? [], signal)
  if (why === null) return
  ports.crashPoint('task.verified')
  const now = clock.now(), outcome = why === '' ? 'done' : 'unverified'
  await stores.transaction(function* () {
    const next = after(task, { event: 'ended', attempt, outcome, because: why, until: null, verify: true }, now)
    if (next === null || !(yield* stores.queue.move(task, next))) return
    yield* stores.queue.judge(attempt, outcome, why)
    yield* stores.events.add({ code: 'task.verified', level: why === '' ? 'info' : 'warn', fields: { task: task.id, label: task.label, attempt, outcome } }, now)
    yield* tellOver(ports, { ...task, ...next }, now)
  })
}

/** What is over needs no text any more; what was put aside may be tried again. */
export async function forgetIfOver({ run: { stores }, files }: Pick<DispatchPorts, 'run' | 'files'>, id: string): Promise<void> {
  const task = await stores.read(() => stores.queue.get(id))
  if (task && isOver(task) && task.now.state !== 'dead') files.forget(id)
}
