// The same pid, another process: forced, not waited for. Needs a pid namespace of its own and the right to write
// ns_last_pid; where that cannot be had the test says so in the last line of `npm test` instead of passing.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { tempHome, type TempHome } from '../support/home.ts'
import { noteNotRun } from '../support/not-run.ts'

// `npm run soak` asks for the full figure.
const ROUNDS = Number(process.env['PURSER_TEST_PID_REUSES'] ?? '20')
const UNSHARE = ['-pf', '--mount-proc']

let home: TempHome
let program = ''
const possible = process.platform === 'linux'
  && spawnSync('unshare', [...UNSHARE, '/bin/sh', '-c', 'echo 100 > /proc/sys/kernel/ns_last_pid'], { stdio: 'ignore', timeout: 10_000 }).status === 0
if (!possible) noteNotRun('forced pid reuse (needs Linux and the right to unshare a pid namespace: run as root)')

beforeAll(async () => {
  if (!possible) return
  home = tempHome('pid-reuse')
  program = join(home.path, 'pid-reuse.mjs')
  const bundle = await rolldown({ input: join(import.meta.dirname, '..', 'support', 'fake-agent', 'pid-reuse.ts'), platform: 'node', logLevel: 'silent' })
  await bundle.write({ file: program, format: 'esm' })
  await bundle.close()
})
afterAll(() => home?.remove())

it.runIf(possible)(`signals nobody wrongly in ${ROUNDS} forced reuses of a pid, where a naive tool would have hit every time`, () => {
  const run = spawnSync('unshare', [...UNSHARE, process.execPath, program, String(ROUNDS)], { encoding: 'utf8', env: home.env, timeout: 120_000 })
  expect(run.status, run.stderr).toBe(0)
  const counts = JSON.parse(run.stdout) as Record<string, number>
  process.stdout.write(`pid reuse: ${run.stdout}`)
  expect(counts).toMatchObject({ rounds: ROUNDS, heldSent: 0, looseSent: 0, harmed: 0 })
  // A test in which nothing was reused would prove nothing.
  expect(counts['reused']).toBeGreaterThanOrEqual(Math.ceil(ROUNDS * 0.9))
  expect(counts['naiveWouldHit']).toBe(counts['reused'])
})
