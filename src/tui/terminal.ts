// The terminal of this process: raw keys in, frames out, and everything given back however the process ends. The only
// file of the live view that touches the process.
import { writeSync } from 'node:fs'
import { ENTER, LEAVE, type Size } from './frame.ts'

export interface Terminal {
  size(): Size
  write(text: string): void
  /** Bytes as text, each time some come. `null`: nobody is there any more. */
  onInput(listener: (text: string | null) => void): void
  onResize(listener: () => void): void
  /** Gives the terminal back; safe to call twice. */
  close(): void
}

/** What a terminal is made of; tests pass other streams. */
export interface TerminalParts {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  /** Writes at once, also while the process goes down. */
  readonly writeNow: (text: string) => void
  /** Where the end of the process is announced. */
  readonly process: Pick<NodeJS.Process, 'on' | 'off'>
}

const SIZE_DEFAULT: Size = { columns: 80, rows: 24 }
const OWN: TerminalParts = { stdin: process.stdin, stdout: process.stdout, writeNow: text => writeToTerminal(text), process }

/** A terminal that has gone takes no more; there is nothing left to give back then. */
function writeToTerminal(text: string): void {
  try {
    writeSync(process.stdout.fd, text)
  } catch (error) {
    if (!['EIO', 'EPIPE', 'EBADF', 'EAGAIN'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

/** Takes over the screen. */
export function openTerminal({ stdin, stdout, writeNow, process: host }: TerminalParts = OWN): Terminal {
  let open = true
  const close = (): void => {
    if (!open) return
    open = false
    host.off('exit', close)
    host.off('uncaughtExceptionMonitor', close)
    stdin.setRawMode?.(false)
    stdin.pause()
    writeNow(LEAVE)
  }
  // Before the message of a crash is printed, so that it stays on the screen that the person goes back to.
  host.on('uncaughtExceptionMonitor', close)
  host.on('exit', close)
  stdin.setRawMode?.(true)
  stdin.setEncoding('utf8')
  stdin.resume()
  stdout.on('error', () => undefined)
  stdin.on('error', () => undefined)
  stdout.write(ENTER)
  return {
    close,
    size: () => ({ columns: stdout.columns || SIZE_DEFAULT.columns, rows: stdout.rows || SIZE_DEFAULT.rows }),
    write: text => { if (open && text !== '') stdout.write(text) },
    onInput: listener => {
      stdin.on('data', (text: string | Buffer) => { if (open) listener(String(text)) })
      stdin.on('end', () => { if (open) listener(null) })
    },
    onResize: listener => { stdout.on('resize', () => { if (open) listener() }) },
  }
}
