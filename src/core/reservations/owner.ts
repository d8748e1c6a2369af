// Whose reservation it is: the proven session, the supervisor, or the program that asked over the socket, never the command
// that typed it. An owner that lives keeps what it reserved; one that is proven dead gives it back. Unknown counts as alive.
import type { Liveness } from '../machine/liveness.ts'

export type Owner =
  | { readonly kind: 'session'; readonly node: string; readonly agent: string; readonly session: string }
  /** A supervisor, or a program that asks for itself: a process of this boot. */
  | { readonly kind: 'process'; readonly node: string; readonly boot: string; readonly pid: number; readonly startTime: string }
  /** Nobody: only its deadline ends it. */
  | { readonly kind: 'none' }

export const NOBODY: Owner = { kind: 'none' }

/** alive: renewed. dead: freed. unknown: nothing proves either, so it counts as alive. nobody: there is no owner to ask. */
export type OwnerLiveness = Liveness | 'nobody'

/** The port: a look at the owner now. An owner on another node is never proven dead from here: `unknown`. */
export interface OwnerSight { look(owner: Owner): Promise<OwnerLiveness> }

/** For people and stored rows: `session claude-code/8a1f`, `process 4711@395962`, `nobody`. */
export function ownerText(owner: Owner): string {
  switch (owner.kind) {
    case 'session': return `session ${owner.agent}/${owner.session}`
    case 'process': return `process ${owner.pid}@${owner.startTime}`
    case 'none': return 'nobody'
  }
}
