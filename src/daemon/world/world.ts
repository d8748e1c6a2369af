// Everything a running purser is made of, as one record that handlers and loops take. wire.ts makes it; nothing here
// decides or does anything.
import type { IndexProgress } from '../../api/control-plane.ts'
import type { LedgerProgress } from '../../api/ledger-answers.ts'
import type { Budget } from '../../core/budgets/budget.ts'
import type { ConfigFile } from '../../config/config-file.ts'
import type { EnforcementStore } from '../../core/enforcement/enforcement-store.ts'
import type { Clock } from '../../core/machine/clock.ts'
import type { Notifier } from '../../core/machine/notifier.ts'
import type { OutboxHealth, OutboxStore } from '../../core/machine/outbox.ts'
import type { LedgerRoom } from '../../core/ledger/ledger-room.ts'
import type { ProcessTable, Signaller } from '../../core/machine/process-table.ts'
import type { RateCard } from '../../core/pricing/rate-card.ts'
import type { AgentAdapter, Environment } from '../../core/sessions/agent-adapter.ts'
import type { Terminals } from '../../core/sessions/terminals.ts'
import type { Stores } from '../../core/stores.ts'
import type { SeenLine } from '../../core/statusline/seen-lines.ts'
import type { Finding } from '../../core/tailing/scan.ts'
import type { Instant } from '../../core/time.ts'
import type { ExternalReaders } from '../../flows/external/post.ts'
import type { FollowWorld } from '../../flows/follow.ts'
import type { Places } from '../../os/paths.ts'
import type { Projects } from '../../os/projects.ts'

/** What changes while a daemon runs. In-process commands have one too; it just lives shorter. */
export interface Running {
  role: 'daemon' | 'command'
  observe: boolean
  catchingUp: boolean
  progress: IndexProgress | null
  /** How far an import or a rebuild is; null when none runs. */
  ledgerWork: LedgerProgress | null
  /** The last walk over the log roots; null before the first. */
  finding: Finding | null
  /** Signals are real: as last read from the database, once a second and on every arm and disarm. */
  armed: boolean
  hookHeardAt: Instant | null
  /** What status lines said of their sessions lately, by `agent/session`. */
  lines: Map<string, SeenLine>
  startedAt: Instant
  /** When the newest session was first seen, by this process. */
  newestSessionAt: Instant | null
  /** Why watching was given up for looking alone; '' while it works. */
  polling: string
  /** How often the wall clock was seen to go back, and by how much at most. */
  clockSteps: { count: number; longestMs: number; last: Instant }
  stop: () => void
  /** Wakes the dispatcher of queued tasks; nothing outside a daemon. */
  dispatch: () => void
}

export interface World extends FollowWorld {
  /** With every configured home in it: for finding logs and sessions. */
  readonly environment: Environment
  /** As this process was started: for what it starts itself. */
  readonly ownVariables: Environment['variables']
  readonly version: string
  readonly places: Places
  readonly database: { readonly description: string; readonly engine: string }
  readonly stores: Stores
  readonly clock: Clock
  readonly node: string
  readonly card: RateCard
  readonly adapters: readonly AgentAdapter[]
  readonly projects: Projects
  readonly processes: ProcessTable
  readonly signaller: Signaller
  /** Where programs are started that outlive us, in order of preference. */
  readonly terminals: readonly Terminals[]
  /** Alive or not known to be dead. */
  readonly pidExists: (pid: number) => boolean
  readonly room: LedgerRoom
  readonly enforcement: EnforcementStore
  readonly outbox: OutboxStore & OutboxHealth
  /** What reaches sources of spend outside of the logs. */
  readonly readers: ExternalReaders
  readonly notifiers: () => readonly Notifier[]
  readonly random: () => number
  readonly config: ConfigFile
  readonly running: Running
  /** The whole card's budgets, or none while observing. */
  readonly budgets: () => readonly Budget[]
}
