// The beginning of an attempt: a seat whose process waits at a gate, claims taken for that process, its budget reserved
// for it, and only then the gate is opened. Whoever dies in between leaves a process that waits and spends nothing.
import { overlaps } from '../../core/claims/resource.ts'
import { heldText } from '../../core/claims/claim-text.ts'
import { AppError, codeOf, messageOf } from '../../core/errors.ts'
import { runIdFrom } from '../../core/launch/run.ts'
import type { ProcessIdentity } from '../../core/machine/process-table.ts'
import type { SeatNow } from '../../core/sessions/seats.ts'
import { freeNames } from '../../core/sessions/pool.ts'
import { after, type Attempt, type Task, type TaskEvent } from '../../core/tasks/task.ts'
import { instant, MINUTE_MS, SECOND_MS, type Instant } from '../../core/time.ts'
import { keepClaims } from '../arbitrate/upkeep.ts'
import { takeClaims } from '../arbitrate/take.ts'
import { beginRun, mayRun } from '../run.ts'
import { endRun } from '../run/end.ts'
import type { DispatchPorts, Planned } from './ports.ts'

/** Why an attempt was not let go, and when it is worth another look. */
interface Hold { readonly because: string; readonly forMs: number }

// A claim may be given back any second, money comes back with a window or a settled reservation, and a program that is
// missing has to be installed by a person.
const CLAIM_MS = 15 * SECOND_MS, MONEY_MS = 30 * SECOND_MS, SEAT_MS = 10 * SECOND_MS, MISSING_MS = 5 * MINUTE_MS
// The gate's shell opens its end within milliseconds.
const GATE_MS_MAX = 5_000
const GATE_LOOK_MS = 10

/** Moves a task if it still is as it was read; false when somebody else did. */
export async function moved({ run: { stores, clock } }: DispatchPorts, task: Task, event: TaskEvent): Promise<boolean> {
  const next = after(task, event, clock.now())
  return next !== null && stores.transaction(() => stores.queue.move(task, next))
}

/** True when it was let go. */
export async function begin(ports: DispatchPorts, task: Task, account: string): Promise<boolean> {
  const { run: { stores, clock }, crashPoint } = ports
  const minted = ports.mint(), id = runIdFrom(minted)
  const planned = ports.plan(task, { minted, account })
  const early = planned.ok ? await foreseen(ports, task, planned, account) : { because: planned.because, forMs: MISSING_MS }
  if (early !== null || !planned.ok) {
    await moved(ports, task, { event: 'waits', because: early?.because ?? '', until: instant(clock.now() + (early?.forMs ?? MISSING_MS)) })
    return false
  }
  const attempt: Attempt = { id, task: task.id, seat: '', process: null, session: planned.session, account, startedAt: clock.now(), letGoAt: null, endedAt: null, exitCode: null, outcome: null, because: '', cost: null }
  const starting = after(task, { event: 'picked', attempt: id }, clock.now())
  if (starting === null || !(await stores.transaction(function* () {
    if (!(yield* stores.queue.move(task, starting))) return false
    yield* stores.queue.begin(attempt)
    return true
  }))) return false
  crashPoint('task.picked')
  const picked: Task = { ...task, ...starting }
  const held = await ready(ports, picked, attempt, planned)
  if (held !== null) {
    await undo(ports, picked, attempt.id, held)
    return false
  }
  return letGo(ports, picked, attempt)
}

/** What can be known without a seat: so that a task that has to wait leaves no traces every few seconds. */
async function foreseen(ports: DispatchPorts, task: Task, { session, program }: Planned, account: string): Promise<Hold | null> {
  const { stores } = ports.claims, { clock, node } = ports.run
  const barred = await ports.barred({ agent: task.agent, account })
  if (barred !== '') return { because: barred, forMs: MONEY_MS }
  if (task.claims.length > 0) {
    const wanted = ports.resources(task), now = clock.now()
    const held = (await stores.read(() => stores.claims.held())).find(claim => wanted.some(each => overlaps(claim.resource, each)))
    if (held) return { because: heldText({ asked: wanted.find(each => overlaps(held.resource, each)) ?? held.resource, by: held, now, node }), forMs: CLAIM_MS }
  }
  const allowed = await mayRun(ports.run, { asker: ports.askerOf(task, session, account), budget: task.budget })
  if (!allowed.ok) return { because: allowed.because, forMs: MONEY_MS }
  if (allowed.limit !== null && allowed.limit < task.budget) return { because: `its budget does not fit into what is left for ${program} here`, forMs: MONEY_MS }
  return null
}

async function ready(ports: DispatchPorts, task: Task, attempt: Attempt, planned: Planned): Promise<Hold | null> {
  const { stores } = ports.run
  const seat = await seated(ports, task, attempt, planned)
  if (!('stamp' in seat)) return seat
  const process = seat.process
  if (process === null) return { because: 'its seat was gone at once', forMs: SEAT_MS }
  await stores.transaction(() => stores.queue.seat(attempt.id, seat.stamp, process))
  ports.crashPoint('task.seated')
  const barred = task.claims.length === 0 ? null : await claimed(ports, task, attempt, process)
  if (barred !== null) return barred
  ports.crashPoint('task.claimed')
  const begun = await beginRun(ports.run, { agent: task.agent, program: planned.program, session: planned.session, resumed: false, asker: ports.askerOf(task, planned.session, attempt.account), budget: task.budget }, { id: attempt.id, process })
  if (!begun.ok) return { because: begun.because, forMs: MONEY_MS }
  ports.crashPoint('task.reserved')
  return null
}

/** The first name of the pool's range that is free. */
async function seated(ports: DispatchPorts, task: Task, attempt: Attempt, { file, args, variables, session }: Planned): Promise<SeatNow | Hold> {
  const argv = await ports.files.gated(task.id, attempt.id, { file, args, keepOutput: task.keepOutput })
  for (const name of freeNames(ports.pool(), await ports.names())) {
    const stamp = ports.stamp()
    // Before it is opened: a seat that nobody knew of would wait at its gate for ever.
    await ports.run.stores.transaction(() => ports.run.stores.queue.seat(attempt.id, stamp, null))
    try {
      return await ports.seats.start({ stamp, name, kind: 'task', agent: task.agent, session, account: attempt.account, cwd: task.folder, argv, variables, screen: false })
    } catch (error) {
      // Somebody was faster with this name; the next one may be free.
      if (codeOf(error) === 'conflict') continue
      if (error instanceof AppError) return { because: messageOf(error), forMs: SEAT_MS }
      throw error
    }
  }
  return { because: 'every seat of the pool is taken', forMs: SEAT_MS }
}

/** For the process at the gate, which becomes the client: as long as it lives they are held, and not a moment longer. */
async function claimed(ports: DispatchPorts, task: Task, attempt: Attempt, process: ProcessIdentity): Promise<Hold | null> {
  const claimant = { ...process, ...(await ports.claims.seat()), agent: task.agent, session: attempt.session || attempt.id, proof: 'run' as const }
  const found = await takeClaims(ports.claims, { resources: ports.resources(task), claimant, asking: process, strict: false, reason: `task ${task.label || task.id}`, ttlMs: TTL_MS, wait: null })
  if (found.result === 'taken') return null
  if (found.result === 'queued') return { because: `${found.asked.name} is waited for by others`, forMs: CLAIM_MS }
  return { because: heldText({ asked: found.asked, by: found.by, now: found.now, node: ports.run.node, dead: found.dead }), forMs: CLAIM_MS }
}
const TTL_MS = MINUTE_MS

async function letGo(ports: DispatchPorts, task: Task, attempt: Attempt): Promise<boolean> {
  const { stores, clock } = ports.run
  const running = after(task, { event: 'let_go', attempt: attempt.id }, clock.now())
  const mine = running !== null && await stores.transaction(function* () {
    if (!(yield* stores.queue.move(task, running))) return false
    yield* stores.queue.letGo(attempt.id, clock.now())
    yield* stores.events.add({ code: 'task.started', level: 'info', fields: { task: task.id, label: task.label, attempt: attempt.id, number: running.attempts } }, clock.now())
    return true
  })
  if (!mine) {
    // It was cancelled meanwhile.
    await endUnborn(ports, attempt.id)
    return false
  }
  ports.crashPoint('task.let-go')
  for (const until = clock.monotonicMs() + GATE_MS_MAX; clock.monotonicMs() < until; await clock.sleep(GATE_LOOK_MS)) {
    if ((await ports.files.letGo(task.id, attempt.id)) !== 'shut') break
  }
  return true
}

/** As if it had never been picked. */
export async function undo(ports: DispatchPorts, task: Task, attempt: string, { because, forMs }: Hold): Promise<void> {
  await endUnborn(ports, attempt)
  const until: Instant = instant(ports.run.clock.now() + forMs)
  await moved(ports, task, { event: 'held', attempt, because, until })
}

/** Its process has spent nothing: it goes, and with it its claims, what was reserved for it, and its row. */
export async function endUnborn(ports: DispatchPorts, id: string): Promise<void> {
  const { stores } = ports.run
  const attempt = await stores.read(() => stores.queue.attempt(id))
  if (attempt !== null && attempt.seat !== '') await ports.seats.end(attempt.seat)
  await endRun(ports.run, id, { exitCode: null })
  if (attempt !== null) ports.files.shut(attempt.task, id)
  // Its claims went with its process.
  await keepClaims(ports.claims)
  await stores.transaction(() => stores.queue.undo(id))
}
