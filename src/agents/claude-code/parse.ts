// Station 2 for Claude Code: one complete log line becomes usage, a meter reading, a quota signal, or nothing.
// Pure and total: any bytes give an answer. README.md beside this file says what the records look like.
import { digest } from '../../core/tailing/digest.ts'
import { sameBytes, skipSpace, textAt } from '../../core/tailing/json-bytes.ts'
import { parseInstant, instant, type Instant } from '../../core/time.ts'
import { STANDARD_BILLING, type Origin, type ParsedLine, type UsageEvent } from '../../core/usage/usage-event.ts'
import type { LineParser, LogPlace, Opening } from '../../core/sessions/log-source.ts'
import type { FoundFields } from '../../core/tailing/field-plan.ts'
import { readCostState } from './cost-state.ts'
import { foundRecord, foundUsage } from './found-record.ts'
import { readQuota } from './quota.ts'
import { isAbsent, readRecord, textOf, type MessageFields, type RecordFields, type Span } from './record.ts'
import { readUsage, type Usage } from './usage.ts'

// Both start with a byte that is rare in text and stay under eight bytes or so, which keeps the search at memchr speed
// (5 GB/s; `"usage"` runs at a sixth of that). Inside a string the quote would be escaped, so quoted logs do not match.
export const MARKERS = ['_tokens"', '-state"'] as const

/** The model name the client gives to its own error texts; they were never billed. */
const SYNTHETIC_MODEL = '<synthetic>'
const IGNORED: ParsedLine = { kind: 'ignored' }

/** `writtenAt` stands in where a record's time is unreadable. */
export function parseLine(line: Uint8Array, place: LogPlace, writtenAt: Instant): ParsedLine {
  const read = readRecord(line)
  if (read.read === 'other') return IGNORED
  if (read.read === 'malformed') return { kind: 'malformed', why: read.why }
  const { record } = read
  switch (record.kind) {
    case 'cost-state': return readCostState(line, skipSpace(line, 0, line.length), sessionOf(line, record, place), writtenAt)
    case 'progress': return record.nested ? readAssistant(line, record.nested, record, place, writtenAt) : IGNORED
    case 'assistant': return readAssistant(line, record, record, place, writtenAt)
  }
}

/** Every line of a session's log speaks for itself. */
export const openLog = ({ place }: Opening): LineParser => ({
  parse: (line, writtenAt) => parseLine(line, place, writtenAt),
  parseFound: (found, writtenAt) => parseFound(found, place, writtenAt),
  memory: () => '',
})

/** `parseLine` of a line whose fields were found: one that RECORD_PLAN takes, well-formed as far as it was entered. */
function parseFound(found: FoundFields, place: LogPlace, writtenAt: Instant): ParsedLine {
  const record = foundRecord(found)
  return record ? readAssistant(found.bytes, record, record, place, writtenAt, found) : IGNORED
}

/** An assistant message. `envelope` is the line's own record; it differs from `record` where that is nested. */
function readAssistant(line: Uint8Array, record: RecordFields, envelope: RecordFields, place: LogPlace, writtenAt: Instant, found: FoundFields | null = null): ParsedLine {
  const { message } = record
  if (!message) return IGNORED
  const time = timeOf(line, record) ?? timeOf(line, envelope)
  const at = time ?? writtenAt
  const model = MODEL_MEMO.read(line, message.model)
  if (model === SYNTHETIC_MODEL || record.isApiError) {
    const signal = readQuota(line, record, sessionOf(line, envelope, place), at)
    if (signal) return { kind: 'quota', signals: [signal] }
    if (model === SYNTHETIC_MODEL) return IGNORED
  }
  const usage = isAbsent(message.usage) ? null : found ? foundUsage(found) : readUsage(line, message.usage.start, message.usage.end)
  if (!usage) return IGNORED
  const origin = originOf(line, record, envelope, place)
  const response: UsageEvent = {
    key: keyOf(line, record, message, envelope.whole), at, model, tokens: usage.tokens, billing: usage.billing, origin,
    final: isString(line, message.stopReason), sidechain: record !== envelope || (record.sidechain ?? origin.subagent !== ''),
    approximateTime: time === null, damaged: usage.damaged,
  }
  return { kind: 'usage', events: usage.advisors.length === 0 ? [response] : [response, ...advisorsOf(response, usage)] }
}

/** One event for each call of an advisor model within the response. */
const advisorsOf = (response: UsageEvent, { advisors }: Usage): UsageEvent[] => advisors.map((call, n) => ({
  ...response, key: `${response.key}#advisor:${n}`, model: call.model, tokens: call.tokens, billing: STANDARD_BILLING, damaged: call.damaged,
}))

const originOf = (line: Uint8Array, record: RecordFields, envelope: RecordFields, place: LogPlace): Origin => sameOrigin(
  CWD_MEMO.read(line, isAbsent(record.cwd) ? envelope.cwd : record.cwd),
  branchOf(line, isAbsent(record.branch) ? envelope.branch : record.branch),
  sessionOf(line, envelope, place),
  AGENT_MEMO.read(line, record.agentId) || AGENT_MEMO.read(line, envelope.agentId) || place.subagent,
)

/** The origin before this one where it is equal, which it mostly is: what comes after then tells equals by identity. */
function sameOrigin(cwd: string, branch: string, session: string, subagent: string): Origin {
  if (cwd !== lastOrigin.cwd || branch !== lastOrigin.branch || session !== lastOrigin.session || subagent !== lastOrigin.subagent) {
    lastOrigin = { cwd, branch, session, subagent }
  }
  return lastOrigin
}
let lastOrigin: Origin = { cwd: '', branch: '', session: '', subagent: '' }

/** A vendor's message id is global; any other needs the request id beside it; a record without both has only its uuid. */
function keyOf(line: Uint8Array, record: RecordFields, message: MessageFields, whole: Span): string {
  const id = ID_MEMO.read(line, message.id)
  if (id === lastId) return lastKey
  if (id.startsWith('msg_')) {
    lastId = id
    lastKey = `claude-code:${id}`
    return lastKey
  }
  const request = id === '' ? '' : textOf(line, record.requestId)
  if (request !== '') return `claude-code:${id}+${request}`
  const uuid = textOf(line, record.uuid)
  // Even without any id it was paid for. The same bytes are the same response, so re-reading stays harmless.
  return uuid === '' ? `claude-code:line:${digest(line.subarray(whole.start, whole.end))}` : `claude-code:${uuid}`
}

// A response is written as several copies in a row: one key for all of them is one string to hash.
let lastId: string | null = null, lastKey = ''

const sessionOf = (line: Uint8Array, record: RecordFields, place: LogPlace): string => SESSION_MEMO.read(line, record.sessionId) || place.session

/** The client writes HEAD for a detached checkout and outside any repository alike: neither is a branch. */
function branchOf(line: Uint8Array, field: Span): string {
  const branch = BRANCH_MEMO.read(line, field)
  return branch === 'HEAD' ? '' : branch
}

const isString = (line: Uint8Array, field: Span): boolean => field.start !== -1 && line[field.start] === 0x22

/** The record's own time, or null. The form every version writes is read from its digits; any other goes the slow way. */
function timeOf(line: Uint8Array, record: RecordFields): Instant | null {
  const { start, end } = record.timestamp
  if (start === -1) return null
  if (end - start === 26 && line[start + 11] === 0x54 && line[start + 20] === 0x2e && line[start + 24] === 0x5a) {
    const year = digits(line, start + 1, 4), month = digits(line, start + 6, 2), day = digits(line, start + 9, 2)
    const hour = digits(line, start + 12, 2), minute = digits(line, start + 15, 2), second = digits(line, start + 18, 2), ms = digits(line, start + 21, 3)
    const plain = line[start + 5] === 0x2d && line[start + 8] === 0x2d && line[start + 14] === 0x3a && line[start + 17] === 0x3a
    // Days above 28 depend on the month: left to the slow way with everything else that is rare.
    if (plain && year >= 2020 && year < 2100 && month >= 1 && month <= 12 && day >= 1 && day <= 28
      && hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60 && ms >= 0) {
      return instant(Date.UTC(year, month - 1, day, hour, minute, second, ms))
    }
  }
  const text = textAt(line, start, end)
  return text === null ? null : parseInstant(text)
}

/** `length` decimal digits at `at`; negative when one is not a digit. */
function digits(line: Uint8Array, at: number, length: number): number {
  let value = 0
  for (let k = at; k < at + length; k++) {
    const digit = (line[k] as number) - 0x30
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

const NOTHING = new Uint8Array(0), MEMO_BYTES_MAX = 512

/**
 * Remembers the last text a field had, since neighbouring records share it: comparing thirty bytes is far cheaper than
 * making the string again, and equal strings stay one object. Not state: the same bytes always give the same text.
 */
class FieldMemo {
  #bytes: Uint8Array = NOTHING
  #text = ''
  read(line: Uint8Array, field: Span): string {
    if (field.start === -1) return ''
    if (sameBytes(line, field.start, field.end, this.#bytes)) return this.#text
    this.#text = textOf(line, field)
    // A copy: the line lies in a window that is read into again (and `slice` of a Buffer would be a view of it).
    this.#bytes = field.end - field.start > MEMO_BYTES_MAX ? NOTHING : new Uint8Array(line.subarray(field.start, field.end))
    return this.#text
  }
}

const ID_MEMO = new FieldMemo(), MODEL_MEMO = new FieldMemo(), CWD_MEMO = new FieldMemo(), BRANCH_MEMO = new FieldMemo(), SESSION_MEMO = new FieldMemo(), AGENT_MEMO = new FieldMemo()
