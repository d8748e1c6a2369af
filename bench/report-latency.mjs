// How long a hook waits for the daemon while it answers reports over millions of responses: hooks are asked one after the
// other, first alone and then beside each report, and the longest wait of each is told.
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { request } from 'node:http'
import path from 'node:path'
import { rolldown } from 'rolldown'
import { finding, pause, quantile, ROOT, run, startDaemon } from './measure.mjs'

const TARGET_MS = 25
const PAYLOAD = JSON.stringify({ session_id: 's1', cwd: '/', hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_input: { command: 'npm test' } })
const ASKED = [
  ['report session', 'report', { kind: 'session' }], ['report daily by project and branch', 'report', { kind: 'daily', by: ['project', 'branch'] }], ['report blocks', 'report', { kind: 'blocks' }],
  ['report total', 'report', { kind: 'total' }], ['pricing diagnose', 'pricing.diagnose', {}], ['pricing show', 'pricing.show', {}], ['status', 'status', {}],
]

/** A home whose records hold so many responses; made once. */
async function homeOf(folder, responses) {
  const home = path.join(folder, `ledger-${responses}`), state = path.join(home, '.local', 'state', 'purser')
  if (existsSync(home)) return home
  const making = `${home}.new`, built = mkdtempSync(path.join(ROOT, '.bench-ledger-'))
  rmSync(making, { recursive: true, force: true })
  mkdirSync(path.join(making, path.relative(home, state)), { recursive: true, mode: 0o700 })
  try {
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(built, 'node_modules'))
    const program = path.join(built, 'ledger.cjs')
    const bundle = await rolldown({ input: path.join(ROOT, 'bench', 'big-ledger.ts'), platform: 'node', external: /^(node:|@photostructure\/|pg$)/ })
    await bundle.write({ file: program, format: 'cjs', codeSplitting: false })
    await bundle.close()
    const database = path.join(making, path.relative(home, state), 'purser.db')
    const done = await run(['/usr/bin/env', `DATABASE=${database}`, `MIGRATIONS=${path.join(ROOT, 'migrations')}`, `RESPONSES=${responses}`, process.execPath, '--no-warnings', program], { home: making })
    if (done.code !== 0 || JSON.parse(done.stdout).entries !== responses) throw new Error(`no ledger was made: ${done.stderr.slice(-500)}`)
    renameSync(making, home)
  } finally {
    rmSync(built, { recursive: true, force: true })
  }
  return home
}

const post = (socketPath, where, body) => new Promise((resolve, reject) => {
  const begun = performance.now()
  const asked = request({ socketPath, path: where, method: 'POST', headers: { 'content-length': Buffer.byteLength(body) } }, answer => {
    let bytes = 0
    answer.on('data', part => { bytes += part.length }).on('end', () => resolve({ ms: performance.now() - begun, status: answer.statusCode, bytes }))
  })
  asked.on('error', reject)
  asked.end(body)
})

/** Hooks one after the other until `over`; their waits. */
async function hooksUntil(socket, over) {
  const waits = [], state = { over: false }
  const end = over.then(value => { state.over = true; return value })
  while (!state.over) {
    const { ms, status } = await post(socket, '/hook/claude-code/PreToolUse', PAYLOAD)
    if (status >= 400) throw new Error(`a hook was answered with ${status}`)
    waits.push(ms)
    await pause(1)
  }
  return { waits, value: await end }
}

export async function reportLatency({ folder, responses, rounds }) {
  const home = await homeOf(folder, responses), daemon = await startDaemon(home), findings = []
  try {
    const socket = JSON.parse((await run([process.execPath, path.join(ROOT, 'dist', 'cli.cjs'), 'status', '--json'], { home })).stdout).daemon.socket
    const alone = await hooksUntil(socket, pause(2_000))
    findings.push(finding(`a hook, while nothing else is asked (${responses} responses; p99)`, quantile(alone.waits, 0.99), 'ms', null))
    for (const [name, operation, input] of ASKED) {
      const longest = [], times = []
      for (let round = 0; round < rounds; round++) {
        const { waits, value } = await hooksUntil(socket, post(socket, `/v1/${operation}`, JSON.stringify(input)))
        if (value.status !== 200) throw new Error(`${name} was answered with ${value.status}`)
        longest.push(Math.max(...waits))
        times.push(value.ms)
      }
      findings.push(finding(`longest wait of a hook beside ${name} (its answer: ${quantile(times, 0.5).toFixed(0)} ms)`, quantile(longest, 0.5), 'ms', TARGET_MS))
    }
  } finally {
    await daemon.stop()
  }
  return { findings }
}
