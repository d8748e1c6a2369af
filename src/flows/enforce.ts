// Locks in force are carried out: every process in their scope is proven, walked up the ladder one rung at a time, and
// watched until it stays stopped. One pass never waits for a process; the caller comes back at `nextAt`.
import { climb, RUNG_WAIT_MS, type Rung, type Seen } from '../core/enforcement/ladder.ts'
import { isFinished, type Action, type Lock } from '../core/enforcement/lock.ts'
import { messageOf, unreachable } from '../core/errors.ts'
import { identityText, isAlive, isSuspended } from '../core/machine/process-table.ts'
import { instant, type Instant } from '../core/time.ts'
import { chooseTargets, type Target } from './enforce/choose.ts'
import { concludeTarget, giveUp, loseSight, rehearse } from './enforce/endings.ts'
import type { EnforcePorts } from './enforce/ports.ts'
import { begin, takeSignal, takeStopCommand, type Taken, type Walk } from './enforce/rungs.ts'
import { steadyClock } from './enforce/steady-clock.ts'
import { survey, WitnessMemory } from './enforce/survey.ts'
import { successorOf } from './enforce/trail.ts'

// An exit is noticed this soon. A look at 380 processes costs 12 ms, and only while a ladder is being climbed.
const WATCH_MS = 250
// As long as a rung is waited for; measured exits take 30 to 150 ms, a session's end hook 1.2 s.
const CLOSELY_MS = RUNG_WAIT_MS.terminate
// A relaunch inside a locked scope is found this soon when no hook announced it; the hook denies its prompts anyway.
const RELAUNCH_MS = 2_000
// Beyond any machine's sessions: what is left over is dealt with in the next pass.
const TARGETS_MAX = 256
// Interrupt, terminate, kill and verify may follow each other at once, plus the rehearsal's three; more is a loop.
const STEPS_MAX = 8

export interface Failure { readonly target: string; readonly lock: string; readonly error: string }
export interface PassReport {
  /** Locks in force that may stop processes. */
  readonly locks: number
  readonly targets: number
  /** Rungs taken or rehearsed in this pass. */
  readonly taken: readonly { readonly target: string; readonly rung: Rung; readonly state: string; readonly outcome: string }[]
  readonly failures: readonly Failure[]
  /** When to look again; null when no lock is in force. */
  readonly nextAt: Instant | null
}

export interface Enforcer {
  /** Does everything that is due now. Passes are not run side by side: a second call waits for the first. */
  pass(): Promise<PassReport>
  /** Resolves once no stop command of a client is running any more. */
  settled(): Promise<void>
}

/** State of one running enforcer beyond the rows; losing it costs a repeated look, never a repeated finished attempt. */
interface Running {
  readonly memory: WitnessMemory
  readonly steady: (floor?: Instant) => Instant
  /** Stop commands that were started and have not answered. */
  readonly commands: Map<string, Promise<void>>
  /** Doubts told already, by lock and target. */
  readonly doubted: Set<string>
  readonly failures: Failure[]
}

export function enforcer(ports: EnforcePorts): Enforcer {
  const running: Running = { memory: new WitnessMemory(), steady: steadyClock(ports.clock), commands: new Map(), doubted: new Set(), failures: [] }
  let last: Promise<unknown> = Promise.resolve()
  return {
    pass() {
      const mine = last.then(() => onePass(ports, running))
      last = mine.catch(() => {})
      return mine
    },
    async settled() {
      while (running.commands.size > 0) await Promise.all(running.commands.values())
    },
  }
}

async function onePass(ports: EnforcePorts, running: Running): Promise<PassReport> {
  const now = ports.clock.now()
  for (const lock of await ports.store.releaseExpired(now)) {
    await ports.store.audit([{ code: 'lock.expired', level: 'info', fields: { lock: lock.id, rule: lock.rule } }], now)
  }
  const inForce = await ports.store.activeLocks(now)
  await abandonOrphans(ports, inForce, now)
  const locks = inForce.filter(lock => lock.onBreach === 'terminate' && !lock.needsConfirmation)
  const failures = running.failures.splice(0)
  if (locks.length === 0) return { locks: 0, targets: 0, taken: [], failures, nextAt: firstOf(inForce.map(lock => lock.expiresAt)) }

  const seen = await survey(ports, running.memory)
  const rows = await ports.store.history(locks.map(lock => lock.id))
  const floor = instant(Math.max(...locks.map(lock => lock.lockedAt), ...rows.map(row => row.finishedAt ?? row.createdAt)))
  const walk: Walk = { ports, memory: running.memory, survey: seen, now: () => running.steady(floor) }
  const targets = chooseTargets(locks, seen, rows, ports.policy(), walk.now())
  const taken: PassReport['taken'][number][] = []
  const due: (Instant | null)[] = [instant(now + RELAUNCH_MS), ...inForce.map(lock => lock.expiresAt)]
  for (const target of targets.slice(0, TARGETS_MAX)) {
    try {
      const climbed = await climbTarget(walk, running, target)
      for (const action of climbed.taken) {
        taken.push({ target: action.target, rung: action.kind as Rung, state: action.state, outcome: action.outcome })
        if (action.state === 'failed') failures.push({ target: action.target, lock: action.lock, error: action.outcome })
      }
      due.push(climbed.until)
    } catch (error) {
      // One process that cannot be dealt with never shields the others; the fault is shown and tried again.
      failures.push({ target: identityText(target), lock: target.lock.id, error: messageOf(error) })
      await ports.store.audit([{ code: 'target.fault', level: 'error', fields: { lock: target.lock.id, target: identityText(target), error: messageOf(error) } }], now)
    }
  }
  return { locks: locks.length, targets: targets.length, taken, failures, nextAt: firstOf(due) }
}

/** Walks one target as far up as it may go now. */
async function climbTarget(walk: Walk, running: Running, target: Target): Promise<{ readonly taken: readonly Action[]; readonly until: Instant | null }> {
  const taken: Action[] = []
  let history = target.history
  const method = target.proof?.method ?? (history.some(row => row.kind === 'stop-background') ? 'stop-background' : 'signal')
  for (let count = 0; count < STEPS_MAX; count++) {
    const seen = await see(walk, target, history)
    const policy = walk.ports.policy()
    const step = climb(target.lock, history, seen, method, policy, walk.now())
    if (seen.alive && target.proof === null && (step.step === 'take' || step.step === 'give-up')) {
      await loseSight(walk, target, running.doubted)
      return { taken, until: null }
    }
    switch (step.step) {
      case 'rest': return { taken, until: null }
      case 'wait': return { taken, until: watchUntil(step.until, history, walk.now()) }
      case 'give-up':
        await giveUp(walk, target)
        return { taken, until: null }
      case 'conclude':
        taken.push(await concludeTarget(walk, target, history, step))
        return { taken, until: null }
      case 'rehearse': {
        const rehearsed = await rehearse(walk, target, step.rung)
        if (rehearsed === null) return { taken, until: null }
        taken.push(rehearsed)
        history = [...history, rehearsed]
        break
      }
      case 'take': {
        const result = await take(walk, running, target, step.rung, step.attempt)
        // Not taken: proven no more, or gone since. The next pass sees what it is.
        if (result === 'asked' || !result.taken) return { taken, until: instant(walk.now() + WATCH_MS) }
        if (step.rung !== 'verify') taken.push(result.action)
        history = [...history.filter(row => row.id !== result.action.id), result.action]
        break
      }
      default: return unreachable(step)
    }
  }
  return { taken, until: instant(walk.now() + WATCH_MS) }
}

/** Just after a signal an exit is watched for closely; a grace, a rest, a verification and a suspended process are not. */
function watchUntil(until: Instant, history: readonly Action[], now: Instant): Instant {
  const lately = history.some(row => row.attempt > 0 && row.kind !== 'verify' && now - (row.finishedAt ?? row.createdAt) <= CLOSELY_MS)
  return lately ? instant(Math.min(until, now + WATCH_MS)) : until
}

async function take(walk: Walk, running: Running, target: Target, rung: Rung, attempt: number): Promise<Taken | 'asked'> {
  if (rung === 'verify') return begin(walk, target, 'verify', attempt)
  if (rung !== 'stop-background') return takeSignal(walk, target, rung, attempt)
  // A client may take seconds to answer: it is asked beside the passes, and its row is read when it is written.
  const key = `${target.lock.id} ${identityText(target)}`
  if (!running.commands.has(key)) running.commands.set(key, askClient(walk, running, target, attempt).finally(() => running.commands.delete(key)))
  return 'asked'
}

async function askClient(walk: Walk, running: Running, target: Target, attempt: number): Promise<void> {
  const fail = (error: string): void => { running.failures.push({ target: identityText(target), lock: target.lock.id, error }) }
  try {
    const result = await takeStopCommand(walk, target, attempt)
    if (result.taken && result.action.state === 'failed') fail(result.action.outcome)
  } catch (error) {
    fail(messageOf(error))
  }
}

async function see({ ports, survey: { agents } }: Walk, target: Target, history: readonly Action[]): Promise<Seen> {
  const process = await ports.processes.inspect(target.pid)
  const alive = isAlive(process) && process.startTime === target.startTime
  const { heard } = target.evidence ?? { heard: { heard: false } as const }
  return {
    alive, suspended: alive && isSuspended(process), activity: heard.heard ? heard.witness.status : 'unknown',
    successor: successorOf(agents, target, history) !== null,
  }
}

/** Attempts whose lock was released or has expired are ended by name, so that nothing of them is ever taken up again. */
async function abandonOrphans(ports: EnforcePorts, inForce: readonly Lock[], now: Instant): Promise<void> {
  const ids = new Set(inForce.map(lock => lock.id))
  for (const action of await ports.store.openAttempts()) {
    if (ids.has(action.lock) || isFinished(action)) continue
    const fields = { lock: action.lock, target: action.target, rung: action.kind }
    await ports.store.finish(action.id, { state: 'abandoned', outcome: 'the lock is no longer in force', at: now }, [{ code: 'target.abandoned', level: 'info', fields }])
  }
}

const firstOf = (instants: readonly (Instant | null)[]): Instant | null =>
  instants.reduce<Instant | null>((first, at) => (at !== null && (first === null || at < first) ? at : first), null)
