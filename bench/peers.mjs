// One home, read by purser and by ccusage (native) in turns: wall, processor time, memory, and whether the tokens are right.
// purser writes every response to its database and commits it; ccusage computes its answer and forgets it.
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { corpusHome, forget, tokensOf } from './corpus.mjs'
import { forgetTool, keepsAnything, otherTools } from './other-tools.mjs'
import { cost, finding, median, medians, purser, startDaemon, warm } from './measure.mjs'

// The last release whose Linux program the registry has.
const CCUSAGE = '20.0.24'
const PEAK_MIB = 200

/** The native program itself, so that its Node launcher is not charged to it. PURSER_BENCH_CCUSAGE names an installed one. */
function ccusage() {
  const given = process.env.PURSER_BENCH_CCUSAGE
  const folder = given ?? mkdtempSync(path.join(tmpdir(), 'purser-bench-ccusage-'))
  const native = path.join(folder, 'node_modules', '@ccusage', `ccusage-${process.platform}-${process.arch}`, 'bin', 'ccusage')
  if (!existsSync(native)) spawnSync('npm', ['install', '--prefix', folder, '--no-save', '--ignore-scripts', `ccusage@${CCUSAGE}`, `@ccusage/ccusage-${process.platform}-${process.arch}@${CCUSAGE}`], { stdio: 'ignore' })
  return existsSync(native) ? native : null
}

const totalOf = answer => tokensOf(JSON.parse(answer).total.tokens)

/** purser's totals of the home, counter by counter; throws when one differs from the truth by a single token. */
async function checked(home, truth) {
  const { stdout } = await cost(purser('report', 'total', '--json'), { home })
  const { responses, tokens } = JSON.parse(stdout).total
  for (const [name, expected] of Object.entries(truth)) {
    const counted = name === 'responses' ? responses : tokens[name]
    if (counted !== expected) throw new Error(`${name}: purser counts ${counted}, the corpus has ${expected}`)
  }
  return totalOf(stdout)
}

export async function peers({ folder, sizes, rounds }) {
  const rows = [], findings = [], native = ccusage(), tools = otherTools(folder)
  for (const mib of sizes) {
    const { home, truth } = corpusHome(folder, { mib })
    const right = tokensOf(truth), cold = [], rival = [], warmed = [], others = tools.map(tool => ({ ...tool, cold: [], again: [] }))
    warm(home)
    let counted = 0, rivalCounted = 0
    for (let round = 0; round < rounds; round++) {
      forget(home)
      cold.push(await cost(purser('index', '--json'), { home }))
      if (native) {
        rival.push(await cost([native, 'claude', 'daily', '--json', '--offline'], { home }))
        rivalCounted = JSON.parse(rival.at(-1).stdout).totals.totalTokens
      }
      for (const tool of others) await askTwice(tool, home)
    }
    counted = await checked(home, truth)
    const daemon = await startDaemon(home)
    try {
      for (let round = 0; round < Math.max(5, rounds); round++) warmed.push(await cost(purser('report', 'daily', '--json'), { home }))
    } finally {
      await daemon.stop()
    }
    forget(home)
    const row = (who, runs, tokens) => rows.push({ mib, who, ...medians(runs), tokens, right })
    row('purser index, cold', cold, counted)
    row('purser report daily, from the daemon', warmed, counted)
    if (native) row(`ccusage ${CCUSAGE} native`, rival, rivalCounted)
    for (const { who, cold: first, again, tokens } of others) {
      row(again.length > 0 ? `${who}, cold` : who, first, tokens(first.at(-1).stdout))
      if (again.length > 0) row(`${who}, again`, again, tokens(again.at(-1).stdout))
    }
    if (mib === sizes.at(-1)) findings.push(...verdicts(mib, cold, rival), ...quickest(mib, warmed, [rival, ...others.flatMap(tool => [tool.cold, tool.again])]))
  }
  return { findings, peers: rows }
}

/** Cold, and once more where the tool keeps something for that. */
async function askTwice(tool, home) {
  forgetTool(home, tool)
  tool.cold.push(await cost(tool.argv, { home }))
  if (keepsAnything(home, tool)) tool.again.push(await cost(tool.argv, { home }))
  forgetTool(home, tool)
}

// Issue 3: an answer from the daemon is at least this many times quicker than the quickest peer's.
const QUICKER = 20

function quickest(mib, warmed, all) {
  const times = all.filter(runs => runs.length > 0).map(runs => medians(runs).ms)
  if (times.length === 0) return []
  const own = medians(warmed).ms, best = Math.min(...times)
  return [finding(`answer from the daemon on ${mib} MiB, beside a ${QUICKER}th of the quickest peer`, own / 1_000, 's', best / QUICKER / 1_000, { ratio: own / best })]
}

function verdicts(mib, cold, rival) {
  const own = medians(cold), other = rival.length > 0 ? medians(rival) : null
  const ratio = name => median(cold.map((each, index) => each[name] / rival[index][name]))
  return [
    finding(`cold index of ${mib} MiB, peak memory`, own.peakMib, 'MiB', PEAK_MIB),
    ...(other === null ? [] : [
      finding(`cold index of ${mib} MiB, wall beside ccusage`, own.ms / 1_000, 's', other.ms / 1_000, { ratio: ratio('ms') }),
      finding(`cold index of ${mib} MiB, processor beside ccusage`, own.cpuMs / 1_000, 's', other.cpuMs / 1_000, { ratio: ratio('cpuMs') }),
    ]),
  ]
}
