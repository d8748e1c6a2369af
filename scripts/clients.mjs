// `npm run test:clients`: the acceptance tests with the genuine Claude Code (its npm package, kept outside the
// repository) against a loopback API. Where the system allows it they run in namespaces of their own: no network but
// loopback, and no process but theirs. An absent client exits 5, never 0. A full pass is written to
// test/clients/results/. `npm run test:clients -- NAME` runs only the files that match.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { inCleanRoom } from './clean-room.mjs'
import { ensureBuilt, ensureInstalled } from './prepare.mjs'
import { NPM, ROOT, run, say } from './steps.mjs'

const EXIT_ABSENT = 5
const PACKAGE = '@anthropic-ai/claude-code'
// The version these tests were last seen to pass with. PURSER_CLIENT_VERSION tries another one, `latest` included.
const VERSION = process.env.PURSER_CLIENT_VERSION ?? '2.1.329'
const CACHE = path.join(process.env.XDG_CACHE_HOME ?? os.tmpdir(), `purser-clients-${os.userInfo().uid}`)
const INSTALL_MS_MAX = 300_000

/** Installs the client once into the cache; answers its binary and version, or why there is none. */
async function obtain() {
  const place = path.join(CACHE, VERSION)
  const folder = path.join(place, 'node_modules', ...PACKAGE.split('/'))
  const binary = path.join(place, 'node_modules', '.bin', 'claude')
  if (!existsSync(binary) || VERSION === 'latest') {
    mkdirSync(place, { recursive: true, mode: 0o700 })
    writeFileSync(path.join(place, 'package.json'), '{"private":true}')
    const { code, output } = await run(NPM, ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', `${PACKAGE}@${VERSION}`], { cwd: place, timeoutMs: INSTALL_MS_MAX })
    if (code !== 0) return { why: output.trim().split('\n').find(line => /npm error/.test(line)) ?? `npm ended with ${code}` }
    // The package's own last step, by hand: it puts the platform's binary where its name says.
    if (existsSync(path.join(folder, 'install.cjs'))) await run(process.execPath, ['install.cjs'], { cwd: folder, env: { PATH: process.env.PATH } })
  }
  const asked = await run(binary, ['--version'], { env: { PATH: process.env.PATH, HOME: place, DISABLE_AUTOUPDATER: '1' }, cwd: place, timeoutMs: 30_000 })
  const version = /^(\d+\.\d+\.\d+)/.exec(asked.stdout)?.[1]
  return asked.code === 0 && version ? { binary, version } : { why: `the client does not start: ${asked.output.trim()}` }
}

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

function record(client, isolated, lines, count) {
  const file = path.join(ROOT, 'test', 'clients', 'results', `claude-code-${client.version}.json`)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify({ client: PACKAGE, version: client.version, date: new Date().toISOString(), node: process.version, platform: `${os.platform()} ${os.arch()}`, isolation: isolated.name, ...count, scenarios: lines.map(line => JSON.parse(line)) }, null, 2)}\n`)
  say(`recorded in ${path.relative(ROOT, file)}`)
}

async function main({ env, folder }, client, isolated, files) {
  const count = path.join(folder, 'count.json'), facts = path.join(folder, 'evidence')
  const command = [...isolated.prefix, process.execPath, path.join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--project=clients', '--reporter=default', `--reporter=${path.join(ROOT, 'scripts', 'count-reporter.mjs')}`, ...files]
  const { code } = await run(command[0], command.slice(1), { show: true, env: {
    ...env, PURSER_TEST_CLIENT: client.binary, PURSER_TEST_CLIENT_VERSION: client.version, PURSER_TEST_EVIDENCE: facts, PURSER_TEST_COUNT: count, ...(isolated.alone ? { PURSER_TEST_ALONE: '1' } : {}),
  } })
  const { passed, failed, skipped } = existsSync(count) ? JSON.parse(readFileSync(count, 'utf8')) : { passed: 0, failed: 1, skipped: 0 }
  const whole = code === 0 && failed === 0 && skipped === 0 && files.length === 0
  if (whole && !process.env.CI) record(client, isolated, readFileSync(facts, 'utf8').trim().split('\n'), { passed, failed, skipped })
  say(`${passed} passed, ${failed} failed, ${skipped} skipped`)
  if (skipped > 0) say(`NOT RUN stopping a genuine process (isolation ${isolated.name})`)
  return code !== 0 || failed > 0 ? 1 : passed === 0 ? EXIT_ABSENT : 0
}

await ensureInstalled()
await ensureBuilt()
const client = await obtain()
if (client.why) {
  say(`NOT RUN acceptance with the genuine client: ${PACKAGE}@${VERSION} could not be had here: ${client.why}`)
  process.exit(EXIT_ABSENT)
}
const isolated = await isolation()
say(`${PACKAGE} ${client.version}, isolation: ${isolated.name}`)
process.exitCode = await inCleanRoom(room => main(room, client, isolated, process.argv.slice(2)))
