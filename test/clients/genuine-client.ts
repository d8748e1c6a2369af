// Runs the genuine Claude Code in a home of its own against the fake API: nothing of the caller's environment, a made-up
// key, loopback only. `scripts/clients.mjs` says where the client is.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync } from 'node:fs'

export interface ClientRun {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** The client's own closing report; undefined when it was stopped before writing one. */
  readonly result: ClientResult | undefined
}
export interface ClientResult { readonly session_id: string; readonly total_cost_usd: number; readonly terminal_reason?: string; readonly subtype: string; readonly result?: string }
export interface RunningClient { readonly child: ChildProcess; readonly pid: number; readonly ended: Promise<ClientRun> }

export interface ClientOptions {
  readonly home: string
  readonly cwd: string
  readonly apiUrl: string
  readonly prompt: string
  readonly args?: readonly string[]
}

export const CLIENT = process.env['PURSER_TEST_CLIENT'] ?? ''
export const CLIENT_VERSION = process.env['PURSER_TEST_CLIENT_VERSION'] ?? ''
/** True where this process tree sees no other: only there may purser be armed against a genuine client. */
export const ALONE = process.env['PURSER_TEST_ALONE'] === '1'

/** Nothing of the caller's: a home of its own, a made-up key, loopback. */
export const clientEnvironment = (home: string, apiUrl: string): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: home, LANG: 'C.UTF-8', TZ: 'UTC', USER: 'dev', SHELL: '/bin/sh', TERM: 'dumb', TMPDIR: process.env['TMPDIR'] ?? '/tmp',
  ANTHROPIC_BASE_URL: apiUrl, ANTHROPIC_API_KEY: 'sk-ant-made-up-for-tests', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1', DISABLE_TELEMETRY: '1', DISABLE_ERROR_REPORTING: '1',
})

/** Starts `claude -p`; the headless form of the same program, same logs, same hooks, same signals. */
export function startClient({ home, cwd, apiUrl, prompt, args = [] }: ClientOptions): RunningClient {
  if (CLIENT === '') throw new Error('no client: run these tests with `npm run test:clients`')
  mkdirSync(cwd, { recursive: true })
  const child = spawn(CLIENT, ['-p', prompt, '--output-format', 'json', '--allowedTools', 'Bash', ...args], {
    cwd, stdio: ['ignore', 'pipe', 'pipe'],
    env: clientEnvironment(home, apiUrl),
  })
  let stdout = '', stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => { stdout += text })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => { stderr += text })
  const ended = new Promise<ClientRun>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr, result: resultOf(stdout) }))
  })
  if (child.pid === undefined) throw new Error(`cannot start ${CLIENT}`)
  return { child, pid: child.pid, ended }
}

export const runClient = (options: ClientOptions): Promise<ClientRun> => startClient(options).ended

function resultOf(stdout: string): ClientResult | undefined {
  const last = stdout.trim().split('\n').at(-1) ?? ''
  try {
    const value = JSON.parse(last) as ClientResult | readonly ClientResult[]
    return Array.isArray(value) ? (value as ClientResult[]).at(-1) : value as ClientResult
  } catch {
    return undefined
  }
}
