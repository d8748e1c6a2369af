// The daemon: takes the lease, then the socket, reads history, judges once, and from then on follows, judges, enforces,
// tells and projects until it is asked to stop. Reads top to bottom in the order in which things must exist.
import type { DaemonOptions } from '../api/daemon-options.ts'
import { serve, type Aside } from '../api/server.ts'
import { messageOf } from '../core/errors.ts'
import type { LogSettings } from '../core/config/settings.ts'
import { RENEW_MS } from '../core/claims/claim.ts'
import type { LogWatcher } from '../core/tailing/scan.ts'
import { DAY_MS, instant, SECOND_MS } from '../core/time.ts'
import { startDelivery } from '../flows/deliver.ts'
import { keepClaims } from '../flows/arbitrate/upkeep.ts'
import { dispatcher } from '../flows/dispatch/dispatch.ts'
import { watchPass } from '../flows/failover/watch.ts'
import { enforcer } from '../flows/enforce.ts'
import { follow } from '../flows/follow.ts'
import type { IngestOutcome } from '../flows/ingest.ts'
import { ARMED_SINCE } from '../flows/judge-balances.ts'
import { endDeadRuns } from '../flows/run/end.ts'
import { endCalls } from '../flows/reserve/end-calls.ts'
import { learnSessions } from '../flows/sessions/pool.ts'
import { expireOverdue } from '../flows/reserve/expire.ts'
import { beat, stopBeating } from '../os/files/lock-files.ts'
import { createLogWatcher } from '../os/logs/log-watcher.ts'
import { pointToSocket } from '../os/files/hook-files.ts'
import { pointStatusline } from '../os/files/statusline-files.ts'
import { handlersOf, planeOf } from './handlers/table.ts'
import { readLogs } from './handlers/reports.ts'
import { outsideOf, sourcesOf } from './handlers/external.ts'
import { reprice } from './handlers/pricing.ts'
import { statuslineDoor } from './handlers/statusline.ts'
import { httpDoor } from './http-door.ts'
import { hookDoor } from './hook-door.ts'
import { writeFirstConfig } from './world/config.ts'
import { judgeAfterEdit } from './world/judge-edit.ts'
import { openAnswerThread } from './answer-thread.ts'
import { answerAside } from './aside.ts'
import { externalLoop } from './external-loop.ts'
import { holdLease } from './lease.ts'
import { startLoop, type Loop, type LoopOptions } from './loop.ts'
import { openLog, type Log } from './log.ts'
import { project } from './projection.ts'
import { Scope } from './scope.ts'
import { callSight, callWorld } from './world/calls.ts'
import { failoverPorts } from './world/failover.ts'
import { claimPorts } from './world/claims.ts'
import { dispatchPorts } from './world/dispatch.ts'
import { poolPorts } from './world/pool.ts'
import { reserveWorld } from './world/reserve.ts'
import { enforcePorts } from './world/sight.ts'
import { readToEnd, runWorld } from './world/runs.ts'
import { sweep } from './upkeep.ts'
import { ADAPTERS, threadFile, wire, type WireOptions } from './wire.ts'
import type { World } from './world/world.ts'

const ENFORCE_MS = SECOND_MS
const PROJECT_MS = 2 * SECOND_MS
// Fail-closed hooks trust the projection while its heartbeat is younger than 60 s.
const BEAT_MS = 10 * SECOND_MS
const UPKEEP_MS = 3_600 * SECOND_MS
const CONFIG_MS = SECOND_MS
// A source that was just added waits no longer; with none there is nothing to do.
const EXTERNAL_MS = 30 * SECOND_MS
// A run whose supervisor was killed holds its money this much longer than it lives.
const RUNS_MS = 2 * SECOND_MS
// An attempt that is over holds a seat, and a person may be looking.
const TASKS_MS = SECOND_MS
// A spent quota stays spent for hours; a move that is under way asks for its next look itself.
const FAILOVER_MS = 5 * SECOND_MS
// Who sits where matters once a session has ended, minutes later at the earliest.
const SEATS_MS = 10 * SECOND_MS
// Money of the dead is wanted back soon, not at once: whoever is refused looks by himself.
const EXPIRE_MS = 10 * SECOND_MS
// What a request that failed was held for is wanted by other sessions of the same budget.
const CALLS_MS = 2 * SECOND_MS

/** Runs until the signal aborts or `down` is asked; resolves with the exit code. `parts` replaces concretes in tests and the demo. */
export async function runDaemon(options: DaemonOptions, parts: Partial<WireOptions> = {}): Promise<number> {
  const scope = new Scope()
  try {
    const world = await wire({ environment: options.environment, role: 'daemon', observe: options.observe, ...parts }, scope)
    const log = scope.own('log', openLog(world.places.log), each => each.close())
    const onBug = (what: string, error: unknown): void => log.error('bug', { what, message: messageOf(error), stack: error instanceof Error ? (error.stack ?? '') : '' })
    await holdLease(world, scope)
    writeFirstConfig(world.places.configFile, options.environment)
    const stopping = new AbortController()
    world.running.stop = () => stopping.abort()
    options.signal.addEventListener('abort', () => stopping.abort(), { once: true })
    if (options.signal.aborted) stopping.abort()

    const wake: Wake = { failover: () => undefined, enforce: () => undefined, project: () => undefined, deliver: () => undefined, refollow: () => undefined, listen: async () => undefined }
    const handlers = handlersOf(world, () => { wake.project(); wake.enforce(); wake.deliver(); wake.failover() })
    const door = hookDoor(world, onBug)
    scope.own('hooks', door, each => each.idle())
    const lines = statuslineDoor(world, onBug)
    scope.own('status lines', lines, each => each.idle())
    const aside = openAside(world, scope)
    scope.own('socket', await serve({ socket: world.places.socket, handlers, aside, hook: request => door.answer(request), statusline: request => lines.answer(request), onBug }), each => each.close())
    const http = scope.own('port', httpDoor(world, handlers, log, aside), each => each.close())
    await http.follow()
    wake.listen = () => http.follow()
    pointToSocket(world.places.state, world.places.socket)
    pointStatusline(world.places.state, world.places.socket)
    await refreshArmed(world)
    await project(world)

    await readLogs(world, stopping.signal, progress => options.onProgress({ files: progress.done ? progress.files : 0, filesTotal: progress.files, bytes: progress.bytes, bytesTotal: progress.bytesTotal, responses: progress.responses }))
    if (!stopping.signal.aborted) {
      await reprice(world)
      await judgeAfterEdit(world, world.budgets())
      await startLoops(world, log, scope, wake)
      log.info('daemon.ready', { version: world.version, files: world.running.finding?.logs.length ?? 0 })
      options.onReady(planeOf(handlers, async () => undefined))
      await followUntil(world, log, stopping.signal, wake)
    }
    return 0
  } finally {
    await scope.close()
  }
}

function openAside(world: World, scope: Scope): Aside {
  const file = threadFile('answer-worker')
  return file === null ? async () => null : answerAside(world, scope.own('answers', openAnswerThread({ file, environment: world.environment }), each => each.close()))
}

async function refreshArmed(world: World): Promise<void> {
  world.running.armed = (await world.stores.read(() => world.stores.meta.get(ARMED_SINCE))) !== null
}

/** A wall clock that goes back is worth telling: windows stay closed, but times in reports will look odd. */
function watchClock({ clock, running: { clockSteps } }: World): void {
  const now = clock.now()
  if (now < clockSteps.last) {
    clockSteps.count++
    clockSteps.longestMs = Math.max(clockSteps.longestMs, clockSteps.last - now)
  }
  clockSteps.last = now
}

type Wake = { failover: () => void; enforce: () => void; project: () => void; deliver: () => void; refollow: () => void; listen: () => Promise<void> }

async function startLoops(world: World, log: Log, scope: Scope, wake: Wake): Promise<void> {
  const { clock } = world
  const onError = (name: string, error: unknown): void => log.error('loop.failed', { loop: name, message: messageOf(error) })
  const loop = (name: string, everyMs: number, run: LoopOptions['run']): Loop => scope.own(name, startLoop({ name, everyMs, clock, run, onError }), each => each.stop())

  const enforcing = enforcer(enforcePorts(world))
  scope.own('stop commands', enforcing, each => each.settled())
  const enforce = loop('enforce', ENFORCE_MS, async again => {
    await refreshArmed(world)
    watchClock(world)
    if (world.running.observe) return
    const { nextAt } = await enforcing.pass()
    if (nextAt !== null) again(nextAt - clock.now())
  })
  const projecting = loop('project', PROJECT_MS, async () => { await project(world) })
  loop('heartbeat', BEAT_MS, async () => beat(world.places.locks, clock.now()))
  scope.own('heartbeat file', world.places.locks, stopBeating)
  let version = world.config.current().version
  loop('config', CONFIG_MS, async () => {
    const state = world.config.reload()
    if (state.version === version) return
    version = state.version
    wake.refollow()
    await wake.listen()
    await judgeAfterEdit(world, world.budgets())
    wake.project()
    wake.enforce()
    wake.deliver()
  })
  loop('upkeep', UPKEEP_MS, () => sweep(world))
  loop('runs', RUNS_MS, async () => { if (await endDeadRuns(runWorld(world), run => readToEnd(world, run)) > 0) wake.project() })
  loop('reservations', EXPIRE_MS, async () => { await expireOverdue(reserveWorld(world)) })
  if (!world.running.observe) dispatching(world, { loop, scope, wake, log })
  loop('calls', CALLS_MS, async () => { if (!world.running.catchingUp) await endCalls(callWorld(world), callSight(world)) })
  loop('seats', SEATS_MS, () => learnSessions(poolPorts(world), instant(clock.now() - DAY_MS)))
  const claims = claimPorts(world, { changed: ms => clock.sleep(ms) })
  loop('claims', RENEW_MS, async () => { if ((await keepClaims(claims)).reaped.length > 0) projecting.wake() })
  const moves = failoverPorts(world)
  const moving = loop('failover', FAILOVER_MS, async again => {
    if (world.running.observe) return
    again((await watchPass(moves)).withinMs)
    wake.deliver()
  })
  wake.failover = moving.wake
  const outside = externalLoop({
    outside: outsideOf(world), sources: () => sourcesOf(world), onFault: (source, message) => log.error('external.fault', { source, message }),
    onSynced: ({ locked }) => { wake.deliver(); if (locked.length > 0) { wake.enforce(); wake.project() } }, again: () => reading.wake(),
  })
  scope.own('sources', outside, each => each.stop())
  const reading = loop('external', EXTERNAL_MS, async again => {
    const { nextAt } = await outside.pass()
    if (nextAt !== null) again(nextAt - clock.now())
  })
  let channels = world.notifiers()
  const delivery = scope.own('delivery', startDelivery({ outbox: world.outbox, notifiers: channels, clock, random: world.random, tell: event => world.enforcement.audit([event], clock.now()) }), each => each.stop())
  wake.enforce = enforce.wake
  wake.project = projecting.wake
  wake.deliver = () => {
    if (channels !== world.notifiers()) delivery.use(channels = world.notifiers())
    delivery.wake()
  }
}

/** Queued tasks. What runs when we stop goes on by itself; whoever runs next finds it. */
function dispatching(world: World, { loop, scope, wake, log }: { readonly loop: (name: string, everyMs: number, run: LoopOptions['run']) => Loop; readonly scope: Scope; readonly wake: Wake; readonly log: Log }): void {
  const tasks = dispatcher(dispatchPorts(world, { again: () => world.running.dispatch(), fault: error => log.error('task.fault', { message: messageOf(error) }) }))
  scope.own('verifications', tasks, each => each.stop())
  const turning = loop('tasks', TASKS_MS, async () => {
    if (!(await tasks.turn())) return
    wake.project()
    wake.deliver()
  })
  world.running.dispatch = turning.wake
}

async function followUntil(world: World, log: Log, signal: AbortSignal, wake: Wake): Promise<void> {
  const onBatch = (outcome: IngestOutcome): void => {
    if (outcome.locked.length > 0) wake.enforce()
    if (outcome.locked.length > 0) wake.project()
    if (outcome.posted > 0) {
      wake.deliver()
      world.running.newestSessionAt = world.clock.now()
    }
  }
  const onFault = (error: unknown): void => log.error('ingest.fault', { message: messageOf(error) })
  while (!signal.aborted) {
    const { logs, accounts } = world.config.current().settings
    const changed = new AbortController()
    // Roots, limits and rhythm of following are the watcher's from its start: others need another watcher.
    wake.refollow = () => { const { settings } = world.config.current(); if (JSON.stringify([settings.logs, settings.accounts]) !== JSON.stringify([logs, accounts])) changed.abort() }
    await follow(world, watcherFor(world, log, logs), { onBatch, onFault }, AbortSignal.any([signal, changed.signal]))
  }
}

const watcherFor = (world: World, log: Log, logs: LogSettings): LogWatcher => createLogWatcher({
  adapters: new Map(ADAPTERS.map(adapter => [adapter.name, adapter])), environment: world.environment, extraRoots: logs.roots,
  allowOutsideHome: logs.allowOutsideHome, maxFiles: logs.maxFiles, clock: world.clock, sweepMs: logs.sweepMs,
  onPolling: why => { world.running.polling = why; log.warn('watch.polling', { why }) },
})
