// Runs the status line command that a person had before ours, as the client would: by the shell, with the same input,
// environment and folder. What it prints is passed on as it is; that it fails or hangs is no reason to show nothing.
import { spawn } from 'node:child_process'

export interface OwnCommand {
  readonly command: string
  readonly input: string
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly deadlineMs: number
}

// A screenful; a command that prints more is broken.
const OUTPUT_BYTES_MAX = 64 * 1024

/** Its standard output without the last line end; '' when there is none. What it had said by the deadline is kept. */
export function runOwn({ command, input, variables, deadlineMs }: OwnCommand): Promise<string> {
  return new Promise(resolve => {
    const parts: Buffer[] = []
    let bytes = 0
    // The setting is a shell's text by the client's own contract, so a shell reads it; nothing of ours is in it.
    const child = spawn('/bin/sh', ['-c', command], { env: variables, stdio: ['pipe', 'pipe', 'ignore'] })
    const finish = (): void => {
      clearTimeout(timer)
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      child.stdout.destroy()
      child.stdin.destroy()
      child.unref()
      resolve(Buffer.concat(parts).toString('utf8').replace(/[\r\n]+$/, ''))
    }
    const timer = setTimeout(finish, deadlineMs)
    child.on('error', finish)
    child.on('close', finish)
    child.stdout.on('data', (part: Buffer) => {
      bytes += part.length
      if (bytes <= OUTPUT_BYTES_MAX) parts.push(part)
    })
    // It need not read what the client says: a closed pipe is no fault.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}
