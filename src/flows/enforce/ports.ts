// Everything enforcement asks of the world. The daemon wires it; tests put a fake table and a fake store here.
import type { EnforcementStore } from '../../core/enforcement/enforcement-store.ts'
import type { Policy } from '../../core/enforcement/ladder.ts'
import type { Places } from '../../core/enforcement/place.ts'
import type { Witness } from '../../core/enforcement/witness.ts'
import type { Clock } from '../../core/machine/clock.ts'
import type { ProcessTable, Signaller } from '../../core/machine/process-table.ts'
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'

export type AgentKnowledge = Pick<AgentAdapter, 'name' | 'process'>

/** A background session as its client knows it. */
export interface BackgroundSession {
  readonly agent: string
  /** Config home of the login, as the user writes it. */
  readonly account: string
  readonly session: string
  readonly job: string
}
/** Runs the client's own stop command (argv, bounded in time). Rejects only for a bug. */
export type StopBackground = (session: BackgroundSession) => Promise<{ readonly stopped: true } | { readonly stopped: false; readonly detail: string }>

/** What it takes to see: enough for `purser ps`. */
export interface SightPorts {
  readonly processes: ProcessTable
  readonly agents: readonly AgentKnowledge[]
  /** Hooks heard over the socket and the agents' registries, read now. */
  readonly witnesses: () => Promise<readonly Witness[]>
  readonly places: Places
  readonly node: string
  readonly home: string
}

export interface EnforcePorts extends SightPorts {
  readonly store: EnforcementStore
  readonly signals: Signaller
  readonly stopBackground: StopBackground
  readonly clock: Clock
  /** Asked before every rung: disarming takes effect between two signals. */
  readonly policy: () => Policy
  /** Named places where a crash test may end the process; a no-op otherwise. */
  readonly crashPoint: (name: string) => void
}
