// Starts a program that does nothing until it is let go: its process exists, with its pid and start time, before it may
// spend anything. So what is reserved for it can name it as owner, and whoever dies in between leaves nothing running: the
// gate waits on a pipe, and a pipe that closes is a no.
import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import type { Writable } from 'node:stream'
import { AppError } from '../../core/errors.ts'

// The program and its words come as arguments, never as text of the script. `exec` keeps pid and start time.
const GATE = 'read -r go <&3 || exit 125; exec 3<&-; exec "$@"'

export interface ChildEnd { readonly code: number | null; readonly signal: NodeJS.Signals | null }

export interface GatedChild {
  readonly pid: number
  readonly ended: Promise<ChildEnd>
  /** Becomes the program. */
  open(): void
  /** Never becomes it. */
  abandon(): void
  /** Through the handle of this child: never another process that has its pid by now. */
  send(signal: NodeJS.Signals): void
}

/** `file` is absolute. It sits at our terminal, in our process group, with our streams. */
export function startGated({ file, args, folder, variables }: { readonly file: string; readonly args: readonly string[]; readonly folder: string; readonly variables: Readonly<Record<string, string>> }): GatedChild {
  const child = spawn('/bin/sh', ['-c', GATE, 'purser', file, ...args], { cwd: folder, env: variables, stdio: ['inherit', 'inherit', 'inherit', 'pipe'] })
  const gate = gateOf(child)
  const ended = new Promise<ChildEnd>((resolve, reject) => {
    child.once('error', cause => reject(new AppError('unavailable', `cannot start ${file}: ${cause.message}`, { cause })))
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  // Whoever waits for it learns of a failure; nobody does when the start itself throws below.
  ended.catch(() => undefined)
  if (child.pid === undefined) throw new AppError('unavailable', `cannot start ${file}: no more processes may be started, or /bin/sh is missing`)
  return { pid: child.pid, ended, open: () => gate.end('go\n'), abandon: () => gate.end(), send: signal => { child.kill(signal) } }
}

function gateOf(child: ChildProcess): Writable {
  const gate = child.stdio[3] as Writable
  // A gate that was killed while it waited has closed its end.
  gate.on('error', () => undefined)
  return gate
}

/** As a shell counts it: the program's own code, or 128 and the signal's number. */
export const exitCodeOf = ({ code, signal }: ChildEnd): number => code ?? 128 + (signal === null ? 0 : constants.signals[signal])

/** A process that job control has stopped. Linux only: elsewhere a stop is not noticed. */
export function isStopped(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat[stat.lastIndexOf(')') + 2] === 'T'
  } catch {
    return false
  }
}
