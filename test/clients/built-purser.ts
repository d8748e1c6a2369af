// The built command line in a home of its own: what a user runs, not what the sources say.
import { execFile } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { tempHome } from '../support/home.ts'

export const CLI = path.join(import.meta.dirname, '..', '..', 'dist', 'cli.cjs')

export interface Ended { readonly code: number; readonly stdout: string; readonly stderr: string }
export interface Purser {
  readonly home: string
  /** A project folder below the home. */
  project(name: string): string
  run(...args: readonly string[]): Promise<Ended>
  /** Runs with `--json` and parses; throws with everything printed when it does not end with 0. */
  json<T>(...args: readonly string[]): Promise<T>
  /** Writes the configuration file. */
  configure(toml: string): void
  /** Starts the daemon in the background; it is stopped when the test ends. */
  up(): Promise<void>
  /** All session logs of the client, oldest path first. */
  logs(): readonly string[]
}

// A command that hangs is a failure with its output, not a mute timeout of the test.
const COMMAND_MS_MAX = 30_000

/** A home with a built purser for one test. Real mode: signals are not limited to registered pids, so the caller must be alone (see scripts/clients.mjs). */
export function purserHome(variables: (home: string) => Readonly<Record<string, string>> = () => ({})): Purser {
  const home = tempHome('client')
  const { PURSER_TEST_PIDS: _, ...own } = home.env
  // Asked each time: a daemon that is to die somewhere is started with a variable more.
  const environment = (): Record<string, string> => ({ ...own, ...variables(home.path) })
  const run = (...args: readonly string[]): Promise<Ended> => new Promise(resolve => {
    execFile(process.execPath, [CLI, ...args], { env: environment(), cwd: home.path, timeout: COMMAND_MS_MAX, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ code: error ? (typeof error.code === 'number' ? error.code : 124) : 0, stdout, stderr })
    })
  })
  let up = false
  onTestFinished(async () => {
    if (up) await run('down')
    home.remove()
  })
  return {
    home: home.path,
    project(name) {
      const folder = path.join(home.path, 'src', name)
      mkdirSync(folder, { recursive: true })
      return folder
    },
    run,
    async json<T>(...args: readonly string[]) {
      const { code, stdout, stderr } = await run(...args, '--json')
      if (code !== 0) throw new Error(`purser ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`)
      return JSON.parse(stdout) as T
    },
    configure(toml) {
      const folder = path.join(home.path, '.config', 'purser')
      mkdirSync(folder, { recursive: true })
      writeFileSync(path.join(folder, 'config.toml'), toml)
    },
    async up() {
      up = true
      const { code, stdout, stderr } = await run('up', '--detach')
      if (code !== 0) throw new Error(`purser up ended with ${code}: ${stderr}${stdout}`)
    },
    logs() {
      const root = path.join(home.path, '.claude', 'projects')
      if (!existsSync(root)) return []
      return readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.jsonl')).map(name => path.join(root, name)).sort()
    },
  }
}

/** Asks again until the answer holds; every question starts a process, so there is nothing to sleep for. The test's own timeout ends it. */
export async function eventually<T>(ask: () => Promise<T>, holds: (answer: T) => boolean, attempts = 600): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const answer = await ask()
    if (holds(answer)) return answer
    if (attempt >= attempts) throw new Error(`still not so after ${attempts} questions: ${JSON.stringify(answer)}`)
  }
}

/** `"0.012447999999999999"` and friends: the client adds doubles, we compare in nano-USD. */
export const nanosOf = (usd: number | string): bigint => {
  const [whole = '0', fraction = ''] = Number(usd).toFixed(9).split('.')
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'))
}

/** The client's own meter per session: the last `cost-state` record of each log. */
export function meters(logs: readonly string[]): number[] {
  return logs.flatMap(file => {
    const last = readFileSync(file, 'utf8').split('\n').filter(line => line.includes('"type":"cost-state"')).at(-1)
    return last === undefined ? [] : [(JSON.parse(last) as { totalCostUSD: number }).totalCostUSD]
  })
}

/** Puts a fact of this run into the committed result: figures, and the hash of the logs they came from. */
export function evidence(scenario: string, figures: Readonly<Record<string, unknown>>, logs: readonly string[] = []): void {
  const file = process.env['PURSER_TEST_EVIDENCE']
  if (file === undefined) return
  const hash = createHash('sha256')
  for (const log of logs) hash.update(readFileSync(log))
  appendFileSync(file, `${JSON.stringify({ scenario, ...figures, ...(logs.length ? { logs: logs.length, sha256: hash.digest('hex') } : {}) })}\n`)
}
