// What an agent's hook asks and what we answer, in no client's dialect. The decision itself is judge-hook's.
import type { Instant } from '../time.ts'

export type HookEvent = 'session-start' | 'session-end' | 'prompt' | 'before-tool' | 'after-tools' | 'other'

export interface HookCall {
  readonly event: HookEvent
  /** The client's own event name, echoed in the answer. */
  readonly clientEvent: string
  readonly session: string
  readonly cwd: string
  /** The agent process as the client names it; 0 when it does not. */
  readonly pid: number
  readonly transcript: string
  readonly subagent: string
  /** before-tool only: tool name and, for a shell tool, its command line (never stored). */
  readonly tool: string
  readonly command: string
  /** before-tool only: the file that an edit names (never stored). */
  readonly file?: string
  /** before-tool only: it starts a subagent, which makes requests of its own. */
  readonly startsSubagent?: true
  /** The model the client names; absent where it names none. */
  readonly model?: string
  readonly at: Instant
}

export type HookVerdict =
  | { readonly verdict: 'allow' }
  /** Text for the model; nothing is stopped. */
  | { readonly verdict: 'advise'; readonly text: string }
  /** This one call does not happen; the turn goes on (save-work phase). */
  | { readonly verdict: 'deny'; readonly reason: string }
  /** The turn ends here, before another request is paid for. */
  | { readonly verdict: 'stop'; readonly reason: string }
