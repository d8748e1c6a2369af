// What a daemon costs that has nothing to do: processor and memory while following many logs that nobody writes to.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { corpusHome, forget } from './corpus.mjs'
import { finding, pause, startDaemon, usedBy } from './measure.mjs'

const TARGET = { percent: 1, mib: 150 }
// Right after reading history the heap is still settling; that is not idleness.
const SETTLE_MS = 5_000

// A budget that names projects is what keeps an idle daemon's projection looking; without one there is little to do.
const CONFIG = '[[budget]]\nid = "bench"\nproject = "project-*"\nper = "project"\nwindow = "day"\nlimit = "20.00"\non_breach = "terminate"\n'

export async function idle({ folder, seconds, files }) {
  const findings = []
  for (const [index, count] of files.entries()) {
    const { home } = corpusHome(folder, { mib: Math.max(8, count / 100), files: count })
    mkdirSync(path.join(home, '.config', 'purser'), { recursive: true })
    writeFileSync(path.join(home, '.config', 'purser', 'config.toml'), CONFIG, { mode: 0o600 })
    const daemon = await startDaemon(home)
    try {
      await pause(SETTLE_MS)
      const before = usedBy(daemon.pid)
      await pause(seconds * 1_000)
      const after = usedBy(daemon.pid)
      // Only the first count has a target; the others are reported.
      findings.push(finding(`idle daemon, ${count} logs, ${seconds} s: processor`, (after.cpuMs - before.cpuMs) / (seconds * 10), '%', index === 0 ? TARGET.percent : null))
      findings.push(finding(`idle daemon, ${count} logs: memory`, after.residentMib, 'MiB', index === 0 ? TARGET.mib : null))
    } finally {
      await daemon.stop()
      forget(home)
    }
  }
  return { findings }
}
