// Runs tmux: an argument vector, nobody's configuration, a server on a socket of our own, a deadline.
import { execFile } from 'node:child_process'

export interface TmuxResult { readonly ok: boolean; readonly stdout: string; readonly stderr: string }
export interface TmuxCall { readonly args: readonly string[]; readonly cwd?: string; readonly stdin?: string; readonly variables?: Readonly<Record<string, string>> }
export type TmuxRunner = (call: TmuxCall) => Promise<TmuxResult>

// It answers in 3 ms; a server that is stopped or hangs is told so to whoever asked.
const DEADLINE_MS = 5_000
const OUTPUT_BYTES_MAX = 4 * 1024 * 1024

export function tmuxOn(socket: string, variables: Readonly<Record<string, string>>): TmuxRunner {
  return ({ args, cwd, stdin, variables: own = variables }) => new Promise(resolve => {
    // -u: without a locale, as a service runs, it would answer with `_` for every tab between two fields.
    const child = execFile('tmux', ['-u', '-S', socket, '-f', '/dev/null', ...args], { env: { ...own }, encoding: 'utf8', timeout: DEADLINE_MS, killSignal: 'SIGKILL', maxBuffer: OUTPUT_BYTES_MAX, ...(cwd === undefined ? {} : { cwd }) },
      (error, stdout, stderr) => {
        const why = stderr.trim() || (error?.killed === true ? `tmux did not answer within ${DEADLINE_MS / 1_000} s` : error?.message ?? '')
        resolve({ ok: error === null, stdout, stderr: why })
      })
    // A program that ended before it read is told by its exit.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(stdin ?? '')
  })
}

/** No server on that socket, or one that has just ended: nothing is open, which is no fault. */
export const isNoServer = (stderr: string): boolean => /no server running|server exited|lost server|error connecting to .*\((?:No such file or directory|Connection refused)\)/.test(stderr)
