// From the append of a breaching line to the lock (its row and its file) and to the first rung, the interrupt, at an agent
// that really gets it. With many logs followed, grace 0, armed. Runs itself again inside a process namespace of its own:
// nothing but what it starts there can be seen or signalled.
// What is measured is not disturbed: the row is looked for over a reading connection of our own, the file by a watch on
// its folder. Asking the daemon every 2 ms for all its locks had cost it more than the breach itself.
import { spawn } from 'node:child_process'
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, watch, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { corpusHome, forget } from './corpus.mjs'
import { environmentIn, finding, median, pause, purser, quantile, ROOT, run, startDaemon } from './measure.mjs'

const TARGET_MS = 250, STEP_MS_MAX = 10_000
const SELF = fileURLToPath(import.meta.url)
const MODEL = 'claude-opus-4-5-20251101'
// Each session is a lock of its own, so that every round breaches anew; a lifetime never ends in the middle of one.
const CONFIG = '[[budget]]\nid = "bench"\nper = "session"\nwindow = "lifetime"\nproject = "*"\nlimit = "1.00"\non_breach = "terminate"\ngrace = "0s"\n'

export async function breach({ folder, rounds, files }) {
  const { home } = corpusHome(folder, { mib: Math.max(8, files / 100), files })
  const own = process.getuid?.() === 0 ? [] : ['-r']
  const done = await run(['unshare', ...own, '-pf', '--mount-proc', process.execPath, SELF, home, String(rounds)], { home })
  forget(home)
  if (done.code !== 0) throw new Error(`the rounds in their namespace failed: ${done.stderr.slice(-800)}`)
  const times = JSON.parse(done.stdout)
  const told = (what, list, target = TARGET_MS) => [
    finding(`${what}, median of ${list.length}`, median(list), 'ms', null),
    finding(`${what}, p99`, quantile(list, 0.99), 'ms', target),
  ]
  return { findings: [
    ...told(`append to lock row, ${files} logs`, times.row), ...told('append to lock file', times.file), ...told('append to first rung at the agent', times.rung),
    // The agent turns idle on the interrupt, as the client does: the ladder looks again every 250 ms, and only told.
    ...told('first rung to the second, SIGTERM', times.second, null),
  ] }
}

const stateOf = home => path.join(home, '.local', 'state', 'purser')

/** The ledger, open for reading: WAL readers and its writer do not wait for each other. */
function openLedger(home) {
  const load = createRequire(import.meta.url)
  const sqlite = ['node:sqlite', '@photostructure/sqlite'].map(name => { try { return load(name) } catch { return null } }).find(Boolean)
  if (!sqlite) throw new Error('no SQLite to read the ledger with: use Node 22 or newer')
  const ledger = new sqlite.DatabaseSync(path.join(stateOf(home), 'purser.db'), { readOnly: true })
  const count = ledger.prepare('select count(*) as locks from lock')
  return { locks: () => count.all()[0].locks, close: () => ledger.close() }
}

const transcriptOf = (home, { cwd, session }) => path.join(home, '.claude', 'projects', cwd.replaceAll(/[^A-Za-z0-9]/g, '-'), `${session}.jsonl`)

/** As much of a repository, a client and a configuration as makes a session a target. */
function furnish(home) {
  const cwd = path.join(home, 'src', 'web'), client = path.join(home, 'lib', 'node_modules', '@anthropic-ai', 'claude-code')
  for (const folder of [path.join(cwd, '.git'), client, path.join(home, '.config', 'purser')]) mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(cwd, '.git', 'HEAD'), 'ref: refs/heads/main\n')
  writeFileSync(path.join(home, '.claude', 'settings.json'), '{}')
  writeFileSync(path.join(client, 'package.json'), '{"name":"bench-agent","private":true,"type":"commonjs"}')
  copyFileSync(path.join(ROOT, 'dist', 'demo-agent.cjs'), path.join(client, 'cli.js'))
  writeFileSync(path.join(home, '.config', 'purser', 'config.toml'), CONFIG, { mode: 0o600 })
  return { cwd, script: path.join(client, 'cli.js') }
}

/** Starts the agent of the demonstration; `interrupted` and `terminated` resolve with the moment it reports each signal. */
async function startAgent(home, { cwd, script }, session) {
  const child = spawn(process.execPath, [script, '--model', MODEL, '--session-id', session], { cwd, env: environmentIn(home), stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = new Promise(resolve => child.once('exit', resolve))
  let begin = () => undefined, interrupt = () => undefined, terminate = () => undefined
  const begun = new Promise(resolve => { begin = resolve }), interrupted = new Promise(resolve => { interrupt = resolve }), terminated = new Promise(resolve => { terminate = resolve })
  createInterface({ input: child.stdout }).on('line', line => {
    const report = JSON.parse(line)
    if (report.did === 'start') begin()
    if (report.did === 'signal') (report.signal === 'SIGINT' ? interrupt : terminate)(performance.now())
  })
  await begun
  return { interrupted, terminated, end: async () => { child.stdin.end(); await exited } }
}

const record = ({ cwd, session }, output) => `${JSON.stringify({
  parentUuid: null, isSidechain: false, type: 'assistant', cwd, sessionId: session, gitBranch: 'main', version: '2.1.77', uuid: crypto.randomUUID(), timestamp: new Date().toISOString(), requestId: `req_${crypto.randomUUID()}`,
  message: { id: `msg_${crypto.randomUUID()}`, type: 'message', role: 'assistant', model: MODEL, content: [{ type: 'text', text: 'Done.' }], stop_reason: 'end_turn', usage: { input_tokens: 12, output_tokens: output, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 } },
})}\n`

/** Asks every 2 ms until `seen` says yes; the moment it did. */
async function moment(what, seen) {
  for (const deadline = performance.now() + STEP_MS_MAX; performance.now() < deadline; await pause(2)) if (await seen()) return performance.now()
  throw new Error(`no ${what} within ${STEP_MS_MAX / 1_000} s`)
}

/** The moment a lock file that is not `known` is in place; asked for before it can come. */
function fileMoment(folder, known) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => { watcher.close(); reject(new Error(`no lock file within ${STEP_MS_MAX / 1_000} s`)) }, STEP_MS_MAX)
    const watcher = watch(folder, (_, name) => {
      if (name === null || !name.endsWith('.lock') || known.has(name) || !existsSync(path.join(folder, name))) return
      clearTimeout(late)
      watcher.close()
      resolve(performance.now())
    })
  })
}

async function round({ home, stage, ledger, times }) {
  const session = crypto.randomUUID(), facts = { cwd: stage.cwd, session }, transcript = transcriptOf(home, facts)
  const locks = path.join(stateOf(home), 'locks'), known = new Set(filesIn(locks)), rows = ledger.locks()
  mkdirSync(path.dirname(transcript), { recursive: true })
  appendFileSync(transcript, record(facts, 10))
  const agent = await startAgent(home, stage, session)
  // A little spend first: the session is known, as that of an agent at work is.
  await pause(300)
  const fileSeen = fileMoment(locks, known)
  const begun = performance.now()
  appendFileSync(transcript, record(facts, 1_000_000))
  const [row, file, rung] = await Promise.all([
    moment('lock row', () => ledger.locks() > rows),
    fileSeen,
    within('interrupt', agent.interrupted),
  ])
  const second = await within('SIGTERM', agent.terminated)
  times.row.push(row - begun)
  times.file.push(file - begun)
  times.rung.push(rung - begun)
  times.second.push(second - rung)
  await agent.end()
}

const within = (what, signalled) => Promise.race([signalled, pause(STEP_MS_MAX).then(() => { throw new Error(`no ${what} reached the agent within ${STEP_MS_MAX / 1_000} s`) })])

const filesIn = folder => (existsSync(folder) ? readdirSync(folder).filter(name => name.endsWith('.lock')) : [])

async function inNamespace(home, rounds) {
  if (process.pid !== 1) throw new Error('this part sends signals; it runs only as the first process of its own namespace')
  const stage = furnish(home), times = { row: [], file: [], rung: [], second: [] }
  const daemon = await startDaemon(home), ledger = openLedger(home)
  try {
    const armed = await run(purser('arm'), { home })
    if (armed.code !== 0) throw new Error(`purser arm: ${armed.stderr}`)
    for (let n = 0; n < rounds; n++) await round({ home, stage, ledger, times })
  } finally {
    ledger.close()
    await daemon.stop()
    rmSync(path.join(home, '.claude', 'projects', stage.cwd.replaceAll(/[^A-Za-z0-9]/g, '-')), { recursive: true, force: true })
    rmSync(path.join(home, '.claude', 'settings.json'), { force: true })
  }
  process.stdout.write(JSON.stringify(times))
}

if (process.argv[1] === SELF) await inNamespace(process.argv[2], Number(process.argv[3]))
