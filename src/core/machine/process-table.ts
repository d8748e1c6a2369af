// The port through which rules see processes. Implementations: os/processes/process-table (Linux /proc, macOS ps + lsof), and the
// test fakes beside this port. Start time is part of a process's name: a pid alone is never an identity.
import type { Instant } from '../time.ts'

/** What tells one process from every other of this boot. */
export interface ProcessIdentity {
  readonly pid: number
  /** Start time in the platform's unit as text without spaces (Linux: ticks since boot). Compared, never interpreted. */
  readonly startTime: string
}

export interface ProcessInfo extends ProcessIdentity {
  readonly parent: number
  /** -1 when the process runs with several user ids at once: it is then nobody's. */
  readonly uid: number
  /** Kernel name, 15 bytes on Linux; never enough for identity. */
  readonly name: string
  /** Resolved executable; '' when unreadable. */
  readonly exe: string
  /** May hold a prompt: judged, never stored, printed or logged. */
  readonly argv: readonly string[]
  /** Absolute working directory; '' when unreadable or deleted. */
  readonly cwd: string
  /** pid namespace; '' where there is none or it cannot be read. */
  readonly namespace: string
  /** Process state letter: Z (zombie), T (stopped), ... '' unknown. */
  readonly state: string
}

/** Who we are: our own pid, uid and pid namespace, and the pids of all our ancestors. */
export interface Self {
  readonly pid: number
  readonly uid: number
  readonly namespace: string
  readonly ancestors: readonly number[]
}

/**
 * One process pinned from discovery to signal. On Linux an open descriptor on its /proc folder: once that very process
 * is gone `look` answers null for good, even when its pid lives on. macOS has no such thing: there it is pid + start time.
 */
export interface HeldProcess extends ProcessIdentity {
  /** A look in this very instant (nothing is awaited between the look and what follows it); null once it is gone. */
  look(): ProcessInfo | null
  /** Gives the descriptor back. Safe to call twice. */
  release(): void
}

export interface ProcessTable {
  /** Why this platform sees no or not all processes, in one sentence for `doctor`; '' when it sees them all. */
  readonly shortfall: string
  /** Every process. `cwd` and `namespace` are read only for those that may be an agent; elsewhere they are ''. */
  list(): Promise<readonly ProcessInfo[]>
  /** A fresh, full look at one process, or null when it is gone. */
  inspect(pid: number): Promise<ProcessInfo | null>
  /** Pins the process that has this pid now; null when there is none. The caller releases it. */
  hold(pid: number): Promise<HeldProcess | null>
  self(): Promise<Self>
  /** When a process began, for people; null when the platform's unit cannot be told in time of day. */
  startedAt(process: ProcessIdentity): Instant | null
}

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGKILL'

/** What was proven about the process that is to be signalled: all of it is compared again in the instant before. */
export interface ProvenProcess extends ProcessIdentity {
  /** The same pid and start time under another executable is another program (exec). '' is not compared. */
  readonly exe: string
  /** The hold it was proven through; without one the signaller takes its own. */
  readonly held?: HeldProcess
}

/** Sends a signal to one proven process. Refuses pid <= 1, ourselves, our ancestors, and (under test) anything not registered. */
export interface Signaller {
  send(proven: ProvenProcess, signal: StopSignal): Promise<SignalResult>
}
export type SignalResult =
  | { readonly sent: true }
  | { readonly sent: false; readonly why: 'gone' | 'another_process' | 'not_permitted' | 'refused'; readonly detail: string }

/** `4711@395962`: the target of an action, the key of a relaunch. */
export const identityText = ({ pid, startTime }: ProcessIdentity): string => `${pid}@${startTime}`
export const sameProcess = (a: ProcessIdentity, b: ProcessIdentity): boolean => a.pid === b.pid && a.startTime === b.startTime
/** A zombie has ended; it only waits for its parent to ask how. */
export const isAlive = (process: ProcessInfo | null): process is ProcessInfo => process !== null && process.state !== 'Z' && process.state !== 'X'
/** Stopped by job control or a debugger: it spends nothing, and signals other than SIGKILL wait until it goes on. */
export const isSuspended = (process: ProcessInfo): boolean => process.state === 'T' || process.state === 't'
