// Runs the program of a source: an argument vector without a shell, a deadline, a bound on what it may write. Its words go
// into no message beyond the first line it complained with.
import { spawn, type ChildProcess } from 'node:child_process'
import { AppError } from '../core/errors.ts'
import type { AbortLike } from '../core/machine/clock.ts'
import { fit } from '../core/text/display-width.ts'
import { redact } from '../core/text/redact.ts'
import { terminalSafe } from '../core/text/terminal-safe.ts'

/** As for a file: a bill by day and model is 400 kB a year. */
export const DOCUMENT_BYTES_MAX = 8 * 1024 * 1024
const COMPLAINT_BYTES_MAX = 4 * 1024
const COMPLAINT_COLUMNS = 120

export interface CommandOptions {
  readonly id: string
  readonly argv: readonly string[]
  readonly timeoutMs: number
  readonly variables: Readonly<Record<string, string | undefined>>
}

/** What the program wrote to stdout, once it ended with 0; else `unavailable`, naming the source. */
export function runCommand({ id, argv, timeoutMs, variables }: CommandOptions, signal: AbortLike): Promise<string> {
  const [program = '', ...rest] = argv
  const failed = (what: string): AppError => new AppError('unavailable', `external source "${id}": ${program} ${what}`)
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(failed('was not run: purser is stopping'))
    const child = start(program, rest, variables)
    if (child instanceof Error) return reject(failed(whyNot(child)))
    const parts: Buffer[] = []
    let bytes = 0, complaint = Buffer.alloc(0)
    const end = (outcome: AppError | string): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', aborted)
      // What it started may hold the pipes open for ever; nobody waits for that.
      for (const stream of child.stdio) stream?.destroy()
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      if (typeof outcome === 'string') resolve(outcome)
      else reject(outcome)
    }
    const timer = setTimeout(() => end(failed(`did not end within ${timeoutMs / 1_000} s; raise timeout`)), timeoutMs)
    const aborted = (): void => end(failed('was cut off: purser is stopping'))
    signal.addEventListener('abort', aborted, { once: true })
    child.once('error', error => end(failed(whyNot(error))))
    child.stdout?.on('data', (part: Buffer) => {
      parts.push(part)
      bytes += part.byteLength
      if (bytes > DOCUMENT_BYTES_MAX) end(failed(`wrote more than ${DOCUMENT_BYTES_MAX / 2 ** 20} MiB; ask it for a shorter time`))
    })
    child.stderr?.on('data', (part: Buffer) => { complaint = Buffer.concat([complaint, part]).subarray(0, COMPLAINT_BYTES_MAX) })
    child.stdin?.on('error', () => undefined)
    child.stdin?.end()
    child.once('close', code => end(code === 0 ? Buffer.concat(parts).toString('utf8') : failed(`ended with ${code ?? 'a signal'}${said(complaint.toString('utf8'))}`)))
  })
}

function start(program: string, rest: readonly string[], variables: CommandOptions['variables']): ChildProcess | Error {
  try {
    return spawn(program, rest, { env: variables, shell: false, windowsHide: true, stdio: 'pipe' })
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function whyNot(error: Error): string {
  const code = (error as { code?: unknown }).code
  return code === 'ENOENT' ? 'is not there; write its whole path' : code === 'EACCES' || code === 'EPERM' ? 'may not be run' : `could not be started (${String(code ?? 'unknown')})`
}

function said(text: string): string {
  const line = text.split('\n').map(each => each.trim()).find(each => each !== '')
  return line === undefined ? '' : `: ${fit(terminalSafe(redact(line)), COMPLAINT_COLUMNS)}`
}
