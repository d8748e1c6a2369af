// How this process sits at its terminal: whether one controls it, whether the keyboard speaks to its process group, whether
// Ctrl-C is a signal at all. Asked when a signal comes, because each of these changes while an agent runs.
import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { NO_SEAT, type Seat } from '../../core/launch/pass-signal.ts'

// Both programs answer in milliseconds; one that does not must not keep a signal waiting.
const ASK_MS_MAX = 500

export function seatNow(platform: string): Seat {
  const seat = platform === 'linux' ? fromStat(ownStat()) : platform === 'darwin' ? fromPs(asked('ps', ['-o', 'stat=,tty=', '-p', String(process.pid)], 'ignore')) : null
  if (seat === null) return NO_SEAT
  return { ...seat, keysSignal: seat.terminal && keysSignal() }
}

/** Fields 5 to 8 of /proc/self/stat: group, session, terminal, and the group in the terminal's foreground. */
export function fromStat(stat: string): Omit<Seat, 'keysSignal'> | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ').map(Number)
  const [group, session, terminal, foreground] = [fields[2], fields[3], fields[4], fields[5]]
  if (group === undefined || session === undefined || terminal === undefined || foreground === undefined || Number.isNaN(foreground)) return null
  return { terminal: terminal !== 0, foreground: terminal !== 0 && foreground === group, leader: session === Number.parseInt(stat, 10) }
}

/** `Ss+  ttys003`: `s` leads a session, `+` is in the foreground, `??` is no terminal. */
export function fromPs(line: string): Omit<Seat, 'keysSignal'> | null {
  const [, state, tty] = /^\s*(\S+)\s+(\S+)/.exec(line) ?? []
  if (state === undefined || tty === undefined) return null
  const terminal = !/^[?-]/.test(tty)
  return { terminal, foreground: terminal && state.includes('+'), leader: state.includes('s') }
}

function ownStat(): string {
  try {
    return readFileSync('/proc/self/stat', 'latin1')
  } catch {
    return ''
  }
}

/** What the terminal itself says. Where it does not answer, keys are signals: an interrupt too few is better than one too many. */
function keysSignal(): boolean {
  let terminal: number
  try {
    terminal = openSync('/dev/tty', 'r')
  } catch {
    return false
  }
  try {
    return !/(^|[\s;])-isig\b/.test(asked('stty', ['-a'], terminal))
  } finally {
    closeSync(terminal)
  }
}

const asked = (program: string, args: readonly string[], stdin: number | 'ignore'): string =>
  spawnSync(program, args, { stdio: [stdin, 'pipe', 'ignore'], encoding: 'utf8', timeout: ASK_MS_MAX }).stdout ?? ''
