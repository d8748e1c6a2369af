// Which signals a supervisor hands on to the agent it started. Both sit in one process group, as a shell would have it, so
// that Ctrl-C and job control work as ever; what the terminal sends reaches the agent by itself, and twice is one too many:
// an agent's second interrupt often means "leave at once".

/** Those that mean something to an agent and that a supervisor would otherwise die of. */
export const PASSED = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'] as const
export type Passed = (typeof PASSED)[number]

/** How we sit at a terminal when the signal comes. */
export interface Seat {
  /** A terminal controls us. False once it hung up. */
  readonly terminal: boolean
  /** Our process group is the one that the keyboard speaks to. */
  readonly foreground: boolean
  /** We lead the terminal's session: when it hangs up we alone are told. */
  readonly leader: boolean
  /** Ctrl-C is a signal; false while a program reads keys raw, and then no signal comes from the keyboard. */
  readonly keysSignal: boolean
}
export const NO_SEAT: Seat = { terminal: false, foreground: false, leader: false, keysSignal: false }

/** `before`: how we sat when we started. */
export function passesOn(signal: Passed, now: Seat, before: Seat): boolean {
  switch (signal) {
    // The keyboard's two: to the whole group at once, so the agent has them already.
    case 'SIGINT':
    case 'SIGQUIT': return !(now.terminal && now.foreground && now.keysSignal)
    // A terminal that hangs up tells its leader, and when that one ends, everybody in front.
    case 'SIGHUP': return !before.terminal || now.terminal || before.leader
    case 'SIGTERM':
    case 'SIGUSR2': return true
  }
}
