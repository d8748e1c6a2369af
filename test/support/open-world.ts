// A purser opened through the real wire() in a home of its own: real database, real logs on disk, a clock and a process
// table that only the test moves. What nobody passes is as on a fresh machine.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Handlers } from '../../src/api/control-plane.ts'
import type { Environment } from '../../src/core/sessions/agent-adapter.ts'
import type { Terminals } from '../../src/core/sessions/terminals.ts'
import type { Notifier } from '../../src/core/machine/notifier.ts'
import { readLogs } from '../../src/daemon/handlers/reports.ts'
import { handlersOf } from '../../src/daemon/handlers/table.ts'
import { Scope } from '../../src/daemon/scope.ts'
import { wire } from '../../src/daemon/wire.ts'
import type { World } from '../../src/daemon/world/world.ts'
import { aMessage, aRecord, aUsage } from './claude-lines.ts'
import { FakeSignals, FakeTable } from './fake-processes.ts'
import { tempHome, type TempHome } from './home.ts'
import { ManualClock } from './manual-clock.ts'

/** 2026-11-21 12:00 UTC: the clock's start, and when a response happens unless the test says otherwise. */
export const NOON = Date.UTC(2026, 10, 21, 12)

export interface ResponseSketch {
  /** Output tokens of a model that costs 25 USD per million of them: 40,000 are one dollar. */
  readonly output?: number
  readonly model?: string
  readonly project?: string
  readonly branch?: string
  readonly session?: string
  readonly at?: number
  /** The log ends before the response did. */
  readonly cutOff?: boolean
  /** The vendor's id; a new one where none is given. */
  readonly id?: string
}
export interface OpenOptions {
  readonly role?: 'daemon' | 'command'
  readonly observe?: boolean
  readonly platform?: Environment['platform']
  readonly config?: string
  readonly home?: TempHome
  readonly notifiers?: readonly Notifier[]
  readonly variables?: Readonly<Record<string, string>>
  readonly terminals?: readonly Terminals[]
}

export const DOLLAR = 40_000
let responses = 0

export class OpenWorld {
  readonly home: TempHome
  readonly environment: Environment
  readonly world: World
  readonly handlers: Handlers
  readonly clock: ManualClock
  readonly table: FakeTable
  /** How often a handler said that locks or rules changed. */
  changes = 0
  readonly #scope: Scope
  readonly #ownHome: boolean

  private constructor(parts: { home: TempHome; environment: Environment; world: World; clock: ManualClock; table: FakeTable; scope: Scope; ownHome: boolean }) {
    this.home = parts.home
    this.environment = parts.environment
    this.world = parts.world
    this.clock = parts.clock
    this.table = parts.table
    this.#scope = parts.scope
    this.#ownHome = parts.ownHome
    this.handlers = handlersOf(parts.world, () => { this.changes++ })
  }

  static async open(options: OpenOptions = {}): Promise<OpenWorld> {
    const home = options.home ?? tempHome('world')
    const environment: Environment = { home: home.path, platform: options.platform ?? 'linux', variables: { HOME: home.path, PATH: home.env.PATH, ...options.variables } }
    if (options.config !== undefined) {
      mkdirSync(path.join(home.path, '.config', 'purser'), { recursive: true })
      writeFileSync(path.join(home.path, '.config', 'purser', 'config.toml'), options.config)
    }
    const clock = new ManualClock(NOON)
    const table = new FakeTable()
    const scope = new Scope()
    try {
      const world = await wire({
        environment, role: options.role ?? 'command', observe: options.observe ?? false, clock, processes: table, signaller: new FakeSignals(table),
        ...(options.terminals ? { terminals: options.terminals } : {}),
        ...(options.notifiers ? { notifiers: options.notifiers } : {}),
      }, scope)
      return new OpenWorld({ home, environment, world, clock, table, scope, ownHome: options.home === undefined })
    } catch (error) {
      await scope.close()
      if (options.home === undefined) home.remove()
      throw error
    }
  }

  /** Absolute path of a project folder below the home; made, and outside any repository. */
  project(name = 'web'): string {
    const folder = path.join(this.home.path, 'src', name)
    mkdirSync(folder, { recursive: true })
    return folder
  }

  /** Appends responses to the log of their session, as the client writes them. */
  log(...sketches: readonly ResponseSketch[]): void {
    for (const { output = DOLLAR, model = 'claude-opus-4-5-20251101', project = 'web', branch = 'main', session = 's1', at = NOON, cutOff = false, id = `msg_01${String(++responses).padStart(22, '0')}` } of sketches) {
      const usage = aUsage({ input_tokens: 0, output_tokens: output, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, cache_creation: { ephemeral_1h_input_tokens: 0, ephemeral_5m_input_tokens: 0 } })
      const record = aRecord({ cwd: this.project(project), sessionId: session, gitBranch: branch, timestamp: new Date(at).toISOString(), uuid: `u-${responses}`, requestId: `req_${responses}`, message: aMessage({ id, model, usage, ...(cutOff ? { stop_reason: null } : {}) }) })
      this.appendLine(project, session, JSON.stringify(record))
    }
  }

  /** Appends one line to a session's log. */
  appendLine(project: string, session: string, line: string): void {
    const folder = path.join(this.home.path, '.claude', 'projects', `-${project}`)
    mkdirSync(folder, { recursive: true })
    appendFileSync(path.join(folder, `${session}.jsonl`), `${line}\n`)
  }

  /** Logs these responses and reads them into the ledger. */
  async spend(...sketches: readonly ResponseSketch[]): Promise<void> {
    this.log(...sketches)
    await readLogs(this.world)
  }

  /** Registers a live session as the client does, and lets its process run. */
  register(session: { readonly session?: string; readonly pid: number; readonly startTime?: string; readonly cwd?: string; readonly status?: string }): void {
    const folder = path.join(this.home.path, '.claude', 'sessions')
    mkdirSync(folder, { recursive: true })
    const { session: sessionId = 's1', pid, startTime = '395962', cwd = this.project(), status = 'busy' } = session
    writeFileSync(path.join(folder, `${pid}.json`), JSON.stringify({ pid, sessionId, cwd, procStart: startTime, kind: 'interactive', status, updatedAt: NOON }))
  }

  /** Codes of every event so far. */
  async codes(): Promise<readonly string[]> {
    return (await this.world.stores.read(() => this.world.stores.events.since(0, 1_000))).map(event => event.code)
  }

  async close(): Promise<void> {
    await this.#scope.close()
    if (this.#ownHome) this.home.remove()
  }
}
