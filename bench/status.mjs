// `purser status --json` with the daemon up, against the start of a bare Node: the difference is purser's share.
import { corpusHome, forget } from './corpus.mjs'
import { finding, median, purser, run, startDaemon } from './measure.mjs'

const TARGET_MS = 30

export async function status({ folder, rounds }) {
  const { home } = corpusHome(folder, { mib: 100 })
  const daemon = await startDaemon(home)
  const bare = [], asked = []
  try {
    for (let round = 0; round < rounds; round++) {
      bare.push((await run([process.execPath, '-e', '0'], { home })).ms)
      const answer = await run(purser('status', '--json'), { home })
      if (!JSON.parse(answer.stdout).daemon.running) throw new Error('status was not answered by the daemon')
      asked.push(answer.ms)
    }
  } finally {
    await daemon.stop()
    forget(home)
  }
  const bareMs = median(bare)
  return { findings: [
    finding('node -e 0', bareMs, 'ms', null),
    finding('status --json above node -e 0 (median of differences)', median(asked.map((ms, index) => ms - bare[index])), 'ms', TARGET_MS),
  ] }
}
