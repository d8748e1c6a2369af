// One rung taken: pin the process, prove it again through the pin, write that the attempt begins, act, write what came
// of it. Whatever fails is an outcome in a row; nothing here stops the next process from being dealt with.
import type { Rung } from '../../core/enforcement/ladder.ts'
import { actionId, type Action } from '../../core/enforcement/lock.ts'
import { proveTarget } from '../../core/enforcement/target.ts'
import type { NewEvent } from '../../core/events/event.ts'
import { identityText, isAlive, type HeldProcess, type SignalResult, type StopSignal } from '../../core/machine/process-table.ts'
import type { Instant } from '../../core/time.ts'
import type { ProvenTarget, Target } from './choose.ts'
import type { EnforcePorts } from './ports.ts'
import { evidenceNow, type Survey, type WitnessMemory } from './survey.ts'
import { trail } from './trail.ts'
import { holdTree, signalTree, type Struck, type Tree } from './tree.ts'

/** One pass' view of the world, and the clock of the ladder. */
export interface Walk {
  readonly ports: EnforcePorts
  readonly memory: WitnessMemory
  readonly survey: Survey
  readonly now: () => Instant
}

export type Taken =
  /** The row is finished (or was so already); the ladder reads on from it. */
  | { readonly taken: true; readonly action: Action }
  /** Nothing was done: why, and no row speaks of it. */
  | { readonly taken: false; readonly because: string }

const SIGNAL: Record<'interrupt' | 'terminate' | 'kill', StopSignal> = { interrupt: 'SIGINT', terminate: 'SIGTERM', kill: 'SIGKILL' }

export function newAction(target: Target, rung: Rung, attempt: number, now: Instant): Action {
  const key = { lock: target.lock.id, kind: rung, target: identityText(target), attempt }
  return { ...key, id: actionId(key), state: 'running', notBefore: now, outcome: '', createdAt: now, finishedAt: null }
}

/** SIGINT, SIGTERM or SIGKILL. The interrupt goes to the process alone, so that it writes its bill before its tools end. */
export async function takeSignal(walk: Walk, target: Target, rung: 'interrupt' | 'terminate' | 'kill', attempt: number): Promise<Taken> {
  const { ports } = walk
  const held = await ports.processes.hold(target.pid)
  if (held === null) return { taken: false, because: 'it is gone' }
  try {
    const proof = await proveHeld(walk, target, held)
    if (!proof.target) return { taken: false, because: proof.because }
    const begun = await begin(walk, target, rung, attempt)
    if (!begun.taken || begun.action.state !== 'running') return begun
    const tree = await holdTree(ports, held, walk.survey.self)
    try {
      return await strike(walk, begun.action, held, tree, { rung, because: proof.because, session: proof.scope.session })
    } finally {
      tree.release()
    }
  } finally {
    held.release()
  }
}

/** All of the proof again, on what the pin shows now. */
async function proveHeld(walk: Walk, target: Target, held: HeldProcess): Promise<ProvenTarget | { readonly target: false; readonly because: string }> {
  const process = held.look()
  if (!isAlive(process) || process.startTime !== target.startTime) return { target: false, because: 'it is gone' }
  const evidence = await evidenceNow(walk.ports, walk.memory, process, walk.survey.agents)
  return evidence === null ? { target: false, because: 'it runs another program now' } : proveTarget(target.lock, evidence)
}

/** The row that says an attempt begins. `action.state` is other than `running` when it was finished before. */
export async function begin(walk: Walk, target: Target, rung: Rung, attempt: number): Promise<Taken> {
  const { ports, now } = walk
  // The policy may have changed since the pass began; a verification sends nothing.
  if (rung !== 'verify' && attempt > 0 && !ports.policy().armed) return { taken: false, because: 'purser was disarmed' }
  const action = newAction(target, rung, attempt, now())
  const begun = await ports.store.begin(action, ports.clock.now())
  if (begun === 'lock-gone') return { taken: false, because: `lock ${target.lock.id} is no longer in force` }
  if (begun === 'finished') return { taken: true, action: { ...action, state: 'done' } }
  ports.crashPoint('enforce.after-begin')
  return { taken: true, action }
}

async function strike(walk: Walk, action: Action, held: HeldProcess, tree: Tree, about: { rung: 'interrupt' | 'terminate' | 'kill'; because: string; session: string }): Promise<Taken> {
  const { ports } = walk
  const exe = held.look()?.exe ?? ''
  const started = ports.clock.monotonicMs()
  const result = await ports.signals.send({ pid: held.pid, startTime: held.startTime, exe, held }, SIGNAL[about.rung])
  const struck = about.rung === 'interrupt' || !result.sent ? [] : await signalTree(ports, tree, SIGNAL[about.rung])
  ports.crashPoint('enforce.after-signal')
  const failed = !result.sent && (result.why === 'not_permitted' || result.why === 'refused')
  const outcome = outcomeText(result, SIGNAL[about.rung], struck, tree) + trail(about.session, tree.members.map(({ info }) => info))
  const fields = { lock: action.lock, target: action.target, session: about.session, signal: SIGNAL[about.rung], attempt: action.attempt, because: about.because, outcome, ms: Math.round(ports.clock.monotonicMs() - started) }
  const events: NewEvent[] = [{ code: failed ? 'target.signal_failed' : 'target.signalled', level: failed ? 'error' : 'info', fields }]
  for (const { identity, error } of struck) if (error !== '') events.push({ code: 'target.child_signal_failed', level: 'error', fields: { lock: action.lock, target: action.target, child: identity, error } })
  return finish(walk, action, failed ? 'failed' : 'done', outcome, events)
}

function outcomeText(result: SignalResult, signal: StopSignal, struck: readonly Struck[], tree: Tree): string {
  if (!result.sent) return result.detail
  const errors = struck.filter(({ error }) => error !== '').map(({ identity, error }) => `${identity}: ${error}`)
  const parts = [
    `${signal} sent${struck.length === 0 ? '' : ` to it and ${struck.length - errors.length} of ${struck.length} below it`}`,
    ...(errors.length === 0 ? [] : [`not sent to ${errors.join(', ')}`]),
    ...(tree.left.length === 0 ? [] : [`left alone: ${tree.left.join(', ')}`]),
  ]
  return parts.join('; ')
}

/** The client's own stop command for a background session: its daemon would respawn what a signal ends. */
export async function takeStopCommand(walk: Walk, target: Target, attempt: number): Promise<Taken> {
  const { ports } = walk
  const held = await ports.processes.hold(target.pid)
  if (held === null) return { taken: false, because: 'it is gone' }
  try {
    const proof = await proveHeld(walk, target, held)
    if (!proof.target) return { taken: false, because: proof.because }
    if (proof.method !== 'stop-background') return { taken: false, because: 'it is no background session' }
    const begun = await begin(walk, target, 'stop-background', attempt)
    if (!begun.taken || begun.action.state !== 'running') return begun
    const { agent, account, session } = proof.scope
    const result = await ports.stopBackground({ agent, account, session, job: proof.job })
    ports.crashPoint('enforce.after-signal')
    const outcome = result.stopped ? `the client was told to stop job ${proof.job}` : `the client did not stop job ${proof.job}: ${result.detail}`
    const fields = { lock: begun.action.lock, target: begun.action.target, session, attempt, because: proof.because, outcome }
    return await finish(walk, begun.action, result.stopped ? 'done' : 'failed', outcome + trail(session, []), [{ code: result.stopped ? 'target.stop_command' : 'target.signal_failed', level: result.stopped ? 'info' : 'error', fields }])
  } finally {
    held.release()
  }
}

export async function finish(walk: Pick<Walk, 'ports' | 'now'>, action: Action, state: 'done' | 'failed' | 'dry-run' | 'abandoned', outcome: string, events: readonly NewEvent[]): Promise<Taken> {
  const at = walk.now()
  await walk.ports.store.finish(action.id, { state, outcome, at }, events)
  walk.ports.crashPoint('enforce.after-finish')
  return { taken: true, action: { ...action, state, outcome, finishedAt: at } }
}
