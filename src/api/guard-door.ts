// What the command line hands to whoever runs a command under a claim, and to whoever puts the check into git.
import type { Environment } from '../core/sessions/agent-adapter.ts'
import type { AbortLike } from '../core/machine/clock.ts'
import type { ClaimAsker, ClaimRefusal } from './claim-answers.ts'
import type { ControlPlane } from './control-plane.ts'

export interface GuardDoor {
  /** As typed. */
  readonly names: readonly string[]
  readonly program: string
  readonly args: readonly string[]
  readonly asker: ClaimAsker
  readonly reason?: string
  readonly strict: boolean
  /** Stand in line for so long; 0 refuses at once. */
  readonly waitMs: number
  readonly environment: Environment
  readonly folder: string
  /** Anew whenever the one before broke: the command may outlive a daemon. */
  readonly connect: () => ControlPlane
  /** Told while it waits, and when the claim is lost. */
  readonly told: (text: string) => void
  /** A ticket for the queue. */
  readonly minted: string
  readonly stop?: AbortLike
}

export type GuardOutcome =
  | { readonly did: 'refuse'; readonly refusal: ClaimRefusal }
  /** `lost`: why the command was stopped; null when it ended by itself. */
  | { readonly did: 'run'; readonly exit: number; readonly lost: string | null }

export interface GitHookDoor { readonly verb: 'install' | 'uninstall' | 'status'; readonly folder: string; /** argv of the check. */ readonly command: readonly string[] }
export interface GitHookAnswer { readonly file: string; readonly state: 'installed' | 'absent'; /** Another hook runs after ours, or alone. */ readonly other: boolean; readonly changed: boolean }
/** What the commit at hand changes. `branch` is '' when HEAD is detached. */
export interface StagedAnswer { readonly root: string; readonly branch: string; readonly files: readonly string[] }
