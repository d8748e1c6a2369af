// Runs one program for the desktop and command channels: an argument vector, no shell, the given environment only,
// bounded output, a deadline after which the program is killed.
import { spawn, type ChildProcess } from 'node:child_process'
import type { AbortLike } from '../core/machine/clock.ts'
import type { CommandCall, CommandResult, CommandRunner } from '../core/machine/notifier.ts'

const OUTPUT_BYTES_MAX = 4 * 1024
// What a program wrote before it ended is in the pipe already; only a loop under load needs a moment to read it.
const DRAIN_MS = 100

/** `variables` is the whole environment of the program. */
export const commandRunner = (variables: Readonly<Record<string, string | undefined>>): CommandRunner => ({
  run: (command, signal) => run(command, variables, signal),
})

function run({ argv, stdin, cwd, deadlineMs }: CommandCall, variables: Readonly<Record<string, string | undefined>>, signal: AbortLike): Promise<CommandResult> {
  return new Promise(resolve => {
    const [program, ...rest] = argv
    if (program === undefined || program === '') return resolve({ ended: 'not_started', why: 'not_found', output: '' })
    if (signal.aborted) return resolve({ ended: 'aborted', output: '' })
    const child = start(program, rest, { variables, cwd })
    if (child instanceof Error) return resolve({ ended: 'not_started', why: whyNot(child), output: '' })
    const output = tailOf(child)
    let draining: NodeJS.Timeout | undefined
    const timer = setTimeout(() => end({ ended: 'deadline', output: output() }), deadlineMs)
    const aborted = (): void => end({ ended: 'aborted', output: output() })
    signal.addEventListener('abort', aborted, { once: true })
    const end = (result: CommandResult): void => {
      clearTimeout(timer)
      clearTimeout(draining)
      signal.removeEventListener('abort', aborted)
      // A helper the program left behind may hold the pipes open for ever; nobody waits for it.
      for (const stream of child.stdio) stream?.destroy()
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      resolve(result)
    }
    child.once('error', error => end({ ended: 'not_started', why: whyNot(error), output: '' }))
    // `close` comes when the pipes are read to their end; with an orphan holding them it would never come.
    child.once('close', code => end({ ended: 'exit', code, output: output() }))
    child.once('exit', code => {
      draining = setTimeout(() => end({ ended: 'exit', code, output: output() }), DRAIN_MS)
    })
    // A program need not read its input: the broken pipe is no fault.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(stdin)
  })
}

/** Some faults (arguments too long, a NUL in one) are thrown, the others come as an event. */
function start(program: string, rest: readonly string[], { variables, cwd }: { readonly variables: Readonly<Record<string, string | undefined>>; readonly cwd: string | undefined }): ChildProcess | Error {
  try {
    return spawn(program, rest, { env: variables, shell: false, windowsHide: true, stdio: 'pipe', ...(cwd === undefined ? {} : { cwd }) })
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function whyNot(error: Error): 'not_found' | 'not_permitted' | 'other' {
  const code = (error as { code?: unknown }).code
  return code === 'ENOENT' ? 'not_found' : code === 'EACCES' || code === 'EPERM' ? 'not_permitted' : 'other'
}

/** The last bytes of both streams: what a failing program says last is why. */
function tailOf(child: ChildProcess): () => string {
  let tail = Buffer.alloc(0)
  const keep = (part: Buffer): void => {
    tail = Buffer.concat([tail, part.subarray(-OUTPUT_BYTES_MAX)]).subarray(-OUTPUT_BYTES_MAX)
  }
  // Without file descriptors left there are no streams, only the error event.
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', keep)
    stream?.on('error', () => undefined)
  }
  return () => tail.toString('utf8')
}
