// A temporary home in which the hook is installed as on a user's machine: script, program, lock files, settings, and a
// server on the unix socket that answers as the test says. Everything it starts runs with an emptied environment.
import { spawnRegistered } from './processes.ts'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { claudeCodeHookSettings } from '../../src/agents/claude-code/hook-settings.ts'
import type { Marker, ProjectedLock } from '../../src/core/enforcement/lock-file.ts'
import type { Lock } from '../../src/core/enforcement/lock.ts'
import { saveWorkFrom } from '../../src/core/enforcement/save-work.ts'
import { HOUR_MS, instant } from '../../src/core/time.ts'
import { hookPlaces, installHooks } from '../../src/os/files/hook-files.ts'
import { projectLocks } from '../../src/os/files/lock-files.ts'
import { aLock } from './a-lock.ts'
import { tempHome } from './home.ts'

export interface Ran { readonly code: number | null; readonly stdout: string; readonly stderr: string; readonly pid: number }
export interface RunOptions {
  readonly shell?: readonly string[]
  readonly env?: Record<string, string>
  readonly cwd?: string
  readonly payload?: Record<string, unknown> | string
  readonly onStart?: (pid: number) => void
}
export interface Asked { readonly url: string; readonly pid: string; readonly body: string }

export class HookWorld {
  readonly home = tempHome("hook it's")
  readonly state = join(this.home.path, 'state')
  readonly locks = join(this.state, 'locks')
  readonly socket = join(this.home.path, 'd.sock')
  readonly settingsFile = join(this.home.path, '.claude', 'settings.json')
  /** A project folder that exists, and one beside it whose name begins the same. */
  readonly project = this.#folder('web')
  readonly sibling = this.#folder('web2')
  readonly places = hookPlaces(this.state)
  readonly asked: Asked[] = []
  #server: Server | null = null

  constructor(sources: { readonly script: string; readonly program: string }) {
    installHooks({ settings: claudeCodeHookSettings, settingsFile: this.settingsFile, state: this.state, sources, node: process.execPath, socket: this.socket, version: '1.0.0' })
  }

  #folder(name: string): string {
    const folder = join(this.home.path, 'src', name)
    mkdirSync(folder, { recursive: true })
    return folder
  }

  lock(change: Partial<Lock> = {}): ProjectedLock {
    const now = Date.now()
    const lock = aLock({ selector: { project: this.project }, lockedAt: instant(now), expiresAt: instant(now + HOUR_MS), ...change })
    return { kind: 'lock', lock, roots: [], saveWork: saveWorkFrom([]), node: 'n1' }
  }
  closed(change: Partial<Marker> = {}): Marker {
    return { kind: 'marker', why: 'closed', rule: 'web-daily', selector: { project: this.project }, per: '', perValue: '', roots: [], node: 'n1', ...change }
  }
  locked(locks: readonly ProjectedLock[], markers: readonly Marker[] = []): void {
    projectLocks({ folder: this.locks, locks, markers, now: instant(Date.now()) })
  }

  /** Starts the daemon's stand-in; every question is recorded before it is answered. */
  async daemon(answer: (response: ServerResponse, asked: Asked, request: IncomingMessage) => void): Promise<void> {
    const server = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('error', () => undefined)
      response.on('error', () => undefined)
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        const asked = { url: request.url ?? '', pid: String(request.headers['x-purser-pid']), body: Buffer.concat(parts).toString('utf8') }
        this.asked.push(asked)
        answer(response, asked, request)
      })
    })
    await new Promise<void>(resolve => server.listen(this.socket, () => resolve()))
    this.#server = server
  }
  async daemonDown(): Promise<void> {
    const server = this.#server
    this.#server = null
    server?.closeAllConnections()
    if (server) await new Promise<void>(resolve => server.close(() => resolve()))
    rmSync(this.socket, { force: true })
  }

  payload(event: string, more: Record<string, unknown> = {}): Record<string, unknown> {
    return { session_id: 's1', transcript_path: join(this.home.path, '.claude/projects/x/s1.jsonl'), cwd: this.project, hook_event_name: event, ...more }
  }

  /** Runs the installed script as the client would, payload on stdin. */
  async run(event: string, options: RunOptions = {}): Promise<Ran> {
    const [command = '/bin/sh', ...before] = options.shell ?? ['/bin/sh']
    return this.#spawn(command, [...before, this.places.script, event], event, options)
  }
  /** Runs the command registered in the settings, through a shell, as the client does. */
  async runRegistered(event: string, options: RunOptions = {}): Promise<Ran> {
    const settings = JSON.parse(readFileSync(this.settingsFile, 'utf8')) as { hooks: Record<string, { hooks: { command: string }[] }[]> }
    return this.#spawn('/bin/sh', ['-c', settings.hooks[event]?.[0]?.hooks[0]?.command ?? 'exit 99'], event, options)
  }

  /** Runs the small program alone, as the script does. */
  async program(event: string, args: readonly string[], options: RunOptions & { readonly script?: string } = {}): Promise<Ran> {
    return this.#spawn(process.execPath, [options.script ?? this.places.program, event, ...args], event, options)
  }

  async #spawn(command: string, args: readonly string[], event: string, options: RunOptions): Promise<Ran> {
    const { child, pid, exited } = spawnRegistered(command, args, { cwd: options.cwd ?? this.project, env: { HOME: this.home.path, CLAUDE_PID: '4711', ...options.env }, stdio: ['pipe', 'pipe', 'pipe'] })
    options.onStart?.(pid)
    const out: Buffer[] = [], err: Buffer[] = []
    child.stdout?.on('data', (part: Buffer) => out.push(part))
    child.stderr?.on('data', (part: Buffer) => err.push(part))
    child.stdin?.on('error', () => undefined)
    const payload = options.payload ?? this.payload(event)
    child.stdin?.end(typeof payload === 'string' ? payload : JSON.stringify(payload))
    const closed = new Promise<void>(resolve => child.once('close', () => resolve()))
    const { code } = await exited
    await closed
    return { code, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8'), pid }
  }

  async end(): Promise<void> {
    await this.daemonDown()
    this.home.remove()
  }
}

export const SILENT: Pick<Ran, 'code' | 'stdout' | 'stderr'> = { code: 0, stdout: '', stderr: '' }
/** Shells that run the script somewhere: dash (Debian), bash (macOS in posix mode), busybox (Alpine). Those that are here. */
export const SHELLS: readonly (readonly string[])[] = [['/bin/sh'], ['/bin/dash'], ['/bin/bash', '--posix'], ['/bin/busybox', 'sh']].filter(([file]) => existsSync(file as string))

export function answers(body: unknown, exit = '0'): (response: ServerResponse) => void {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return response => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), 'x-purser-exit': exit, connection: 'close' })
    response.end(text)
  }
}
export const saysNothing = (response: ServerResponse): void => { response.writeHead(204, { connection: 'close' }); response.end() }
