// The port to terminals that outlive the one who opened them: each holds one program, by a name. Implementations: tmux on
// a server of our own, and a terminal without a screen where tmux is missing. Ours are told from all others by a stamp that
// only purser knows; what bears none is somebody else's, and is never touched.

export interface TerminalSpec {
  readonly name: string
  /** Random, made for this opening. */
  readonly stamp: string
  /** The program and its arguments: words that nobody interprets. */
  readonly argv: readonly string[]
  readonly cwd: string
  /** Its whole environment. */
  readonly variables: Readonly<Record<string, string>>
}

export interface Terminal {
  readonly name: string
  /** '' when it is not ours. */
  readonly stamp: string
  /** The driver's own handle, such as tmux's `%7`; a name may be given again, a handle is not. */
  readonly handle: string
  /** The program itself. */
  readonly pid: number
  readonly ended: TerminalEnd | null
}
/** `code` null: it was ended by a signal, or nobody saw how. */
export interface TerminalEnd { readonly code: number | null }

export interface Terminals {
  readonly driver: 'tmux' | 'headless'
  /** Why there are none here, in a sentence that says what to do; '' when there are. */
  shortfall(): Promise<string>
  /** Ours and others. */
  list(): Promise<readonly Terminal[]>
  /** Throws `conflict` where the name is taken. */
  open(spec: TerminalSpec): Promise<Terminal>
  /** Hangs up on the program, if the terminal of that name still is the one with this stamp; false when it is not. */
  close(terminal: Pick<Terminal, 'name' | 'stamp'>): Promise<boolean>
  /** The last lines on its screen, without escapes. For diagnosis: nothing is decided by them. */
  screen(terminal: Pick<Terminal, 'name' | 'stamp'>): Promise<readonly string[] | null>
  /** Types text as one paste, and Enter after it; false when the terminal is not that one, or its program has ended. */
  say(terminal: Pick<Terminal, 'name' | 'stamp'>, text: string): Promise<boolean>
  /** What shows it in a terminal of a person's; null where it cannot be shown. */
  attachArgv(name: string): readonly string[] | null
}

// tmux itself would silently change dots and colons; a leading dash would be an option, `=` `@` `$` `%` kinds of target.
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/
export const isTerminalName = (name: string): boolean => NAME.test(name)

const STAMP = /^[0-9a-f]{16,64}$/
export const isStamp = (stamp: string): boolean => STAMP.test(stamp)
