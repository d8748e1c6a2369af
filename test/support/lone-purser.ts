// The built purser in a home of its own, with logs that a test writes: the command line, the daemon as a process that can
// be killed, and the daemon's own socket for looking closely.
import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { connectSocket } from '../../src/api/client.ts'
import type { ControlPlane, Operations } from '../../src/api/control-plane.ts'
import { aMessage, aRecord } from './claude-lines.ts'
import { tempHome } from './home.ts'
import { spawnRegistered } from './processes.ts'

export interface Ended { readonly exit: number | null; readonly out: string; readonly err: string }
export interface Daemon { readonly pid: number; readonly said: () => string; readonly over: () => boolean; readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>; signal(name: NodeJS.Signals): void }
type Status = Operations['status']['out']

/** 25 USD per million output tokens. */
const TOKENS_PER_CENT = 400

export class LonePurser {
  readonly home = tempHome('lone')
  readonly state = join(this.home.path, '.local', 'state', 'purser')
  readonly config = join(this.home.path, '.config', 'purser', 'config.toml')
  readonly project = join(this.home.path, 'src', 'web')
  readonly env: Record<string, string>
  readonly #cli: string
  readonly #nodeOptions: readonly string[]
  readonly #running = new Set<Daemon>()
  #lines = 0

  constructor(cli: string, { nodeOptions = [], env = {} }: { readonly nodeOptions?: readonly string[]; readonly env?: Readonly<Record<string, string>> } = {}) {
    this.#cli = cli
    this.#nodeOptions = nodeOptions
    this.env = { ...this.home.env, ...env }
    mkdirSync(this.project, { recursive: true })
  }

  async end(): Promise<void> {
    for (const daemon of this.#running) if (!daemon.over()) { daemon.signal('SIGKILL'); await daemon.exited }
    this.home.remove()
  }

  run(...args: readonly string[]): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [...this.#nodeOptions, this.#cli, ...args], { env: this.env, cwd: this.home.path, stdio: ['ignore', 'pipe', 'pipe'], timeout: 30_000 })
      const said = { out: '', err: '' }
      child.stdout.setEncoding('utf8').on('data', (text: string) => { said.out += text })
      child.stderr.setEncoding('utf8').on('data', (text: string) => { said.err += text })
      child.on('error', reject)
      child.on('close', exit => resolve({ exit, ...said }))
    })
  }

  async json<T>(...args: readonly string[]): Promise<T> {
    const { exit, out, err } = await this.run(...args, '--json')
    if (exit !== 0) throw new Error(`purser ${args.join(' ')} ended with ${exit}: ${err}${out}`)
    return JSON.parse(out) as T
  }

  /** Starts the daemon in the foreground; resolves at once. */
  start(...args: readonly string[]): Daemon {
    const { child, pid, exited } = spawnRegistered(process.execPath, [...this.#nodeOptions, this.#cli, 'up', '--quiet', ...args], { env: this.env, cwd: this.home.path, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => { said += text })
    const daemon: Daemon = { pid, exited, said: () => said, over: () => child.exitCode !== null || child.signalCode !== null, signal: name => { child.kill(name) } }
    this.#running.add(daemon)
    return daemon
  }

  /** Starts the daemon and waits until it has read the logs and follows. */
  async up(...args: readonly string[]): Promise<Daemon> {
    const before = this.log().length
    const daemon = this.start(...args)
    await this.until(async () => daemon.over() || this.log().slice(before).includes('"daemon.ready"'))
    if (daemon.over()) throw new Error(`the daemon ended at once: ${daemon.said()}`)
    return daemon
  }

  plane(): ControlPlane { return connectSocket({ path: join(this.state, 'purser.sock') }) }
  status(): Promise<Status> { return this.plane().call('status', {}) }
  log(): string { return this.text(join(this.state, 'purser.log')) }
  text(file: string): string { return existsSync(file) ? readFileSync(file, 'utf8') : '' }
  configure(toml: string): void { mkdirSync(dirname(this.config), { recursive: true }); writeFileSync(this.config, toml) }
  lockFiles(): string[] { const folder = join(this.state, 'locks'); return existsSync(folder) ? readdirSync(folder).filter(name => name.endsWith('.lock')).map(name => join(folder, name)) : [] }
  async codes(): Promise<string[]> { return (await this.plane().call('events', {})).events.map(({ code }) => code) }

  /** A log file of the client; `name` names the session. */
  logFile(name = 'aaaaaaaa-1111-4111-a111-111111111111'): string { return join(this.home.path, '.claude', 'projects', '-src-web', `${name}.jsonl`) }

  line(cents: number, over: Record<string, unknown> = {}, message: Record<string, unknown> = {}): string {
    const n = this.#lines++
    return `${JSON.stringify(aRecord({
      timestamp: new Date().toISOString(), uuid: `u-${n}`, cwd: this.project, requestId: `req_${n}`,
      message: aMessage({ id: `msg_01D${String(n).padStart(20, '0')}`, usage: { input_tokens: 0, output_tokens: cents * TOKENS_PER_CENT, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 }, ...message }), ...over,
    }))}\n`
  }

  /** Appends responses of these many cents. */
  spend(cents: readonly number[], file = this.logFile()): void {
    mkdirSync(dirname(file), { recursive: true })
    appendFileSync(file, cents.map(each => this.line(each)).join(''))
  }

  /** Resolves when it holds. Asks again after a moment; the test's own timeout is the bound. */
  async until(holds: () => Promise<boolean>): Promise<void> {
    while (!(await holds())) await new Promise(resolve => setTimeout(resolve, 25))
  }

  async costs(usd: string): Promise<void> { await this.until(async () => (await this.status()).today.cost === usd) }
}
