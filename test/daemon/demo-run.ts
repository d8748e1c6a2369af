// `purser demo` as a person types it: the built command line, in an emptied environment, in a home and a temporary folder
// of the test's own.
import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { tempHome } from '../support/home.ts'

export interface Run {
  /** What was printed so far. */
  output(): string
  /** Resolves when the text was printed; rejects when the run ends without it. */
  printed(text: string): Promise<void>
  readonly ended: Promise<{ readonly code: number | null; readonly ms: number }>
  /** To a process that we started and that has not been collected. */
  signal(name: 'SIGINT' | 'SIGKILL'): void
  /** Left in the temporary folder it was given. */
  leftovers(): readonly string[]
}

export interface RunHome { readonly path: string; readonly tmp: string; readonly env: Record<string, string>; remove(): void }

export function runHome(name: string, uid?: number): RunHome {
  const { path, env, remove } = tempHome(name)
  const home = join(path, 'home'), tmp = join(path, 'tmp')
  for (const folder of [home, tmp]) {
    mkdirSync(folder, { mode: 0o700 })
    if (uid !== undefined) chownSync(folder, uid, uid)
  }
  chmodSync(path, 0o755)
  // Not PURSER_TEST_PIDS: the demo signals children that no test can register in time. What holds it is the rule under
  // test here, that it sees and signals its own children alone.
  const { PURSER_TEST_PIDS: _, ...clean } = env
  return { path: home, tmp, env: { ...clean, HOME: home, TMPDIR: tmp }, remove }
}

export function runDemo(cli: string, { path, env, tmp }: RunHome, { uid, variables = {} }: { readonly uid?: number; readonly variables?: Record<string, string> } = {}): Run {
  const begun = performance.now()
  const child = spawn(process.execPath, [cli, 'demo'], { cwd: path, env: { ...env, ...variables }, stdio: ['ignore', 'pipe', 'pipe'], ...(uid === undefined ? {} : { uid, gid: uid }) })
  let said = '', over = false
  const watchers = new Set<() => void>()
  const look = (): void => { for (const watcher of watchers) watcher() }
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { said += text; look() })
  const ended = new Promise<{ code: number | null; ms: number }>(resolve => child.once('close', code => {
    over = true
    resolve({ code, ms: performance.now() - begun })
    look()
  }))
  return {
    ended,
    output: () => said,
    printed: text => new Promise((resolve, reject) => {
      const watcher = (): void => {
        if (said.includes(text)) resolve()
        else if (over) reject(new Error(`the demo ended without "${text}":\n${said}`))
        else return
        watchers.delete(watcher)
      }
      watchers.add(watcher)
      watcher()
    }),
    signal: name => { child.kill(name) },
    leftovers: () => readdirSync(tmp),
  }
}

/** Every file and folder below: what it is, whose, since when, and what is in it. */
export function snapshot(folder: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const name of ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })]) {
    const path = join(folder, name)
    const { mode, uid, mtimeMs, size } = lstatSync(path)
    const kind = mode & 0o170000
    const content = kind === 0o100000 ? createHash('sha256').update(readFileSync(path)).digest('hex') : kind === 0o120000 ? readlinkSync(path) : ''
    found[name] = `${mode.toString(8)} ${uid} ${mtimeMs} ${kind === 0o040000 ? '' : size} ${content}`
  }
  return found
}
