// Memory is the window and a batch, whatever the size of the log.
import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, realpathSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtScanWorker, bundled } from '../support/bundled.ts'
import { aMessage, aRecord } from '../support/claude-lines.ts'
import { rounds, roundsTimeoutMs } from '../support/rounds.ts'

const MIB = 1024 * 1024
const SIZE = { name: 'MiB of one log read in flat memory', quick: 256, full: 4_096 }
// What the issue allows at 4 GiB.
const GROWTH_MIB_MAX = 20
// The caller's own heap, bounded as the scanner bounds its threads': else V8's nursery alone grows by 25 MiB once a
// process has worked for a while, and hides what is measured here.
const CALLER_HEAP = '--max-semi-space-size=2'

let home: string, child: string, worker: string, folder: string
beforeAll(async () => {
  home = realpathSync(mkdtempSync(path.join(tmpdir(), 'purser-memory-')))
  folder = path.join(home, '.claude', 'projects', '-w')
  mkdirSync(folder, { recursive: true })
  worker = await builtScanWorker(home)
  child = await bundled(new URL('../support/scan-memory-child.ts', import.meta.url), home)
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** A log of about `mib` MiB: a response of its own on every second line, 8 KiB of text between, and lines longer than the window. */
function largeLog(mib: number): { file: string; responses: number } {
  const file = path.join(folder, `${mib}.jsonl`), fd = openSync(file, 'w')
  const text = `${JSON.stringify({ type: 'user', message: 'z'.repeat(8_000) })}\n`
  const long = `${JSON.stringify({ type: 'user', message: 'z'.repeat(900_000) })}\n`
  const lines = Array.from({ length: 100 }, () => JSON.stringify(aRecord({ message: aMessage({ id: 'msg_0000000000' }) })))
  const chunk = Buffer.from(`${lines.map(line => `${line}\n${text}`).join('')}${long}`)
  const places = [...chunk.toString('latin1').matchAll(/msg_(0{10})/g)].map(match => match.index + 4)
  let responses = 0
  for (let written = 0; written < mib * MIB; written += chunk.length) {
    for (const place of places) chunk.write(String(responses++).padStart(10, '0'), place, 'latin1')
    writeSync(fd, chunk)
  }
  closeSync(fd)
  return { file, responses }
}

function readIn(mib: number): { peakMib: number } {
  const { file, responses } = largeLog(mib)
  const found = JSON.parse(execFileSync(process.execPath, [CALLER_HEAP, child, home, worker], { env: {}, encoding: 'utf8' })) as { responses: number; peakMib: number }
  rmSync(file)
  expect(found.responses).toBe(responses)
  return found
}

describe('reading a large log', () => {
  it('takes no more memory than reading a small one', () => {
    const small = readIn(64), large = readIn(rounds(SIZE))
    expect(large.peakMib - small.peakMib).toBeLessThan(GROWTH_MIB_MAX)
  }, roundsTimeoutMs(60_000, SIZE))
})
