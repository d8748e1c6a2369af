// `npm run bench [-- NAME...] [--full] [--json FILE] [--markdown FILE]`: every measurement in one run, as one table.
// Figures beside targets; a miss is printed as a miss. Nothing here fails a build: machines differ, ratios matter.
// Exit 1 only when something could not be measured or was wrong (a token too few is wrong, not slow).
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { breach } from './breach.mjs'
import { claims } from './claims.mjs'
import { hook } from './hook-script.mjs'
import { idle } from './idle.mjs'
import { CLI } from './measure.mjs'
import { mcp } from './mcp.mjs'
import { memory } from './memory.mjs'
import { peers } from './peers.mjs'
import { reportLatency } from './report-latency.mjs'
import { reserve } from './reserve.mjs'
import { status } from './status.mjs'
import { statusline } from './statusline.mjs'
import { markdown } from './table.mjs'

// Corpora stay for the next run: they are the same bytes every time.
const folder = path.join(tmpdir(), 'purser-bench')
const args = process.argv.slice(2), full = args.includes('--full')
const valueOf = name => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined)
const wanted = args.filter((arg, index) => !arg.startsWith('--') && !['--json', '--markdown'].includes(args[index - 1]))

const BENCHES = {
  peers: () => peers({ folder, sizes: [10, 100, 1024], rounds: full ? 9 : 5 }),
  status: () => status({ folder, rounds: full ? 60 : 25 }),
  statusline: () => statusline({ folder, rounds: full ? 60 : 20 }),
  breach: () => breach({ folder, rounds: full ? 200 : 40, files: 2_000 }),
  idle: () => idle({ folder, seconds: full ? 60 : 20, files: [2_000, 10_000] }),
  hook: () => hook({ rounds: full ? 200 : 40 }),
  reports: () => reportLatency({ folder, responses: full ? 2_000_000 : 500_000, rounds: full ? 5 : 3 }),
  reserve: () => reserve({ pairs: full ? 2_000 : 400 }),
  claims: () => claims({ rounds: full ? 1_000 : 200 }),
  mcp: () => mcp({ rounds: full ? 40 : 15 }),
  memory: () => memory({ folder, mib: full ? 4096 : 512, rounds: 3 }),
}

if (!existsSync(CLI)) {
  process.stderr.write(`${CLI} is missing: run npm run build\n`)
  process.exit(1)
}
const unknown = wanted.filter(name => !(name in BENCHES))
if (unknown.length > 0) {
  process.stderr.write(`there is no bench ${unknown.join(', ')}; there are: ${Object.keys(BENCHES).join(', ')}\n`)
  process.exit(2)
}

mkdirSync(folder, { recursive: true })
const result = { node: process.version, cpu: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`, load: loadavg()[0], full, findings: [], peers: [], failed: [] }
for (const [name, bench] of Object.entries(BENCHES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  process.stderr.write(`${name} ...\n`)
  try {
    const { findings, peers: rows = [] } = await bench()
    result.findings.push(...findings.map(each => ({ bench: name, ...each })))
    result.peers.push(...rows)
  } catch (error) {
    result.failed.push({ bench: name, why: error.message })
  }
}
const text = markdown(result)
process.stdout.write(text)
if (valueOf('--json')) writeFileSync(valueOf('--json'), `${JSON.stringify(result, null, 2)}\n`)
if (valueOf('--markdown')) writeFileSync(valueOf('--markdown'), text)
process.exitCode = result.failed.length > 0 ? 1 : 0
