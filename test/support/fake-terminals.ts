// Terminals without a server and processes without a kernel: what was opened with which words, and a stranger's beside it.
import { AppError } from '../../src/core/errors.ts'
import type { Terminal, Terminals, TerminalSpec } from '../../src/core/sessions/terminals.ts'
import { aProcess, type FakeTable } from './fake-processes.ts'

export class FakeTerminals implements Terminals {
  readonly driver = 'tmux' as const
  /** Why there are none; '' when there are. */
  why = ''
  readonly opened: TerminalSpec[] = []
  readonly closed: string[] = []
  #there: Terminal[] = []
  #table: FakeTable | null = null
  #pids = 7_000

  /** Processes appear in this table. */
  live(table: FakeTable): void { this.#table = table }
  /** Somebody else's, on the same server. */
  stranger(name: string): void { this.#there.push({ name, stamp: '', handle: '%9', pid: 1, ended: null }) }
  /** The program of a terminal ends by itself. */
  ends(name: string, code: number | null): void {
    this.#there = this.#there.map(each => (each.name === name ? { ...each, ended: { code } } : each))
    this.#table?.end(this.pid(name))
  }
  pid(name: string): number { return this.#there.find(each => each.name === name)?.pid ?? 0 }
  names(): readonly string[] { return this.#there.map(({ name }) => name).toSorted() }

  async shortfall(): Promise<string> { return this.why }
  async list(): Promise<readonly Terminal[]> { return this.#there }
  async open(spec: TerminalSpec): Promise<Terminal> {
    if (this.#there.some(({ name }) => name === spec.name)) throw new AppError('conflict', `terminal ${spec.name} was not opened: duplicate session`)
    const pid = this.#pids++, terminal: Terminal = { name: spec.name, stamp: spec.stamp, handle: `%${pid}`, pid, ended: null }
    this.opened.push(spec)
    this.#there = [...this.#there, terminal]
    this.#table?.processes.push(aProcess({ pid, startTime: String(pid * 7), cwd: spec.cwd }))
    return terminal
  }
  async close({ name, stamp }: Pick<Terminal, 'name' | 'stamp'>): Promise<boolean> {
    const found = this.#there.find(each => each.name === name && each.stamp === stamp && stamp !== '')
    if (!found) return false
    this.closed.push(name)
    this.#table?.end(found.pid)
    this.#there = this.#there.filter(each => each !== found)
    return true
  }
  async screen(): Promise<readonly string[]> { return [] }
  async say(): Promise<boolean> { return false }
  attachArgv(name: string): readonly string[] { return ['tmux', 'attach-session', '-t', `=${name}`] }
}
