// What starts a daemon in this process, and what it tells its starter. The command line renders; the daemon only reports.
import type { Environment } from '../core/sessions/agent-adapter.ts'
import type { Line } from '../core/text/line.ts'
import type { ControlPlane, IndexProgress } from './control-plane.ts'

export interface DaemonOptions {
  readonly environment: Environment
  /** Never locks, never signals: reads and reports only. */
  readonly observe: boolean
  /** Aborted once by Ctrl-C, SIGTERM or a closed terminal: stop cleanly and resolve. */
  readonly signal: AbortSignal
  /** Told a few times a second while history is indexed for the first time. */
  readonly onProgress: (progress: IndexProgress) => void
  /** Called once, when the socket answers and history is read. Its plane lives until the daemon stops; never closed by the callee. */
  readonly onReady: (plane: ControlPlane) => void
}

/** What a demonstration may write to; it opens nothing else of the caller's. */
export interface DemoOptions {
  readonly environment: Environment
  /** Columns of the screen; Infinity for a pipe. */
  readonly columns: number
  /** One line; tones become colours where the screen shows them. */
  readonly write: (line: Line) => void
  readonly signal: AbortSignal
}
