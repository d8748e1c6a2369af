// `npm test`: installs what is missing, then lint, types, build, tests and the packed tarball, all in an emptied
// environment with a temporary home. `npm test -- FILES` runs only those test files. The last line is the count.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { ensureChainNode } from './chain-node.mjs'
import { inCleanRoom } from './clean-room.mjs'
import { ensureInstalled } from './prepare.mjs'
import { ROOT, run, say, step } from './steps.mjs'

const bin = name => path.join(ROOT, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name)
const script = name => path.join(ROOT, 'scripts', name)
const LINTED = ['src', 'test', 'bench', 'scripts'].filter(folder => existsSync(path.join(ROOT, folder)))

// The suite takes four minutes; an endless loop in one test must not take CI's whole hour and a half, nor hide its name.
const SUITE_MS_MAX = 20 * 60_000

/** Runs vitest and reads its own count. `node` lets the version matrix reuse this. */
export async function runVitest({ env, folder, files = [], node = process.execPath, show = true, extra = [], timeoutMs = SUITE_MS_MAX }) {
  const count = path.join(folder, `count-${process.hrtime.bigint()}.json`), notRun = path.join(folder, 'not-run')
  const reporters = [`--reporter=${files.length ? 'default' : 'dot'}`, `--reporter=${script('count-reporter.mjs')}`]
  const result = await run(node, [path.join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--configLoader=runner', '--project=unit', '--project=process', ...reporters, ...extra, ...files],
    { env: { ...env, PURSER_TEST_NOT_RUN: notRun, PURSER_TEST_COUNT: count }, show, timeoutMs })
  if (result.code === 124) say(`stopped after ${timeoutMs / 60_000} minutes, while these were running:\n${existsSync(`${count}.running`) ? readFileSync(`${count}.running`, 'utf8') : ''}`)
  const { passed, failed, skipped, left, flaky } = existsSync(count) ? JSON.parse(readFileSync(count, 'utf8')) : { passed: 0, failed: 0, skipped: 0, left: [], flaky: [] }
  return {
    ...result, passed, failed, skipped, left, flaky,
    missing: existsSync(notRun) ? [...new Set(readFileSync(notRun, 'utf8').trim().split('\n'))] : [],
  }
}

async function everything({ env, folder, files }) {
  const failures = []
  if (files.length === 0) {
    const steps = [
      ['lint', () => run(bin('oxlint'), ['--deny-warnings', ...LINTED], { env })],
      ['types', () => run(process.execPath, [script('types.mjs')], { env })],
      ['build', () => run(process.execPath, [script('build.mjs')], { env })],
    ]
    for (const [name, work] of steps) if (!await step(name, work)) failures.push(name)
  }
  const tests = await runVitest({ env, folder, files })
  if (tests.code !== 0) failures.push('tests')
  if (tests.code === 0 && tests.passed === 0) { say('no test ran'); failures.push('tests') }
  if (files.length === 0 && !failures.includes('build') && !await step('pack', () => run(process.execPath, [script('pack-check.mjs')], { env }))) failures.push('pack')

  const { lines, code } = lastWords({ tests, failures, whole: files.length === 0, ci: Boolean(env.CI) })
  for (const line of lines) say(line)
  return code
}

/**
 * What the run ends with. What could not be had is the last word, so that nobody reads a count as "all"; where everything
 * was asked for in CI, it is a failure.
 */
export function lastWords({ tests, failures, whole, ci }) {
  const lines = [
    ...tests.flaky.map(test => `flaky   ${test}`), ...tests.left.map(test => `skipped ${test}`),
    ...(failures.length ? [`failed: ${failures.join(', ')}`] : []),
    `${tests.passed} passed, ${tests.failed} failed, ${tests.skipped} skipped`, ...tests.missing.map(what => `NOT RUN ${what}`),
  ]
  return { lines, code: failures.length > 0 || (tests.missing.length > 0 && whole && ci) ? 1 : 0 }
}

if (path.resolve(process.argv[1] ?? '') === script('test.mjs')) {
  await ensureInstalled()
  const files = process.argv.slice(2)
  const unknown = files.filter(file => !file.startsWith('-') && !existsSync(path.join(ROOT, file)) && !readdirSync(path.join(ROOT, 'test'), { recursive: true }).some(name => `test/${name}`.includes(file)))
  if (unknown.length) { process.stderr.write(`no test file matches ${unknown.join(', ')}\n`); process.exit(2) }
  const chainNode = files.length === 0 || files.some(file => file.includes('external')) ? await ensureChainNode() : ''
  process.exitCode = await inCleanRoom(({ env, ...room }) => everything({ ...room, files, env: { ...env, PURSER_TEST_CHAIN_NODE: chainNode } }))
}
