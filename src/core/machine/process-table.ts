// The port through which rules see processes. Implementations: os/processes (Linux /proc, macOS ps + lsof), and the
// test fakes beside this port. Start time is part of a process's name: a pid alone is never an identity.

export interface ProcessInfo {
  readonly pid: number
  readonly parent: number
  readonly uid: number
  /** Start time in the platform's unit as text (Linux: ticks since boot). Compared, never interpreted. */
  readonly startTime: string
  /** Kernel name, 15 bytes on Linux; never enough for identity. */
  readonly name: string
  /** Resolved executable; '' when unreadable. */
  readonly exe: string
  readonly argv: readonly string[]
  /** Absolute working directory; '' when unreadable. */
  readonly cwd: string
  /** pid namespace; '' where there is none or it cannot be read. */
  readonly namespace: string
  /** Process state letter: Z (zombie), T (stopped), ... '' unknown. */
  readonly state: string
}

export interface ProcessTable {
  list(): Promise<readonly ProcessInfo[]>
  /** A fresh look at one process, or null when it is gone. */
  inspect(pid: number): Promise<ProcessInfo | null>
  /** Who we are: our own pid, uid and pid namespace, and the pids of all our ancestors. */
  self(): Promise<{ readonly pid: number; readonly uid: number; readonly namespace: string; readonly ancestors: readonly number[] }>
}

/** Sends a signal to one proven process. Refuses pid <= 1, ourselves, and (under test) anything not registered. */
export interface Signaller {
  /** `proven` holds the identity to re-check in the instant before the signal. */
  send(proven: { readonly pid: number; readonly startTime: string }, signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): Promise<SignalResult>
}
export type SignalResult =
  | { readonly sent: true }
  | { readonly sent: false; readonly why: 'gone' | 'another_process' | 'not_permitted' | 'refused'; readonly detail: string }
