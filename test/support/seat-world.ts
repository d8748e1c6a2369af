// Seats as the daemon keeps them, with real terminals and real processes in a home of its own. tmux where it is installed,
// else the terminals without a screen; both where a test names one.
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import type { Seats, SeatSpec } from '../../src/core/sessions/seats.ts'
import type { Terminals } from '../../src/core/sessions/terminals.ts'
import { seatsOn } from '../../src/flows/sessions/seats.ts'
import { instant } from '../../src/core/time.ts'
import { systemClock } from '../../src/os/clock.ts'
import { headlessTerminals } from '../../src/os/headless/headless-terminals.ts'
import { bootId } from '../../src/os/processes/boot-id.ts'
import { processTable } from '../../src/os/processes/process-table.ts'
import { signaller } from '../../src/os/processes/signals.ts'
import { tmuxTerminals } from '../../src/os/tmux/tmux-terminals.ts'
import { openTestSqlite, type OpenStores } from './databases.ts'
import { tempHome, type TempHome } from './home.ts'

export type Driver = Terminals['driver']

export class SeatWorld {
  readonly home: TempHome
  readonly open: OpenStores
  readonly driver: Driver
  readonly terminals: Terminals
  /** Names of the points at which the next call dies. */
  dies = ''
  /** Time that has passed beyond the clock's own. */
  later = 0
  readonly processes = processTable(process.platform, () => false)

  private constructor(parts: { home: TempHome; open: OpenStores; driver: Driver }) {
    this.home = parts.home
    this.open = parts.open
    this.driver = parts.driver
    const sleep = (ms: number) => systemClock.sleep(ms)
    this.terminals = parts.driver === 'tmux'
      ? tmuxTerminals({ socket: this.socket, variables: this.variables, sleep })
      // Ends only what it started: those are the pids in its own folder.
      : headlessTerminals({ folder: path.join(this.home.path, 'seats'), processes: this.processes, signaller: signaller({ table: this.processes, allowed: () => true }), sleep })
  }

  static async open(driver: Driver): Promise<SeatWorld> { return new SeatWorld({ home: tempHome('seats'), open: await openTestSqlite(), driver }) }

  get socket(): string { return path.join(this.home.path, 'tmux.sock') }
  get variables(): Record<string, string> { return { PATH: this.home.env['PATH'] ?? '', HOME: this.home.path, LANG: 'C.UTF-8', TERM: 'xterm-256color' } }

  /** Another daemon over the same records: what one has started the next one finds. */
  seats(): Seats {
    return seatsOn({
      stores: this.open.stores, terminals: [this.terminals], processes: this.processes, clock: { ...systemClock, now: () => instant(systemClock.now() + this.later) }, node: 'n1', boot: bootId(), stamp: () => randomBytes(16).toString('hex'),
      crashPoint: name => { if (name === this.dies) throw new Error(`died at ${name}`) },
    })
  }

  spec(name: string, change: Partial<SeatSpec> = {}): SeatSpec {
    return { name, kind: 'pool', agent: '', session: '', account: '', cwd: this.home.path, argv: ['/bin/sleep', '60'], variables: this.variables, screen: this.driver === 'tmux', ...change }
  }

  tmux(...args: readonly string[]): string { return spawnSync('tmux', ['-S', this.socket, '-f', '/dev/null', ...args], { encoding: 'utf8', env: this.variables }).stdout }

  async close(): Promise<void> {
    for (const each of await this.terminals.list()) if (each.stamp !== '') await this.terminals.close(each)
    if (this.driver === 'tmux') this.tmux('kill-server')
    await this.open.close()
    this.home.remove()
  }
}
