// The hook script's own share, from `hook.mjs`, as findings: the first shell is the one that /bin/sh is here.
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { environmentIn, finding, ROOT } from './measure.mjs'
import { tmpdir } from 'node:os'

const TARGETS = { 'nothing to ask': 5, 'asking the daemon': 25, 'asking, 8 at once': null, 'without a daemon': null }
const LINE = /^(.+?)\s{2,}(\/bin\/sh|\/bin\/bash --posix|\/bin\/busybox sh)\s+p50\s+([\d.]+) ms\s+p95\s+([\d.]+) ms/

export function hook({ rounds }) {
  const done = spawnSync(process.execPath, [path.join(ROOT, 'bench', 'hook.mjs'), String(rounds)], { env: environmentIn(tmpdir()), encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`hook.mjs ended with ${done.status}: ${done.stderr.slice(-500)}`)
  const rows = done.stdout.split('\n').map(line => LINE.exec(line)).filter(found => found !== null && found[2] === '/bin/sh')
  if (rows.length === 0) throw new Error(`hook.mjs printed nothing we know: ${done.stdout.slice(0, 200)}`)
  return { findings: rows.map(([, what, , p50]) => finding(`hook script, ${what.trim()}`, Number(p50), 'ms', TARGETS[what.trim()] ?? null)) }
}
