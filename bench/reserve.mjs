// Reserve and settle against a bare loop of prepared statements, on the disk this folder lies on (a temporary folder may be memory).
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { rolldown } from 'rolldown'
import { finding, ROOT, run } from './measure.mjs'

const TARGET_RATIO = 1.2

export async function reserve({ pairs }) {
  const folder = mkdtempSync(path.join(ROOT, '.bench-reserve-'))
  try {
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'))
    const program = path.join(folder, 'loop.cjs')
    const bundle = await rolldown({ input: path.join(ROOT, 'bench', 'reserve-loop.ts'), platform: 'node', external: /^(node:|@photostructure\/|pg$)/ })
    await bundle.write({ file: program, format: 'cjs', codeSplitting: false })
    await bundle.close()
    const done = await run(['/usr/bin/env', `DATABASE=${path.join(folder, 'purser.db')}`, `MIGRATIONS=${path.join(ROOT, 'migrations')}`, `PAIRS=${pairs}`, process.execPath, '--no-warnings', program], { home: folder })
    if (done.code !== 0) throw new Error(`the loop ended with ${done.code}: ${done.stderr.slice(-500)}`)
    const { oursMs, bareMs, batchedMs, writes } = JSON.parse(done.stdout)
    const perSecond = ms => pairs / (ms / 1_000)
    return { findings: [
      finding(`reserve and settle, one pair of ${writes} writes in two commits`, oursMs / pairs, 'ms', null),
      finding('the same rows by a bare loop of prepared statements', bareMs / pairs, 'ms', null),
      finding('commits of the bare loop', 2 * perSecond(bareMs), '/s', null),
      finding('reserve and settle against the bare loop', oursMs / bareMs, 'x', TARGET_RATIO),
      finding('reserve and settle in batches of 100', batchedMs / pairs, 'ms', null),
    ] }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
