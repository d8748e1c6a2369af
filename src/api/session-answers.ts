// What is asked and answered about sessions: who runs them, and how they are taken up again.

export interface SessionRecordAnswer {
  readonly agent: string
  readonly session: string
  /** `running`: its process lives, nothing says what it does. `unproven`: only its log tells of it. */
  readonly state: 'busy' | 'idle' | 'waiting' | 'running' | 'ended' | 'lost' | 'unproven'
  /** The process that runs it; of a lost session the one that ran it last. */
  readonly process: { readonly pid: number; readonly startTime: string; readonly startedAt: string | null } | null
  /** Pids of further processes that run the same conversation. */
  readonly copies: readonly number[]
  /** Processes that were proven to run it, one after the other. */
  readonly generation: number
  readonly account: string
  readonly project: string
  readonly branch: string
  readonly cwd: string
  /** Root of its worktree; '' outside any repository. */
  readonly worktree: string
  readonly model: string
  /** The terminal of ours it runs in; null elsewhere. */
  readonly pane: string | null
  readonly startedAt: string | null
  readonly seenAt: string | null
  /** How it is taken up again; null when it cannot be, and `because` says why. */
  readonly resume: { readonly argv: readonly string[]; readonly cwd: string; /** '' when nothing is different from before. */ readonly differs: string } | null
  readonly because: string
}

export interface SessionResumeAnswer {
  readonly agent: string
  readonly session: string
  readonly argv: readonly string[]
  readonly cwd: string
  /** What its environment needs; null takes a variable away. */
  readonly variables: Readonly<Record<string, string | null>>
  readonly differs: string
}

export interface WhichSession { readonly session: string; /** Needed only where two agents share an id. */ readonly agent?: string }
