// What the command line hands to whoever starts a program under supervision, and gets back.
import type { Environment } from '../core/sessions/agent-adapter.ts'
import type { ControlPlane } from './control-plane.ts'
import type { RefusedAnswer } from './reserve-answers.ts'
import type { RunEndedAnswer } from './run-answers.ts'

export interface RunDoor {
  readonly program: string
  readonly args: readonly string[]
  /** Decimal USD. */
  readonly budget?: string
  readonly environment: Environment
  readonly folder: string
  /** A new session id, should one be needed. */
  readonly minted: string
  /** Anew each time it is needed: between start and end nothing is held open. */
  readonly connect: () => ControlPlane
  /** Shows that something is being read, should it take a while. */
  readonly waiting: <T>(plane: ControlPlane, work: Promise<T>) => Promise<T>
}

export type RunOutcome =
  | { readonly did: 'refuse'; readonly refused: RefusedAnswer }
  /** `summary` null: nothing was started that could spend. */
  | { readonly did: 'run'; readonly exit: number; readonly summary: { readonly ok: true; readonly ended: RunEndedAnswer } | { readonly ok: false; readonly because: string } | null }
