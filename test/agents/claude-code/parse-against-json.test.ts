// The parser of bytes against a naive one built on JSON.parse: the same answer for every valid line, whatever its spacing,
// key order, escapes and missing or mistyped fields; and for any bytes at all, an answer.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sessionLogs } from '../../../src/agents/claude-code/adapter.ts'
import { MARKERS, parseLine } from '../../../src/agents/claude-code/parse.ts'
import { instant } from '../../../src/core/time.ts'
import { aRecord, bytesOf } from '../../support/claude-lines.ts'
import { throughKernel } from '../../support/fresh-kernel.ts'
import { spacedJson } from '../../support/json-text.ts'
import { naiveParse } from '../../support/naive-claude.ts'
import { Random } from '../../support/random.ts'
import { rounds, roundsTimeoutMs } from '../../support/rounds.ts'

const place = { session: 'stem', subagent: '' }
const writtenAt = instant(Date.UTC(2026, 5, 1))

const odd = fc.constantFrom<unknown>(undefined, undefined, null, 7, true, '', [], {}, '"id":null', 'a "quoted \\" \u0007 thing', 'é漢🚀\ud800', { usage: { input_tokens: 999_999 } }, '{"usage":{"input_tokens":5}}')
/** Mostly this value, sometimes anything else. */
const mostly = (...values: unknown[]): fc.Arbitrary<unknown> => fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: odd })
const counter = fc.oneof({ weight: 4, arbitrary: fc.nat(9_000_000) as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: fc.constantFrom<unknown>(null, undefined, -1, 0.5, 1e300, 1e21, 2e9, '5', [], {}, 1e3, 0, 999_999_999, 1_000_000_000) })
const shuffled = (object: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<Record<string, unknown>> =>
  object.chain(value => fc.shuffledSubarray(Object.entries(value), { minLength: Object.keys(value).length }).map(entries => Object.fromEntries(entries)))

const split = shuffled(fc.record({ ephemeral_5m_input_tokens: counter, ephemeral_1h_input_tokens: counter, other: odd }))
const advisor = shuffled(fc.record({ type: mostly('advisor_message', 'message'), model: mostly('claude-opus-4-6'), input_tokens: counter, output_tokens: counter, cache_read_input_tokens: counter, cache_creation_input_tokens: counter, cache_creation: fc.oneof(split, odd) }))
const usage = shuffled(fc.record({
  input_tokens: counter, output_tokens: counter, cache_read_input_tokens: counter, cache_creation_input_tokens: counter, cache_creation: fc.oneof(split, odd),
  server_tool_use: fc.oneof(fc.record({ web_search_requests: counter, web_fetch_requests: counter }), odd), service_tier: mostly('standard', 'batch', 'priority'),
  speed: mostly('standard', 'fast'), inference_geo: mostly('not_available', 'us', 'US', 'global'), iterations: fc.oneof(fc.constant([]), fc.array(advisor, { maxLength: 3 }), odd),
}))
const content = fc.oneof(odd, fc.array(fc.oneof(odd, fc.constantFrom<unknown>(
  { type: 'tool_use', input: { usage: { input_tokens: 1 }, message: { id: 'msg_inner' }, stop_reason: 'x', type: 'user' } }, { type: 'text', text: 'Claude AI usage limit reached|1768900000' })), { maxLength: 3 }))
const message = shuffled(fc.record({
  id: mostly('msg_01AbC', 'msg_01XyZ', 'chatcmpl-9', ''), model: mostly('claude-opus-4-5', 'claude-opus-4-5', '<synthetic>'), type: mostly('message'), role: mostly('assistant'), content,
  stop_reason: mostly('end_turn', null, 'tool_use'), usage: fc.oneof({ weight: 5, arbitrary: usage as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: odd }),
}))
const stamp = mostly('2026-01-05T08:00:00.000Z', '2026-01-31T23:59:59.999Z', '2026-02-30T00:00:00.000Z', '2026-13-01T00:00:00.000Z', '2026-01-05T08:00:00Z', '2026-01-05T10:00:00.000+02:00', '1999-01-01T00:00:00.000Z', '2026-01-05T24:00:00.000Z', '2026-01-05x08:00:00.000Z')
const fields = {
  parentUuid: odd, isSidechain: mostly(true, false), cwd: mostly('/home/dev/web', '/home/dev/wéb', 'C:\\src'), sessionId: mostly('s-1', 's-2'), gitBranch: mostly('main', 'HEAD', 'feat/é'),
  agentId: mostly('a1', undefined, undefined), requestId: mostly('req_1'), uuid: mostly('u-1', 'u-2'), timestamp: stamp, toolUseResult: odd, isApiErrorMessage: mostly(true, false, undefined),
  apiError: mostly(undefined, 'usage_limit_reached', 'connection_failed'), quotaLimits: mostly(undefined, { status: 'rejected', resetsAt: 1_795_232_355, rateLimitType: 'five_hour' }, { status: 'allowed' }, { status: 'rejected', resetsAt: '2026-11-24T14:09:00Z' }),
}
const assistant = shuffled(fc.record({ ...fields, type: fc.constant('assistant'), message: fc.oneof({ weight: 6, arbitrary: message as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: odd }) }))
const progress = shuffled(fc.record({ ...fields, type: fc.constant('progress'), data: fc.oneof(odd, shuffled(fc.record({ type: mostly('agent_progress', 'bash_progress'), agentId: mostly('a9'), message: fc.oneof(assistant as fc.Arbitrary<unknown>, odd) }))) }))
const other = fc.record({ ...fields, type: mostly('user', 'system', undefined), message: message as fc.Arbitrary<unknown> })
const line = fc.oneof({ weight: 4, arbitrary: assistant }, { weight: 2, arbitrary: progress }, { weight: 1, arbitrary: other })

// Words that decide by their bytes are never written with escapes by any client; keys neither.
const FREE_TEXT = /[^\x20-\x7e]|quoted|[/\\]|^[su]-\d/
const plain = (text: string): boolean => !FREE_TEXT.test(text)

const VALID = { name: 'valid lines compared with JSON.parse', quick: 6_000, full: 200_000 }
const FUZZED = { name: 'fuzzed lines', quick: 100_000, full: 2_000_000 }

describe('parseLine against JSON.parse', () => {
  it('gives the same answer for every valid line', () => {
    fc.assert(fc.property(line, fc.infiniteStream(fc.nat()), (record, choices) => {
      const bytes = bytesOf(spacedJson(record, choices, plain))
      const parsed = parseLine(bytes, place, writtenAt)
      expect(parsed).toEqual(naiveParse(bytes, place, writtenAt))
      expect(throughKernel(sessionLogs, bytes, place, writtenAt) ?? parsed).toEqual(parsed)
      // The scanner never shows a line without a marker to the parser: such a line must not matter.
      if (parsed.kind !== 'ignored' && parsed.kind !== 'quota') expect(MARKERS.some(marker => bytes.includes(marker)) || isEmptyUsage(record)).toBe(true)
    }), { numRuns: rounds(VALID) })
  }, roundsTimeoutMs(20_000, VALID))

  it('has an answer for a hundred thousand damaged lines, and no counts that JSON.parse would not give', () => {
    const seeds = fc.sample(line, { numRuns: 400, seed: 7 }).map(record => bytesOf(record))
    const random = new Random(42)
    for (let n = rounds(FUZZED); n > 0; n--) {
      const bytes = damaged(seeds[n % seeds.length] as Buffer, random)
      const parsed = parseLine(bytes, place, writtenAt)
      if (n % 10 === 0) expect(throughKernel(sessionLogs, bytes, place, writtenAt) ?? parsed, bytes.toString()).toEqual(parsed)
      if (n % 20 === 0 && naiveParse(bytes, place, writtenAt).kind === 'usage') expect(parsed.kind, bytes.toString()).toBe('usage')
      if (parsed.kind === 'usage') for (const { tokens } of parsed.events) expect(Object.values(tokens).every(count => Number.isSafeInteger(count) && count >= 0 && count <= 2e9)).toBe(true)
    }
  }, roundsTimeoutMs(20_000, FUZZED))

  it('gives the right answer from a window that is read into again, line after line', () => {
    const window = Buffer.alloc(4096)
    for (const cwd of ['/home/dev/aaa', '/home/dev/bbb', '/home/dev/aaa']) {
      const bytes = bytesOf(aRecord({ cwd, gitBranch: cwd.slice(-3), sessionId: cwd }))
      bytes.copy(window)
      expect(parseLine(window.subarray(0, bytes.length), place, writtenAt)).toMatchObject({ events: [{ origin: { cwd, branch: cwd.slice(-3), session: cwd } }] })
    }
  })

  it('gives the same answer from a plain array of bytes as from a Buffer', () => {
    const bytes = bytesOf(aRecord({ cwd: '/home/dev/plain' }))
    expect(parseLine(Uint8Array.from(bytes), place, writtenAt)).toEqual(parseLine(bytes, place, writtenAt))
  })
})

/** Usage without a single counter key: no marker, and nothing to count. */
function isEmptyUsage(record: Record<string, unknown>): boolean {
  return !/_tokens"/.test(JSON.stringify(record))
}

function damaged(line: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(line)
  for (let k = 1 + Math.floor(random.next() * 3); k > 0; k--) {
    const at = Math.floor(random.next() * bytes.length)
    if (random.next() < 0.5) bytes[at] = Math.floor(random.next() * 256)
    else bytes[at] = '{}[]",:\\0-9e.n'.charCodeAt(Math.floor(random.next() * 14))
  }
  return random.next() < 0.3 ? bytes.subarray(0, Math.floor(random.next() * bytes.length)) : bytes
}
