// Starts real fake agents and sees to it that none is left: every process it or its tools started is registered, and
// ended by pid and start time when the test is over.
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { tempHome, type TempHome } from '../home.ts'
import { spawnRegistered, startTicks } from '../processes.ts'

export interface Behaviour {
  readonly session?: string
  readonly kind?: 'bg'
  readonly job?: string
  readonly register?: false
  readonly onInterrupt?: 'exit' | 'idle' | 'ignore' | 'hang'
  readonly onTerminate?: 'exit' | 'ignore' | 'hang'
  readonly tools?: readonly ('sleep' | 'stubborn' | 'detached' | 'agent')[]
  readonly logEveryMs?: number
  readonly status?: 'busy' | 'idle' | 'waiting'
  readonly reads?: true
  readonly stopped?: true
  readonly logged?: true
  readonly broken?: string
}
type Said = { readonly event: string; readonly signal?: string; readonly tools?: readonly number[] }

export interface FakeAgent {
  readonly pid: number
  readonly startTime: string
  readonly child: ChildProcess
  readonly tools: readonly number[]
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  /** Resolves when the agent has said it, now or earlier. */
  heard(event: string, signal?: string): Promise<void>
  /** For a supervisor: the pid of the session it started, once it has started one for the `times`th time. */
  readyAgain(times: number): Promise<number>
  signals(): readonly string[]
}

/** Starts without registering: what stands for the agent of whoever runs the tests. */
function spawnStranger(command: string, args: readonly string[], options: SpawnOptions): ReturnType<typeof spawnRegistered> {
  const child = spawn(command, args, options)
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(resolve => { child.once('exit', (code, signal) => resolve({ code, signal })) })
  return { child, pid: child.pid ?? 0, exited }
}

/** A temporary home with the fake client installed, and every agent that was started in it. */
export class AgentHouse {
  readonly home: TempHome = tempHome('agents')
  readonly command: string
  readonly #started: { pid: number; startTime: string; exited: Promise<unknown> | null }[] = []

  constructor() {
    const bin = join(this.home.path, 'opt', 'bin')
    mkdirSync(bin, { recursive: true })
    this.command = join(bin, 'claude')
    copyFileSync(join(import.meta.dirname, 'claude.cjs'), this.command)
    chmodSync(this.command, 0o755)
  }

  get configHome(): string { return join(this.home.path, '.claude') }

  folder(...parts: readonly string[]): string {
    const path = join(this.home.path, 'src', ...parts)
    mkdirSync(path, { recursive: true })
    return path
  }

  async start(cwd: string, behaviour: Behaviour = {}, { args = [], uid, stranger = false }: { args?: readonly string[]; uid?: number; stranger?: boolean } = {}): Promise<FakeAgent> {
    const spawned = stranger ? spawnStranger : spawnRegistered
    // The fake client registers itself, for those that purser starts in a terminal; a stranger must not, another user cannot.
    const env = this.home.env, { PURSER_TEST_PIDS: _untold, ...silent } = env
    const { child, pid, exited } = spawned(this.command, args, { cwd, ...(uid === undefined ? {} : { uid, gid: uid }), stdio: ['ignore', 'pipe', 'inherit'], env: { ...(stranger || uid !== undefined ? silent : env), FAKE_AGENT: JSON.stringify(behaviour) } })
    const said: Said[] = []
    const waiting = new Set<() => void>()
    if (!child.stdout) throw new Error('the agent has no output')
    createInterface({ input: child.stdout }).on('line', line => {
      const one = JSON.parse(line) as Said
      said.push(one)
      // A supervisor says `ready` again for each session it starts.
      for (const tool of one.tools ?? []) this.#started.push({ pid: tool, startTime: startTicks(tool), exited: null })
      for (const look of waiting) look()
    })
    const heard = (event: string, signal?: string, times = 1): Promise<void> => new Promise((resolve, reject) => {
      const look = (): void => {
        if (said.filter(one => one.event === event && (signal === undefined || one.signal === signal)).length < times) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      void exited.then(() => setImmediate(() => { look(); if (waiting.has(look)) reject(new Error(`the agent ended and never said ${event} ${signal ?? ''}`)) }))
      look()
    })
    await heard('ready')
    const tools = said.find(one => one.event === 'ready')?.tools ?? []
    const startTime = startTicks(pid)
    this.#started.unshift({ pid, startTime, exited })
    const readyAgain = async (times: number): Promise<number> => {
      await heard('ready', undefined, times)
      return said.filter(one => one.event === 'ready')[times - 1]?.tools?.[0] ?? 0
    }
    return { pid, startTime, child, tools, exited, heard, readyAgain, signals: () => said.filter(one => one.event === 'signal').map(one => one.signal ?? '') }
  }

  /** Lines the agents have logged so far. */
  logLines(): readonly string[] {
    const root = join(this.configHome, 'projects')
    if (!existsSync(root)) return []
    return readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.jsonl'))
      .flatMap(name => readFileSync(join(root, name), 'utf8').split('\n').filter(line => line !== ''))
  }

  /** Ends what is left, by pid and start time, and removes the home. */
  async close(): Promise<void> {
    for (const { pid, startTime, exited } of this.#started) {
      if (startTicks(pid) === startTime && startTime !== '') process.kill(pid, 'SIGKILL')
      await exited
    }
    this.home.remove()
  }
}
