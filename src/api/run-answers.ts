// What `purser run` asks of the control plane, and is answered. It sends ids and places only: neither the words behind the
// program's name nor its environment leave its own process.
import type { RefusedAnswer } from './reserve-answers.ts'

/** What is about to be started. */
export interface RunInput {
  /** '' for a program of no agent. */
  readonly agent: string
  /** Its base name. */
  readonly program: string
  /** '' when only its log or a hook will tell. */
  readonly session: string
  /** It takes up a conversation that was there before. */
  readonly resumed: boolean
  /** The login it will use, as scopes name it; '' unknown. */
  readonly account: string
  /** Absolute. */
  readonly folder: string
  /** Decimal USD. */
  readonly budget?: string
}

/** `limit`: what may be spent here at most, the tightest of its own budget and those that stop something; null for none. */
export interface RunAllowed { readonly ok: true; readonly limit: string | null }
export interface RunBegun { readonly ok: true; readonly startTime: string }

export interface RunEndedAnswer {
  readonly run: string
  readonly sessions: readonly { readonly agent: string; readonly session: string }[]
  readonly cost: string
  readonly atLeast: boolean
  readonly responses: number
  readonly budget: string | null
  /** Its logs were read to their end. */
  readonly complete: boolean
  /** Why nothing can be said of its cost; '' when something can. */
  readonly because: string
}

export interface RunOperations {
  /** May it start here, and with how much? Promises nothing. */
  'run.check': { in: RunInput; out: RunAllowed | RefusedAnswer }
  /** `run`: made by the supervisor, `run-` and ten hex digits. `pid`: a child of the process that supervises it, before it spends anything. What is reserved for it is that child's until it is dead. */
  'run.begin': { in: RunInput & { readonly run: string; readonly pid: number }; out: RunBegun | RefusedAnswer }
  /** Reads its logs to their end (for at most 5 s), gives back what it did not spend, and tells what it cost. */
  'run.end': { in: { readonly run: string; readonly exitCode: number; /** false: the client was told to keep no log. */ readonly logged?: boolean }; out: RunEndedAnswer }
}
