// What the command line hands to whoever starts a program under supervision, and gets back.
import type { Environment } from '../core/sessions/agent-adapter.ts'
import type { ClaimAsker, ClaimRefusal } from './claim-answers.ts'
import type { ControlPlane } from './control-plane.ts'
import type { RefusedAnswer } from './reserve-answers.ts'
import type { RunEndedAnswer } from './run-answers.ts'

/** Which login a run works on: a named one, the one that new work starts on, or what its environment says already. */
export type RunLogin = { readonly by: 'name'; readonly id: string } | { readonly by: 'choice' } | { readonly by: 'environment' }

export interface RunDoor {
  readonly program: string
  readonly args: readonly string[]
  /** Decimal USD. */
  readonly budget?: string
  readonly login: RunLogin
  /** What it claims, as typed: all of it before it starts, or nothing is started. */
  readonly claims: readonly string[]
  /** This very process, as it proves itself. */
  readonly asker: ClaimAsker
  readonly environment: Environment
  readonly folder: string
  /** A new session id, should one be needed. */
  readonly minted: string
  /** Anew each time it is needed: between start and end nothing is held open. */
  readonly connect: () => ControlPlane
  /** Told when a claim could not be given back. */
  readonly told: (text: string) => void
  /** Shows that something is being read, should it take a while. */
  readonly waiting: <T>(plane: ControlPlane, work: Promise<T>) => Promise<T>
}

export type RunOutcome =
  | { readonly did: 'refuse'; readonly refused: RefusedAnswer }
  /** Somebody else holds what it would claim. */
  | { readonly did: 'held'; readonly refusal: ClaimRefusal }
  /** `summary` null: nothing was started that could spend. */
  | { readonly did: 'run'; readonly exit: number; readonly summary: { readonly ok: true; readonly ended: RunEndedAnswer } | { readonly ok: false; readonly because: string } | null }
