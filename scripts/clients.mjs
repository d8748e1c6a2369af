// `npm run test:clients`: the acceptance tests with genuine clients (their npm packages, kept outside the repository)
// against loopback APIs. Where the system allows it they run in namespaces of their own: no network but loopback, and no
// process but theirs. An absent client exits 5, never 0. What passed whole is written to test/clients/results/, a file for
// each client. `npm run test:clients -- NAME` runs only the files that match, and `-- codex` only that client.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { inCleanRoom } from './clean-room.mjs'
import { AGENTS, obtain } from './client-packages.mjs'
import { ensureBuilt, ensureInstalled } from './prepare.mjs'
import { ROOT, run, say } from './steps.mjs'

const EXIT_ABSENT = 5
const CLAUDE = 'claude-code'
// What holds the tests of every client but Claude Code.
const OTHERS = ['test/clients/agents.test.ts', 'test/clients/agents-run.test.ts']

/** How to start a command without a network and without neighbours; the first way that works here. */
async function isolation() {
  if (process.platform !== 'linux') return { prefix: [], alone: false, name: 'none: namespaces are Linux only' }
  const spaces = ['--net', '--pid', '--fork', '--mount-proc', '--kill-child']
  const up = ['sh', '-c', 'ip link set lo up && exec "$@"', 'sh']
  for (const [name, flags] of [['namespaces as root', spaces], ['user namespaces', ['--user', '--map-root-user', ...spaces]]]) {
    const prefix = ['unshare', ...flags, ...up]
    if ((await run(prefix[0], [...prefix.slice(1), 'true'])).code === 0) return { prefix, alone: true, name }
  }
  return { prefix: [], alone: false, name: 'none: unshare or ip is missing or not permitted' }
}

/** One file a client: its version, how it was kept apart, and what each scenario found. */
function record(clients, isolated, lines) {
  for (const client of clients) {
    const scenarios = lines.map(line => JSON.parse(line)).filter(({ agent = CLAUDE }) => agent === client.agent)
    if (scenarios.length === 0) continue
    const file = path.join(ROOT, 'test', 'clients', 'results', `${client.agent}-${client.version}.json`)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, `${JSON.stringify({ client: client.package, version: client.version, date: new Date().toISOString(), node: process.version, platform: `${os.platform()} ${os.arch()}`, isolation: isolated.name, scenarios }, null, 2)}\n`)
    say(`recorded in ${path.relative(ROOT, file)}`)
  }
}

async function main({ env, folder }, clients, isolated, files) {
  const count = path.join(folder, 'count.json'), facts = path.join(folder, 'evidence')
  const claude = clients.find(client => client.agent === CLAUDE)
  const others = Object.fromEntries(clients.filter(client => client !== claude).map(({ agent, version, program, path: place }) => [agent, { command: [program], version, path: place }]))
  const command = [...isolated.prefix, process.execPath, path.join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--project=clients', '--reporter=default', `--reporter=${path.join(ROOT, 'scripts', 'count-reporter.mjs')}`,
    ...(claude || files.length > 0 ? files : OTHERS)]
  const { code } = await run(command[0], command.slice(1), { show: true, env: {
    ...env, ...(claude ? { PURSER_TEST_CLIENT: claude.program, PURSER_TEST_CLIENT_VERSION: claude.version } : {}), PURSER_TEST_AGENT_CLIENTS: JSON.stringify(others),
    PURSER_TEST_EVIDENCE: facts, PURSER_TEST_COUNT: count, ...(isolated.alone ? { PURSER_TEST_ALONE: '1' } : {}),
  } })
  const { passed, failed, left = [] } = existsSync(count) ? JSON.parse(readFileSync(count, 'utf8')) : { passed: 0, failed: 1 }
  // A client that is not there leaves its tests out; what was left out of one that is there is not a whole pass.
  const skipped = left.filter(name => !OTHERS.some(file => name.includes(path.basename(file)))).length
  const whole = code === 0 && failed === 0 && skipped === 0 && files.length === 0
  if (whole && !process.env.CI) record(clients, isolated, readFileSync(facts, 'utf8').trim().split('\n'))
  say(`${passed} passed, ${failed} failed, ${skipped} skipped`)
  if (skipped > 0) say(`NOT RUN stopping a genuine process (isolation ${isolated.name})`)
  return code !== 0 || failed > 0 ? 1 : passed === 0 ? EXIT_ABSENT : 0
}

const words = process.argv.slice(2), wanted = words.filter(word => AGENTS.includes(word))
const files = words.filter(word => !AGENTS.includes(word))
await ensureInstalled()
await ensureBuilt()
const clients = [], absent = []
for (const agent of wanted.length > 0 ? wanted : AGENTS) {
  const client = await obtain(agent)
  if (client.why === undefined) clients.push(client)
  else absent.push(client)
}
for (const { agent, why } of absent) say(`NOT RUN acceptance with the genuine ${agent}: ${why}`)
if (clients.length === 0) process.exit(EXIT_ABSENT)
const isolated = await isolation()
say(`${clients.map(({ agent, version }) => `${agent} ${version}`).join(', ')}, isolation: ${isolated.name}`)
process.exitCode = await inCleanRoom(room => main(room, clients, isolated, files)) || (absent.length > 0 ? EXIT_ABSENT : 0)
