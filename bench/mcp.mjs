// `purser mcp` from its start to the first answer, as a client waits for it, against the start of a bare Node; and what the
// bundle weighs that nothing else loads.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { cost, finding, median, purser, ROOT, run } from './measure.mjs'

const request = (id, method, params) => JSON.stringify({ jsonrpc: '2.0', id, method, params })
const HELLO = `${request(1, 'initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'bench', version: '1' } })}\n`

export async function mcp({ rounds }) {
  const home = mkdtempSync(path.join(tmpdir(), 'purser-bench-'))
  const bare = [], asked = []
  try {
    for (let round = 0; round < rounds; round++) {
      bare.push((await run([process.execPath, '-e', '0'], { home })).ms)
      const answer = await run(purser('mcp'), { home, input: HELLO })
      if (JSON.parse(answer.stdout).result?.serverInfo?.name !== 'purser') throw new Error(`the server did not answer: ${answer.stderr}`)
      asked.push(answer.ms)
    }
    const { peakMib } = await cost(purser('mcp'), { home })
    return { findings: [
      finding('mcp: start to the first answer, above node -e 0 (median of differences)', median(asked.map((ms, index) => ms - bare[index])), 'ms', null),
      finding('mcp: its bundle', statSync(path.join(ROOT, 'dist', 'mcp.cjs')).size / 1_000, 'kB', null),
      finding('mcp: peak memory', peakMib, 'MiB', null),
    ] }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}
