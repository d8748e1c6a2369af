// Who asks, as far as that is proven: for programs that act for a session, and want to say for which.
import type { ClaimAsker } from './claim-answers.ts'

/** Of `proven` false, `because` says why in a sentence. */
export type Caller =
  | {
    readonly proven: true
    /** The agent, `shell` for a person's terminal, `process` for a program. */
    readonly agent: string
    readonly session: string
    /** The process that session is. */
    readonly pid: number
    readonly startTime: string
    readonly proof: string
    /** Of the folder that was asked about. */
    readonly project: string
    readonly branch: string
  }
  | { readonly proven: false; readonly because: string; readonly project: string; readonly branch: string }

export interface CallerOperations {
  /** The nearest agent session above the asking process, else its terminal; and what project `cwd` is. */
  'caller': { in: { readonly asker: ClaimAsker; readonly cwd: string }; out: Caller }
}
