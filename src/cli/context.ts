// The world as a command sees it: where to print, whom to ask, what was set. Only main.ts makes a real one.
import type { ControlPlane } from '../api/control-plane.ts'
import type { Environment } from '../core/sessions/agent-adapter.ts'
import type { Doors, Machine } from './doors.ts'

/** One of stdout and stderr. */
export interface Screen {
  /** Infinity where lines are not wrapped: a pipe or a file. */
  readonly columns: number
  readonly tty: boolean
  readonly colour: boolean
  /** False in a locale that cannot show more than ASCII. */
  readonly unicode: boolean
}

export interface Context {
  /** stdout: what was asked for. */
  out(text: string): void
  /** stderr: everything else. */
  err(text: string): void
  readonly outScreen: Screen
  readonly errScreen: Screen
  /** `--quiet`: no notes, no progress, no confirmations. */
  readonly quiet: boolean
  readonly environment: Environment
  /** Absolute working directory. */
  readonly folder: string
  /** Who types, for the audit trail. */
  readonly user: string
  /** How to start this program again. */
  readonly self: { readonly node: string; readonly script: string }
  readonly doors: Doors
  /** Places and clock of this machine; loaded once. */
  machine(): Promise<Machine>
  /** The daemon when it answers, else this process. Closed by the runner. */
  plane(): ControlPlane
  /** Aborted by Ctrl-C, SIGTERM, a closed terminal or a reader that went away; from the first call on they no longer end the process. */
  interrupted(): AbortSignal
  /** One line typed by a person; null when nobody can answer. */
  ask(question: string): Promise<string | null>
  /** Everything on stdin, at most `bytesMax`. */
  input(bytesMax: number): Promise<string>
}

export const EXIT_DONE = 0
/** Answered, but incomplete or with findings. */
export const EXIT_FINDINGS = 5
/** Cannot be done now; nothing is wrong with what was typed. */
export const EXIT_UNAVAILABLE = 69
