// One genuine client other than Claude Code in a home of its own, between a fake API that bills it and a purser that reads it.
import { execFile } from 'node:child_process'
import { onTestFinished } from 'vitest'
import type { AgentClient } from './agent-clients.ts'
import { CLI, purserHome, type Ended, type Purser } from './built-purser.ts'
import { startFakeProviderApi, type FakeProviderApi, type ProviderAnswer, type ProviderUsage } from './fake-provider-api.ts'

interface Installed { readonly command: readonly string[]; readonly version: string; readonly path?: string }
export const INSTALLED = JSON.parse(process.env['PURSER_TEST_AGENT_CLIENTS'] ?? '{}') as Readonly<Record<string, Installed>>
// A client takes seconds here and a minute where both cores are busy; a scenario runs up to three.
const CLIENT_MS_MAX = 120_000
export const SCENARIO_MS_MAX = 400_000

export const used = (input: number, cacheRead: number, output: number, reasoning: number): ProviderUsage => ({ input, cacheRead, output, reasoning })

export interface Running { readonly pid: number; readonly ended: Promise<Ended> }

export class World {
  readonly client: AgentClient
  readonly installed: Installed
  readonly purser: Purser = purserHome()
  readonly api: FakeProviderApi
  readonly folder: string
  constructor(client: AgentClient, api: FakeProviderApi) {
    this.client = client
    this.installed = INSTALLED[client.agent] ?? { command: [], version: '' }
    this.api = api
    this.folder = this.purser.project('web')
  }

  static async of(client: AgentClient, skip: (condition: boolean, note: string) => void): Promise<World> {
    skip(INSTALLED[client.agent] === undefined, 'not installed here')
    const api = await startFakeProviderApi()
    onTestFinished(() => api.close())
    const world = new World(client, api), { purser } = world
    const first = client.prepare(purser.home, api.url)
    if (first !== undefined) await world.run(first)
    return world
  }

  /** Runs the client to its end and throws with what it printed when that was not a good one. */
  async run(args: readonly string[]): Promise<void> {
    const { code, stdout, stderr } = await this.#start([...this.installed.command, ...args]).ended
    if (code !== 0) throw new Error(`${this.client.agent} ${args[0]} ended with ${code}: ${stderr.slice(-2_000)}${stdout.slice(-2_000)}`)
  }

  /** Starts it under `purser run OPTIONS`, as a person would type it. */
  supervised(options: readonly string[], args: readonly string[]): Running { return this.#start([process.execPath, CLI, 'run', ...options, '--', ...this.installed.command, ...args]) }

  #start([program = '', ...args]: readonly string[]): Running {
    const env = {
      PATH: [this.installed.path, process.env['PATH'] ?? '/usr/bin:/bin'].filter(Boolean).join(':'), HOME: this.purser.home, LANG: 'C.UTF-8', TZ: 'UTC', USER: 'dev', SHELL: '/bin/sh', TERM: 'dumb',
      TMPDIR: process.env['TMPDIR'] ?? '/tmp', ...this.client.environment(this.api.url),
    }
    let pid = 0
    const ended = new Promise<Ended>(resolve => {
      const child = execFile(program, args, { env, cwd: this.folder, timeout: CLIENT_MS_MAX, maxBuffer: 64 * 1024 * 1024 }, (error, out, err) => {
        resolve({ code: error ? (typeof error.code === 'number' ? error.code : 124) : 0, stdout: out, stderr: err })
      })
      pid = child.pid ?? 0
      child.stdin?.end()
    })
    return { pid, ended }
  }

  /** A prompt whose answers run a command and end the turn. */
  turn(name: string, first: ProviderUsage, last: ProviderUsage): string {
    return `Do ${name} ${this.api.play(name, [{ blocks: [this.client.shell(`echo ${name}`)], usage: first }, this.ending(last)])}`
  }
  ending(usage: ProviderUsage): ProviderAnswer { return { blocks: [this.client.end ?? { text: 'done' }], usage } }

  /** What the log should say: every request but the client's errands. */
  readonly billed = () => {
    const main = this.api.calls().filter(call => call.main)
    const sum = (pick: (usage: ProviderUsage) => number): number => main.reduce((all, { usage }) => all + pick(usage), 0)
    return { responses: main.length, tokens: { input: sum(usage => usage.input), output: sum(usage => usage.output + usage.reasoning), cacheRead: sum(usage => usage.cacheRead), cacheWrite5m: 0, cacheWrite1h: 0 } }
  }
}
