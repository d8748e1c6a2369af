// The process around the commands: argv, streams, signals, exit code. The only file of the command line that touches them.
import { homedir } from 'node:os'
import { AppError } from '../core/errors.ts'
import type { Environment } from '../core/sessions/agent-adapter.ts'
import { COMMANDS } from './commands.ts'
import { EXIT_UNAVAILABLE } from './context.ts'
import { openDoors } from './open-doors.ts'
import { run, type World } from './run.ts'
import { screenOf } from './terminal.ts'

const stopping = new AbortController()
/** 128 + SIGINT, as a shell counts it. */
const EXIT_INTERRUPTED = 130
let listening = false

const variables = process.env
const environment: Environment = { home: variables.HOME ?? homedir(), platform: process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux', variables }
const screen = (stream: NodeJS.WriteStream): World['outScreen'] => screenOf({ tty: stream.isTTY === true, columns: stream.columns, platform: process.platform, variables })

const world: World = {
  out: writer(process.stdout, answerLost), err: writer(process.stderr), outScreen: screen(process.stdout), errScreen: screen(process.stderr),
  environment, folder: process.cwd(), user: variables.USER ?? variables.LOGNAME ?? `uid ${process.getuid?.() ?? '?'}`,
  self: { node: process.execPath, script: process.argv[1] ?? '' },
  doors: openDoors, interrupted, ask, input,
}

/** A reader that went away (`| head`) ends the output, silently, and whatever goes on only for its sake. */
function writer(stream: NodeJS.WriteStream, lost: (error: Error) => void = () => undefined): (text: string) => void {
  let gone = false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    gone = true
    stopping.abort()
    if (error.code !== 'EPIPE') lost(error)
  })
  return text => { if (!gone && text !== '') stream.write(text) }
}

/** Half an answer in a file on a full disk must not pass for one. What stderr could not take changes no exit code. */
function answerLost(error: Error): void {
  process.exitCode = EXIT_UNAVAILABLE
  world.err(`purser: the answer could not be written: ${error.message}\n`)
}

function interrupted(): AbortSignal {
  if (!listening) {
    listening = true
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        // The second time somebody is impatient; what is durable survives that.
        if (stopping.signal.aborted) process.exit(EXIT_INTERRUPTED)
        stopping.abort()
      })
    }
  }
  return stopping.signal
}

async function ask(question: string): Promise<string | null> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null
  const { createInterface } = await import('node:readline')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  return await new Promise(resolve => {
    lines.once('close', () => resolve(null))
    lines.question(question, typed => {
      resolve(typed)
      lines.close()
    })
  })
}

/** '' at a terminal: nothing was piped in, and nobody types JSON by hand. */
async function input(bytesMax: number): Promise<string> {
  if (process.stdin.isTTY) return ''
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of process.stdin as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes > bytesMax) throw new AppError('invalid_input', `more than ${bytesMax} bytes on stdin`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** Exits by itself only when the last byte is out: on some platforms a pipe is written in the background. */
async function flushed(stream: NodeJS.WriteStream): Promise<void> {
  await new Promise<void>(resolve => { stream.write('', () => resolve()) })
}

async function main(): Promise<void> {
  const exit = await run(process.argv.slice(2), world, COMMANDS)
  await Promise.all([flushed(process.stdout), flushed(process.stderr)])
  process.exit(process.exitCode ?? exit)
}

void main()
