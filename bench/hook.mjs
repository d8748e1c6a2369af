// What one hook costs: the script with nothing to ask, asking over the socket, and deciding alone; per shell, medians.
// The answering side is the smallest possible server, so this is the hook's own share; what a budget that reserves adds is
// measured beside it, on the disk this folder lies on. `node bench/hook.mjs [rounds]`.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const ROUNDS = Number(process.argv[2] ?? 100)
// Asking takes 11 to 12 ms where nothing else runs: what is left of 25 may be spent on holding.
const TARGET_MS = { idle: 5, asking: 25, holding: 12 }
const SHELLS = [['/bin/sh'], ['/bin/bash', '--posix'], ['/bin/busybox', 'sh']].filter(([file]) => existsSync(file))
const PAYLOAD = JSON.stringify({ session_id: 's1', cwd: '/home/dev/web', hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_input: { command: 'npm test' } })
const LOCK = `${JSON.stringify({
  format: 1, kind: 'lock', id: 'L1', failMode: 'open', everywhere: false, byFolder: true, roots: ['/home/dev/web'], rule: 'web', ruleVersion: '1', selector: { project: '/home/dev/web' }, per: '', perValue: '',
  window: { kind: 'lifetime', start: 0, end: null, zone: 'UTC' }, reason: 'spent', limit: '20000000000', spent: '20410000000', onBreach: 'deny', lockedAt: 0, expiresAt: null, graceUntil: 0, needsConfirmation: false,
  saveWork: { entries: [], limits: { save: 0, deny: 0, batch: 0 } }, node: 'n1',
}, null, 1)}\n`

const state = mkdtempSync(path.join(tmpdir(), 'purser-bench-hook-'))
const file = (...parts) => path.join(state, ...parts)
const answer = JSON.stringify({ continue: false, stopReason: 'spent' })
const server = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(200, { 'x-purser-exit': '0', 'content-length': answer.length, connection: 'close' }).end(answer))
})

async function setUp() {
  for (const folder of ['hook', 'locks']) mkdirSync(file(folder))
  const build = await rolldown({ input: path.join(ROOT, 'src/hook/main.ts'), cwd: ROOT, external: /^node:/, platform: 'node', tsconfig: path.join(ROOT, 'tsconfig.json') })
  await build.write({ file: file('hook', 'hook.cjs'), format: 'cjs', codeSplitting: false })
  await build.close()
  writeFileSync(file('hook', 'purser-hook.sh'), readFileSync(path.join(ROOT, 'src/hook/hook.sh'), 'utf8').replaceAll('@VERSION@', 'bench').replace('@NODE@', () => `'${process.execPath}'`))
  writeFileSync(file('hook', 'socket'), `${file('d.sock')}\n`)
  await new Promise(resolve => server.listen(file('d.sock'), resolve))
}

function once(shell, event = 'PreToolUse') {
  return new Promise((resolve, reject) => {
    const begun = process.hrtime.bigint()
    const child = spawn(shell[0], [...shell.slice(1), file('hook', 'purser-hook.sh'), event], { env: { HOME: state, PATH: '/usr/bin:/bin', CLAUDE_PID: '4711' }, stdio: ['pipe', 'pipe', 'inherit'] })
    let said = ''
    child.stdout.on('data', part => { said += part })
    child.stdin.on('error', () => undefined)
    child.on('error', reject)
    child.on('close', () => resolve({ ms: Number(process.hrtime.bigint() - begun) / 1e6, said }))
    child.stdin.end(PAYLOAD)
  })
}

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
const figures = times => { const sorted = times.toSorted((a, b) => a - b); return { p50: at(sorted, 0.5), p95: at(sorted, 0.95) } }

async function measure(shell, expected, parallel = 1) {
  const times = []
  for (let round = 0; round < ROUNDS; round += parallel) {
    for (const { ms, said } of await Promise.all(Array.from({ length: parallel }, () => once(shell)))) {
      if (!said.includes(expected) || (expected === '' && said !== '')) throw new Error(`the hook said ${JSON.stringify(said)}`)
      times.push(ms)
    }
  }
  return figures(times)
}

/** Holding the money of a request: the daemon's share of a hook that reserves. */
async function holding() {
  const folder = mkdtempSync(path.join(ROOT, '.bench-hook-'))
  try {
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'))
    const build = await rolldown({ input: path.join(ROOT, 'bench', 'call-loop.ts'), platform: 'node', external: /^(node:|@photostructure\/|pg$)/ })
    await build.write({ file: path.join(folder, 'loop.mjs'), format: 'es', codeSplitting: false })
    await build.close()
    const said = execFileSync(process.execPath, ['--no-warnings', path.join(folder, 'loop.mjs')], { env: { PATH: process.env.PATH, HOME: folder, DATABASE: path.join(folder, 'purser.db'), MIGRATIONS: path.join(ROOT, 'migrations'), CALLS: String(ROUNDS * 3) }, encoding: 'utf8' })
    const { maximum, p95 } = JSON.parse(said)
    row('holding the most it costs', ['(daemon)'], { p50: at(maximum, 0.5), p95: at(maximum, 0.95) }, TARGET_MS.holding)
    row('holding what is usual', ['(daemon)'], { p50: at(p95, 0.5), p95: at(p95, 0.95) }, TARGET_MS.holding)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const row = (name, shell, { p50, p95 }, target) => process.stdout.write(`${name.padEnd(26)} ${shell.join(' ').padEnd(20)} p50 ${p50.toFixed(1).padStart(6)} ms   p95 ${p95.toFixed(1).padStart(6)} ms${target === undefined ? '' : p50 < target ? `   under ${target}` : `   MISSED ${target}`}\n`)

try {
  await setUp()
  for (const shell of SHELLS) {
    rmSync(file('locks', 'L1.lock'), { force: true })
    await once(shell)
    row('nothing to ask', shell, await measure(shell, ''), TARGET_MS.idle)
    writeFileSync(file('locks', 'L1.lock'), LOCK)
    row('asking the daemon', shell, await measure(shell, 'continue'), TARGET_MS.asking)
    row('asking, 8 at once', shell, await measure(shell, 'continue', 8))
    writeFileSync(file('hook', 'socket'), `${file('none')}\n`)
    row('without a daemon', shell, await measure(shell, 'continue'))
    writeFileSync(file('hook', 'socket'), `${file('d.sock')}\n`)
  }
  await holding()
} finally {
  server.close()
  rmSync(state, { recursive: true, force: true })
}
