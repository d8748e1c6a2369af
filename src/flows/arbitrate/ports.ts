// Everything claims ask of the world. The daemon and the in-process command line wire the same; tests put fakes here.
import type { Witness } from '../../core/enforcement/witness.ts'
import type { Clock } from '../../core/machine/clock.ts'
import type { Seat } from '../../core/machine/liveness.ts'
import type { ProcessIdentity, ProcessTable, Self } from '../../core/machine/process-table.ts'
import type { Stores } from '../../core/stores.ts'
import type { AgentKnowledge } from '../enforce/ports.ts'

export interface ClaimPorts {
  readonly stores: Pick<Stores, 'claims' | 'events' | 'read' | 'transaction'>
  readonly clock: Clock
  readonly processes: ProcessTable
  /** Whether the kernel knows a pid, whoever owns it. */
  readonly pidExists: (pid: number) => boolean
  readonly agents: readonly AgentKnowledge[]
  /** Hooks and registries about this very pid. */
  readonly witnessesOf: (pid: number) => Promise<readonly Witness[]>
  /** What `purser run` started as this very process; null when it did not. */
  readonly runOf: (process: ProcessIdentity) => Promise<{ readonly id: string; readonly session: string } | null>
  /** The process that leads the terminal's session a process is in; 0 where there is none. */
  readonly terminalLeader: (pid: number) => number
  readonly seat: () => Promise<Seat>
  /** Whose processes may ask: our own user's, in our own container. */
  readonly self: () => Promise<Self>
  /** Resolves after `ms`, or sooner when a claim was given back here. */
  readonly changed: (ms: number) => Promise<void>
}
