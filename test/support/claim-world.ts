// Claims over a real store, with processes and a clock that only the test moves. Several worlds on one store are several
// machines.
import { PROCESS, type Claimant } from '../../src/core/claims/claim.ts'
import type { Resource } from '../../src/core/claims/resource.ts'
import type { Seat } from '../../src/core/machine/liveness.ts'
import type { Stores } from '../../src/core/stores.ts'
import { instant } from '../../src/core/time.ts'
import type { ClaimPorts } from '../../src/flows/arbitrate/ports.ts'
import { takeClaims, type NotTaken, type Taken, type Taker } from '../../src/flows/arbitrate/take.ts'
import { aProcess, FakeTable, NAMESPACE } from './fake-processes.ts'
import { ManualClock } from './manual-clock.ts'

export const START = Date.UTC(2026, 10, 21, 12)

export const free = (name: string): Resource => ({ name, kind: 'free', root: '', path: '' })
export const pathOf = (path: string): Resource => ({ name: `path:${path}`, kind: 'path', root: '', path })

export class ClaimWorld {
  readonly stores: Stores
  readonly table: FakeTable
  readonly clock: ManualClock
  readonly seat: Seat
  readonly ports: ClaimPorts
  boot = 'b1'
  #pids = 1_000

  constructor(stores: Stores, node = 'n1', clock = new ManualClock(START)) {
    this.stores = stores
    this.clock = clock
    this.table = new FakeTable()
    this.seat = { node, boot: 'b1', namespace: NAMESPACE }
    this.ports = {
      stores, clock, processes: this.table, pidExists: pid => this.table.find(pid) !== null, agents: [], witnessesOf: async () => [], runOf: async () => null,
      terminalLeader: () => 0, self: () => this.table.self(), seat: async () => ({ ...this.seat, boot: this.boot }), changed: async () => undefined,
    }
  }

  /** A process that may hold. */
  born(startTime = '1'): Claimant {
    const pid = this.#pids++
    this.table.processes.push(aProcess({ pid, startTime }))
    return { ...this.seat, pid, startTime, agent: PROCESS, session: `process-${pid}`, proof: 'process' }
  }

  take(claimant: Claimant, names: readonly Resource[], more: Partial<Taker> = {}): Promise<Taken | NotTaken> {
    return takeClaims(this.ports, { resources: names, claimant, asking: claimant, strict: false, reason: null, ttlMs: 60_000, wait: null, ...more })
  }

  /** Takes or waits in line, with the process as its ticket. */
  wait(claimant: Claimant, names: readonly Resource[]): Promise<Taken | NotTaken> {
    return this.take(claimant, names, { wait: { ticket: `t${claimant.pid}`, until: instant(START + 3_650 * 86_400_000) } })
  }

  async codes(): Promise<readonly string[]> {
    return (await this.stores.read(() => this.stores.events.since(0, 1_000))).map(event => event.code)
  }
}
