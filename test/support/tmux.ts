// A terminal of our own: a tmux server on a socket of its own, with nobody's configuration, ended with the test.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export const hasTmux = spawnSync('tmux', ['-V']).status === 0

export interface PaneState { readonly alternate: boolean; readonly cursor: boolean; readonly dead: boolean }

let opened = 0

export class Tmux {
  readonly #socket: string
  readonly #env: Readonly<Record<string, string>>
  readonly #folder: string

  constructor(folder: string, env: Readonly<Record<string, string>>) {
    this.#folder = folder
    // One for each terminal: a server that is still ending would take the next one's first command with it.
    this.#socket = path.join(folder, `t${++opened}.sock`)
    this.#env = env
  }

  #run(...args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync('tmux', ['-S', this.#socket, '-f', '/dev/null', ...args], { env: this.#env, encoding: 'utf8', timeout: 10_000 })
    if (status !== 0) throw new Error(`tmux ${args.join(' ')}: ${stderr}`)
    return stdout
  }

  /**
   * Runs a program in a pane, after a line of text and before another that tells its exit code, so that a test sees what
   * a person comes back to. `pid` is the program's own.
   */
  open(argv: readonly string[], { columns, rows }: { readonly columns: number; readonly rows: number }): void {
    const quoted = argv.map(arg => `'${arg.replaceAll("'", `'\\''`)}'`).join(' ')
    const inner = path.join(this.#folder, 'inner.sh'), outer = path.join(this.#folder, 'outer.sh')
    writeFileSync(inner, `echo $$ > '${this.#pidFile()}'\nexec ${quoted}\n`)
    writeFileSync(outer, `echo BEFORE\n/bin/sh '${inner}'\necho "AFTER $?"\nexec cat\n`)
    // Two arguments are run as they are; one alone would go through the user's login shell, and a service's user has none.
    this.#run('new-session', '-d', '-x', String(columns), '-y', String(rows), '-s', 's', '/bin/sh', outer)
  }

  #pidFile(): string { return path.join(this.#folder, 'pid') }
  pid(): number { return existsSync(this.#pidFile()) ? Number(readFileSync(this.#pidFile(), 'utf8')) : 0 }
  send(...keys: readonly string[]): void { this.#run('send-keys', '-t', 's', ...keys) }
  resize({ columns, rows }: { readonly columns: number; readonly rows: number }): void { this.#run('resize-window', '-t', 's', '-x', String(columns), '-y', String(rows)) }
  /** What is on the screen, a line each; with `escapes` as the terminal would be told it. */
  screen(escapes = false): readonly string[] { return this.#run('capture-pane', '-p', '-t', 's', ...(escapes ? ['-e'] : [])).split('\n').slice(0, -1) }
  state(): PaneState {
    const [alternate, cursor, dead] = this.#run('display-message', '-p', '-t', 's', '#{alternate_on} #{cursor_flag} #{pane_dead}').trim().split(' ')
    return { alternate: alternate === '1', cursor: cursor === '1', dead: dead === '1' }
  }

  /** Ends another server of the same home: what a program under test has opened. */
  end(socket: string): void { spawnSync('tmux', ['-S', socket, 'kill-server'], { env: this.#env, timeout: 10_000 }) }

  /** Ends the terminal under the program, as closing its window does. */
  close(): void { spawnSync('tmux', ['-S', this.#socket, 'kill-server'], { env: this.#env, timeout: 10_000 }) }
}
