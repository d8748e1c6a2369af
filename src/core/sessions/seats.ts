// A seat: one program that purser started in a terminal of its own, written down before it was opened, so that whoever
// comes after us knows which terminals are ours and who sits in them. What a seat is now is looked up, never stored:
//
//   opening    written down, and its process not known yet: the terminal is being opened, or whoever opened it died over it
//   lives      its terminal bears our stamp and holds the very process that was written down
//   unproven   its terminal is there, but what sits in it is not provably that process: left alone, ended by nobody
//   ended      its program is over; the terminal is kept so that it can be asked how
//   gone       its terminal is not there any more
//
//   opening -> lives | gone        lives -> ended | gone        any -> (closed by us: forgotten)
import { isAlive, type ProcessIdentity, type ProcessInfo } from '../machine/process-table.ts'
import type { Work } from '../ledger/work.ts'
import type { Instant } from '../time.ts'
import type { Terminal, TerminalEnd, Terminals } from './terminals.ts'

/** What it was opened for: a session of the pool, one the configuration names, a queued task, or a session moved here. */
export type SeatKind = 'pool' | 'dedicated' | 'task' | 'moved'

export interface SeatSpec {
  /** Name of the terminal; taken by one seat at a time. */
  readonly name: string
  readonly kind: SeatKind
  /** '' for a program of no agent. */
  readonly agent: string
  /** As known before the start; '' when only a hook, a registry or its log will tell. */
  readonly session: string
  /** As scopes name it; '' unknown. */
  readonly account: string
  readonly cwd: string
  /** The program and its words; nobody interprets them. */
  readonly argv: readonly string[]
  /** Its whole environment. */
  readonly variables: Readonly<Record<string, string>>
  /** Made by a caller that has to find its seat again even if it dies while it is opened; else one is made here. */
  readonly stamp?: string
  /** It draws on a screen or reads keys: a terminal without a screen will not do. */
  readonly screen: boolean
}

export interface Seat extends Pick<SeatSpec, 'name' | 'kind' | 'agent' | 'session' | 'account' | 'cwd'> {
  /** Its own for good; a name may be given again. */
  readonly stamp: string
  readonly node: string
  readonly boot: string
  readonly driver: Terminals['driver']
  /** The program; null while it is not known. */
  readonly process: ProcessIdentity | null
  readonly openedAt: Instant
}

export type SeatState =
  | { readonly state: 'opening' }
  | { readonly state: 'lives'; readonly process: ProcessInfo }
  | { readonly state: 'unproven'; readonly because: string }
  | { readonly state: 'ended'; readonly end: TerminalEnd }
  | { readonly state: 'gone' }

export interface SeatNow extends Seat { readonly now: SeatState; /** The driver's own handle, such as tmux's `%7`; '' without a terminal. */ readonly handle: string }

/** ended: it is over and its terminal is gone. survives: its terminal is gone and its program is not. unproven: nothing was done. */
export type SeatEnding = { readonly did: 'ended' } | { readonly did: 'survives'; readonly process: ProcessIdentity } | { readonly did: 'unproven'; readonly because: string }

/** The port to seats. All of it survives the death of whoever called. */
export interface Seats {
  /** Why no seat with a screen can be opened here, in a sentence that says what to do; '' when one can. */
  shortfall(): Promise<string>
  /** Every seat of ours that was not ended yet, as it is now; terminals of others are not told. */
  list(): Promise<readonly SeatNow[]>
  /** Throws `conflict` while the name is taken, by a seat of ours or by anybody; `unavailable` with the cure where there is no terminal. */
  start(spec: SeatSpec): Promise<SeatNow>
  /** Hangs up on it and waits until its program is gone. Exactly this seat: one that is not provably ours is left alone. */
  end(stamp: string): Promise<SeatEnding>
  /** The last lines on its screen, without escapes; null when there is none. For diagnosis and for people. */
  lines(stamp: string, most: number): Promise<readonly string[] | null>
  /** Types one line and Enter, only while its own program lives there; false when nothing was typed. */
  nudge(stamp: string, text: string): Promise<boolean>
  /** Says which session sits there once that is known. */
  known(stamp: string, session: string): Promise<void>
  /** The command that shows it to a person; null where it has no screen. */
  attachArgv(seat: Pick<Seat, 'name' | 'driver'>): readonly string[] | null
}

export interface SeatStore {
  /** False while a seat of this name is open on its node. */
  add(seat: Seat): Work<boolean>
  get(stamp: string): Work<Seat | null>
  /** Not ended, of this node, by name. */
  open(node: string): Work<readonly Seat[]>
  /** The newest that had this name. */
  lastOf(node: string, name: string): Work<Seat | null>
  /** Its process is known from now on; the first word counts. */
  sits(stamp: string, process: ProcessIdentity): Work<void>
  know(stamp: string, session: string): Work<void>
  /** The first word counts. */
  end(stamp: string, at: Instant, code: number | null): Work<void>
  /** Drops rows that ended before, but the newest of each name: what sat there last can be asked for. */
  prune(before: Instant): Work<number>
}

/** `terminal`: the one with this seat's name and stamp, of its driver. `found`: what has its pid now. */
export function seatState(seat: Pick<Seat, 'boot' | 'process'>, { terminal, found, boot }: { readonly terminal: Terminal | undefined; readonly found: ProcessInfo | null; readonly boot: string }): SeatState {
  // No terminal outlives a boot.
  if (!terminal || seat.boot !== boot) return { state: 'gone' }
  if (terminal.ended !== null) return { state: 'ended', end: terminal.ended }
  if (seat.process === null) return { state: 'opening' }
  if (terminal.pid !== seat.process.pid) return { state: 'unproven', because: `process ${terminal.pid} sits there, not ${seat.process.pid}` }
  if (!isAlive(found)) return { state: 'unproven', because: `process ${seat.process.pid} is ending` }
  if (found.startTime !== seat.process.startTime) return { state: 'unproven', because: `process ${found.pid} is another one than was started there` }
  return { state: 'lives', process: found }
}
