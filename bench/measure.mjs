// Runs a program in an emptied environment and says what it cost: wall clock, processor time and peak memory of it and
// everything it waited for, as the kernel counts them. GNU time does the counting: Node cannot see a child's peak.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))
export const CLI = path.join(ROOT, 'dist', 'cli.cjs')
const TIME = '/usr/bin/time'

/** Nothing of the caller's reaches what is measured: NODE_EXTRA_CA_CERTS alone costs Node 60 ms a start. */
export const environmentIn = home => ({ PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: home, TERM: 'dumb' })

export function run(argv, { home, input = '' }) {
  return new Promise((resolve, reject) => {
    const begun = performance.now()
    const child = spawn(argv[0], argv.slice(1), { env: environmentIn(home), cwd: home, stdio: ['pipe', 'pipe', 'pipe'] })
    const out = [], err = []
    child.stdout.on('data', part => out.push(part))
    child.stderr.on('data', part => err.push(part))
    child.stdin.on('error', () => undefined)
    child.on('error', reject)
    child.on('close', code => resolve({ code, ms: performance.now() - begun, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }))
    child.stdin.end(input)
  })
}

/** As `run`, with `cpuMs` and `peakMib`; throws when the program fails. */
export async function cost(argv, { home }) {
  if (!existsSync(TIME)) throw new Error(`${TIME} is missing: install GNU time (apt-get install time)`)
  const folder = mkdtempSync(path.join(tmpdir(), 'purser-bench-'))
  try {
    const file = path.join(folder, 'cost')
    const done = await run([TIME, '-f', '%U %S %M', '-o', file, ...argv], { home })
    if (done.code !== 0) throw new Error(`${argv.join(' ')} ended with ${done.code}: ${done.stderr.slice(-500)}`)
    const [user = 0, system = 0, kib = 0] = readFileSync(file, 'utf8').trim().split('\n').at(-1).split(' ').map(Number)
    return { ...done, cpuMs: (user + system) * 1_000, peakMib: kib / 1024 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const purser = (...args) => [process.execPath, CLI, ...args]

/** Reads every log once, so that no run pays for the disk. */
export function warm(home) {
  for (const entry of readdirSync(path.join(home, '.claude', 'projects'), { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) readFileSync(path.join(entry.parentPath ?? entry.path, entry.name))
  }
}

const READY_MS_MAX = 120_000

/** A daemon of its own for this home, once it has read history; `stop` ends it and waits. */
export async function startDaemon(home, { state = path.join(home, '.local', 'state', 'purser') } = {}) {
  const child = spawn(process.execPath, [CLI, 'up', '--quiet'], { env: environmentIn(home), cwd: home, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = '', over = false
  child.stderr.on('data', part => { said += part })
  const exited = new Promise(resolve => child.once('exit', code => { over = true; resolve(code) }))
  const log = path.join(state, 'purser.log')
  for (const deadline = performance.now() + READY_MS_MAX; !(existsSync(log) && readFileSync(log, 'utf8').includes('daemon.ready'));) {
    if (over || performance.now() > deadline) throw new Error(`the daemon did not get ready: ${said.slice(-500)}`)
    await pause(20)
  }
  return { pid: child.pid, state, stop: async () => { child.kill('SIGTERM'); return exited } }
}

export const pause = ms => new Promise(resolve => setTimeout(resolve, ms))

/** What /proc says of a process now: processor time so far, memory now and at its peak. */
export function usedBy(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1'), fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const status = readFileSync(`/proc/${pid}/status`, 'latin1'), kib = name => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0)
  // Ticks of 10 ms: USER_HZ is 100 on every Linux that Node runs on.
  return { cpuMs: (Number(fields[11]) + Number(fields[12])) * 10, residentMib: kib('VmRSS') / 1024, peakMib: kib('VmHWM') / 1024 }
}

/** The value below which `share` of the times lie. */
export function quantile(times, share) {
  const sorted = times.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))] ?? Number.NaN
}
export const median = times => quantile(times, 0.5)
/** The median of every figure of several runs of one thing. */
export const medians = runs => ({ ms: median(runs.map(each => each.ms)), cpuMs: median(runs.map(each => each.cpuMs)), peakMib: median(runs.map(each => each.peakMib)) })

/** One line of the table. `target` null = told, not judged. */
export const finding = (what, value, unit, target, more = {}) => ({ what, value, unit, target, met: target === null ? null : value < target, ...more })
