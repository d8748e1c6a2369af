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

let home: string, child: string, worker: string
beforeAll(async () => {
  home = realpathSync(mkdtempSync(path.join(tmpdir(), 'purser-memory-')))
  worker = await builtScanWorker(home)
  child = await bundled(new URL('../support/scan-memory-child.ts', import.meta.url), home)
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

interface Kind { readonly agent: string; readonly folder: string; readonly name: (mib: number) => string; readonly head: string; readonly chunk: string }

const text = `${JSON.stringify({ type: 'user', message: 'z'.repeat(8_000) })}\n`
const long = `${JSON.stringify({ type: 'user', message: 'z'.repeat(900_000) })}\n`
const codex = (type: string, payload: object): string => `${JSON.stringify({ timestamp: '2026-11-20T08:00:00.000Z', type, payload })}\n`
const USAGE = { input_tokens: 900, cached_input_tokens: 800, output_tokens: 50, reasoning_output_tokens: 20, total_tokens: 950 }

// A response of its own on every second line, 8 KiB between, and lines longer than the window: a tool's result for Claude
// Code, a compacted history full of markers for Codex, which has to be skipped and not walked.
const KINDS: readonly Kind[] = [
  { agent: 'Claude Code', folder: '.claude/projects/-w', name: mib => `${mib}.jsonl`, head: '',
    chunk: `${Array.from({ length: 100 }, () => `${JSON.stringify(aRecord({ message: aMessage({ id: 'msg_0000000000' }) }))}\n${text}`).join('')}${long}` },
  { agent: 'Codex', folder: '.codex/sessions/2026/11/20', name: mib => `rollout-2026-11-20T08-00-00-019aa1b2-0001-7000-b000-${String(mib).padStart(12, '0')}.jsonl`,
    head: codex('session_meta', { id: '019aa1b2-0001-7000-b000-000000000001', cwd: '/w', cli_version: '0.169.0' }) + codex('turn_context', { cwd: '/w', model: 'gpt-5.5' }),
    chunk: `${Array.from({ length: 100 }, () => `${codex('token_usage_record', { response_id: 'resp_0000000000', usage: USAGE })}${text}`).join('')}${codex('compacted', { replacement_history: ['token_usage_record token_count '.repeat(30_000)] })}` },
]

/** A log of about `mib` MiB; each response has a number of its own. */
function largeLog({ folder, name, head, chunk: pattern }: Kind, mib: number): { file: string; responses: number } {
  mkdirSync(path.join(home, folder), { recursive: true })
  const file = path.join(home, folder, name(mib)), fd = openSync(file, 'w')
  const chunk = Buffer.from(pattern)
  const places = [...chunk.toString('latin1').matchAll(/(?:msg|resp)_(0{10})/g)].map(match => match.index + match[0].length - 10)
  let responses = 0
  writeSync(fd, head)
  for (let written = 0; written < mib * MIB; written += chunk.length) {
    for (const place of places) chunk.write(String(responses++).padStart(10, '0'), place, 'latin1')
    writeSync(fd, chunk)
  }
  closeSync(fd)
  return { file, responses }
}

function readIn(kind: Kind, mib: number): { peakMib: number } {
  const { file, responses } = largeLog(kind, mib)
  const found = JSON.parse(execFileSync(process.execPath, [CALLER_HEAP, child, home, worker], { env: {}, encoding: 'utf8' })) as { responses: number; peakMib: number }
  rmSync(file)
  expect(found.responses).toBe(responses)
  return found
}

describe('reading a large log', () => {
  it.each(KINDS)('of $agent takes no more memory than reading a small one', kind => {
    const small = readIn(kind, 64), large = readIn(kind, rounds(SIZE))
    expect(large.peakMib - small.peakMib).toBeLessThan(GROWTH_MIB_MAX)
  }, roundsTimeoutMs(60_000, SIZE))
})
