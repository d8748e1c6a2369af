// A world to enforce in: one store, one table, one clock, everything ordinary unless the test says otherwise.
import type { Policy } from '../../src/core/enforcement/ladder.ts'
import type { Lock } from '../../src/core/enforcement/lock.ts'
import type { Place } from '../../src/core/enforcement/place.ts'
import type { Evidence } from '../../src/core/enforcement/target.ts'
import type { Witness } from '../../src/core/enforcement/witness.ts'
import type { Clock } from '../../src/core/machine/clock.ts'
import type { ProcessInfo } from '../../src/core/machine/process-table.ts'
import { instant, type Instant } from '../../src/core/time.ts'
import type { BackgroundSession, EnforcePorts } from '../../src/flows/enforce/ports.ts'
import { aLock, NOON } from './a-lock.ts'
import { aProcess, FakeSignals, FakeTable, NAMESPACE, US } from './fake-processes.ts'
import { FakeEnforcementStore } from './fake-enforcement-store.ts'

export const SESSION = '3f3c8446-2b81-4c3f-b8fb-6ded90c1fae2'

/** The agent's own registry, speaking of `aProcess()`. */
export const aWitness = (change: Partial<Witness> = {}): Witness => ({
  proof: 'registry', agent: 'claude-code', pid: 4711, startTime: '395962', session: SESSION, account: '~/.claude', cwd: '/home/dev/web', kind: 'foreground',
  status: 'busy', job: '', pidDomain: `linux:00000000000000000000000000000000:${NAMESPACE}`, at: NOON, ...change,
})

export const aPlace = (change: Partial<Place> = {}): Place => ({ project: '/home/dev/web', worktree: '/home/dev/web', branch: 'main', ...change })

export const someEvidence = (change: Partial<Evidence> = {}): Evidence => ({
  process: aProcess(), agent: 'claude-code', role: 'session', heard: { heard: true, witness: aWitness() }, place: aPlace(), companions: 0,
  self: US, node: 'n1', home: '/home/dev', exists: () => true, ...change,
})

/** A lock that may terminate, on the whole project, without grace. */
export const stopLock = (change: Partial<Lock> = {}): Lock => aLock({ onBreach: 'terminate', ...change })

export class ManualClock implements Clock {
  at: number = NOON
  monotonic = 0
  now(): Instant { return instant(this.at) }
  monotonicMs(): number { return this.monotonic }
  async sleep(ms: number): Promise<void> { this.pass(ms) }
  pass(ms: number): void { this.at += ms; this.monotonic += ms }
}

export interface World extends EnforcePorts {
  readonly table: FakeTable
  readonly sent: FakeSignals
  readonly rows: FakeEnforcementStore
  readonly time: ManualClock
  readonly voices: Witness[]
  readonly stopped: BackgroundSession[]
  policyNow: Policy
}

/** Agents are told by their kernel name here; what a real adapter looks at is its own tests' business. */
const roleByName = ({ name, argv }: ProcessInfo): Evidence['role'] => {
  if (name !== 'claude') return null
  return argv[1] === 'bg-pty-host' ? 'helper' : argv[1] === 'extensionHost' ? 'ide' : 'session'
}

export function aWorld(given: { locks?: readonly Lock[]; processes?: readonly ProcessInfo[]; witnesses?: readonly Witness[]; places?: (cwd: string) => Place | null } = {}): World {
  const table = new FakeTable(given.processes ?? [aProcess()])
  const sent = new FakeSignals(table)
  const rows = new FakeEnforcementStore(given.locks ?? [stopLock()])
  const time = new ManualClock()
  const voices = [...(given.witnesses ?? [aWitness()])]
  const stopped: BackgroundSession[] = []
  const places = given.places ?? ((cwd: string) => (cwd === '/home/dev/web' || cwd.startsWith('/home/dev/web/') ? aPlace() : { project: cwd, worktree: '', branch: '' }))
  const world: World = {
    table, sent, rows, time, voices, stopped, policyNow: { armed: true, sigkill: false },
    store: rows, processes: table, signals: sent, clock: time, node: 'n1', home: '/home/dev',
    agents: [{ name: 'claude-code', process: { role: roleByName } }],
    witnesses: async () => [...voices],
    places: { at: places, exists: () => true },
    stopBackground: async session => { stopped.push(session); return { stopped: true } },
    policy: () => world.policyNow,
    crashPoint: () => {},
  }
  return world
}
