// `npm run test:nodes`: the built command line and the test suite on every supported Node, each taken as a package from
// the registry. `npm run test:nodes -- 22 26` runs only those. A version that cannot be had is listed, never passed over.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { inCleanRoom } from './clean-room.mjs'
import { ensureBuilt, ensureInstalled } from './prepare.mjs'
import { NPM, ROOT, run, say, seconds } from './steps.mjs'
import { runVitest } from './test.mjs'

const MAJORS = ['20', '22', '24', '26']
const platform = { linux: 'linux', darwin: 'darwin', win32: 'win' }[process.platform]
const PACKAGE = `node-${platform}-${process.arch}`
const INSTALL_MS_MAX = 180_000

/** The binary of one major version, or why there is none. Uses the caller's npm settings: this is the only step that speaks to a registry. */
async function obtain(major, folder) {
  if (process.versions.node.startsWith(`${major}.`)) return { binary: process.execPath }
  const place = path.join(folder, `node-${major}`)
  const { code, output } = await run(NPM, ['install', '--prefix', place, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', `${PACKAGE}@${major}`], { cwd: folder, timeoutMs: INSTALL_MS_MAX })
  const binary = path.join(place, 'node_modules', PACKAGE, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (code === 0 && existsSync(binary)) return { binary }
  return { why: output.trim().split('\n').find(line => /npm error/.test(line))?.replace(/^npm error\s*/, '') ?? `npm ended with ${code}` }
}

/** The bundle on this Node: it starts, opens the database, and says who it is. */
async function smoke(binary, env, home) {
  const cli = path.join(ROOT, 'dist', 'cli.cjs')
  const version = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')).version
  for (const [args, holds] of [[['--version'], text => text.includes(version)], [['index'], () => true], [['report', 'total', '--json'], text => JSON.parse(text).total.responses === 0], [['status', '--json'], text => JSON.parse(text).version === version]]) {
    const { code, stdout, output } = await run(binary, [cli, ...args], { env: { ...env, HOME: home }, timeoutMs: 30_000 })
    if (code !== 0 || !holds(stdout)) return `purser ${args.join(' ')} ended with ${code}: ${output}`
  }
  return ''
}

async function one(major, room) {
  const since = performance.now()
  const { binary, why } = await obtain(major, room.folder)
  if (!binary) return { major, why }
  const { stdout } = await run(binary, ['--version'])
  const name = stdout.trim()
  // Child processes that tests start by the name `node` are of the same version.
  const env = { ...room.env, PATH: `${path.dirname(binary)}${path.delimiter}${room.env.PATH}` }
  const broken = await smoke(binary, env, room.home)
  if (broken !== '') { say(`FAIL ${name}: ${broken}`); return { major, passed: 0, failed: 1, skipped: 0 } }
  const tests = await runVitest({ env, folder: room.folder, node: binary, show: false })
  const failed = tests.code !== 0 && tests.failed === 0 ? 1 : tests.failed
  say(`${failed ? 'FAIL' : 'ok  '} ${name.padEnd(10)} ${seconds(since).padStart(7)}  command line starts; ${tests.passed} passed, ${failed} failed, ${tests.skipped} skipped`)
  for (const test of tests.flaky) say(`flaky   ${test}`)
  if (failed) say(tests.output.trimEnd())
  return { major, passed: tests.passed, failed, skipped: tests.skipped, missing: tests.missing }
}

async function main(majors) {
  const results = []
  for (const major of majors) results.push(await inCleanRoom(room => one(major, room)))
  const sum = key => results.reduce((total, result) => total + (result[key] ?? 0), 0)
  for (const { major, why } of results.filter(result => result.why)) say(`NOT RUN Node ${major}: ${why}`)
  for (const what of new Set(results.flatMap(result => result.missing ?? []))) say(`NOT RUN ${what}`)
  say(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`)
  return sum('failed') > 0 ? 1 : 0
}

await ensureInstalled()
await ensureBuilt()
const own = process.versions.node.split('.')[0]
const asked = process.argv.slice(2)
// `npm test` has already run on this one.
process.exitCode = await main(asked.length ? asked : MAJORS.filter(major => major !== own))
