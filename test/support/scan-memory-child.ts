// Reads one log to its end on a scanning thread and says what that took: run as a process of its own, whose peak is then
// its own. Arguments: the home, the built worker.
import { KNOWN_AGENTS } from '../../src/agents/known-agents.ts'
import { createLogFinder } from '../../src/os/logs/log-finder.ts'
import { createLogScanner } from '../../src/os/logs/log-scanner.ts'

const [, , home = '', workerFile = ''] = process.argv
const finder = createLogFinder({ adapters: KNOWN_AGENTS, environment: { home, platform: 'linux', variables: {} }, extraRoots: [], allowOutsideHome: false, maxFiles: 0 })
const scanner = createLogScanner({ adapters: KNOWN_AGENTS, workerFile, threads: 1 })

async function read(): Promise<void> {
  let responses = 0, lines = 0
  const jobs = finder.find().logs.map(log => ({ log, cursor: undefined }))
  for await (const batch of scanner.scan(jobs)) {
    responses += batch.usage.length
    lines += batch.lines
    batch.release?.()
  }
  process.stdout.write(`${JSON.stringify({ responses, lines, peakMib: process.resourceUsage().maxRSS / 1024 })}\n`)
}

void read()
