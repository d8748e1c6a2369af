// The fields of one Claude Code log record, picked by name from its bytes. Message bodies are stepped over, never read.
import { ascii, isString, Members, parsedAt, skipSpace, textAt } from '../../core/tailing/json-bytes.ts'

/** A value's place in the line: [start, end); start -1 = the record has no such field. */
export interface Span { readonly start: number; readonly end: number }
export const ABSENT: Span = { start: -1, end: -1 }

/** The part of a record that is one assistant message. */
export interface MessageFields { id: Span; model: Span; stopReason: Span; usage: Span; content: Span }

/** What a record says of itself. Later duplicates of a key win, as in JSON.parse. */
export interface RecordFields {
  kind: 'assistant' | 'progress' | 'cost-state'
  message: MessageFields | null
  timestamp: Span
  uuid: Span
  requestId: Span
  sessionId: Span
  agentId: Span
  cwd: Span
  branch: Span
  /** null = not said. */
  sidechain: boolean | null
  apiError: Span
  quotaLimits: Span
  isApiError: boolean
  /** progress only: the record nested in `data.message`. */
  nested: RecordFields | null
}

export type ReadRecord = { readonly read: 'record'; readonly record: RecordFields } | { readonly read: 'other' } | { readonly read: 'malformed'; readonly why: string }

const OTHER: ReadRecord = { read: 'other' }
const TYPE = ascii('type'), MESSAGE = ascii('message'), TIMESTAMP = ascii('timestamp'), UUID = ascii('uuid'), REQUEST_ID = ascii('requestId')
const SESSION_ID = ascii('sessionId'), AGENT_ID = ascii('agentId'), CWD = ascii('cwd'), GIT_BRANCH = ascii('gitBranch'), SIDECHAIN = ascii('isSidechain')
const API_ERROR = ascii('apiError'), QUOTA_LIMITS = ascii('quotaLimits'), IS_API_ERROR = ascii('isApiErrorMessage'), DATA = ascii('data')
const ID = ascii('id'), MODEL = ascii('model'), STOP_REASON = ascii('stop_reason'), USAGE = ascii('usage'), CONTENT = ascii('content')
const ASSISTANT = ascii('assistant'), PROGRESS = ascii('progress'), COST_STATE = ascii('cost-state'), AGENT_PROGRESS = ascii('agent_progress')

/** Reads a whole line. `other` as soon as its type shows that it bears no usage; the rest is then not looked at. */
export function readRecord(line: Uint8Array): ReadRecord {
  const end = line.length
  const start = skipSpace(line, 0, end)
  if (start === end) return OTHER
  const members = new Members(line, start, end)
  if (members.broken) return { read: 'malformed', why: 'the line is not a JSON object' }
  const record = readMembers(line, members, true)
  if (record === 'other') return OTHER
  if (record === 'broken') return { read: 'malformed', why: 'the line is cut or is not JSON' }
  if (skipSpace(line, members.after, end) !== end) return { read: 'malformed', why: 'something follows the JSON object' }
  return record === 'untyped' ? OTHER : { read: 'record', record }
}

/** `outer` is false for a nested record, which nests nothing itself: a hostile line cannot make this recurse. */
function readMembers(line: Uint8Array, members: Members, outer: boolean): RecordFields | 'other' | 'broken' | 'untyped' {
  const record: RecordFields = {
    kind: 'assistant', message: null, timestamp: ABSENT, uuid: ABSENT, requestId: ABSENT, sessionId: ABSENT, agentId: ABSENT, cwd: ABSENT,
    branch: ABSENT, sidechain: null, apiError: ABSENT, quotaLimits: ABSENT, isApiError: false, nested: null,
  }
  let typed = false
  while (members.next()) {
    if (members.keyIs(TYPE)) {
      const kind = kindAt(line, members.valueStart)
      if (kind === null) return 'other'
      record.kind = kind
      typed = true
    } else if (members.keyIs(MESSAGE)) record.message = readMessage(members)
    else if (outer && members.keyIs(DATA)) record.nested = readNested(line, members)
    else readField(line, members, record)
  }
  return members.broken ? 'broken' : typed ? record : 'untyped'
}

/** Envelope fields, told apart by length first: a record has two dozen keys and most are none of ours. */
function readField(line: Uint8Array, members: Members, record: RecordFields): void {
  switch (members.keyEnd - members.keyStart) {
    case 3: if (members.keyIs(CWD)) record.cwd = span(members); break
    case 4: if (members.keyIs(UUID)) record.uuid = span(members); break
    case 7: if (members.keyIs(AGENT_ID)) record.agentId = span(members); break
    case 8: if (members.keyIs(API_ERROR)) record.apiError = span(members); break
    case 9:
      if (members.keyIs(TIMESTAMP)) record.timestamp = span(members)
      else if (members.keyIs(SESSION_ID)) record.sessionId = span(members)
      else if (members.keyIs(GIT_BRANCH)) record.branch = span(members)
      else if (members.keyIs(REQUEST_ID)) record.requestId = span(members)
      break
    case 11:
      if (members.keyIs(SIDECHAIN)) record.sidechain = booleanAt(line, members.valueStart)
      else if (members.keyIs(QUOTA_LIMITS)) record.quotaLimits = span(members)
      break
    case 17: if (members.keyIs(IS_API_ERROR)) record.isApiError = booleanAt(line, members.valueStart) === true; break
    default:
  }
}

function readMessage(outer: Members): MessageFields | null {
  const members = outer.enter()
  if (!members) return null
  const message: MessageFields = { id: ABSENT, model: ABSENT, stopReason: ABSENT, usage: ABSENT, content: ABSENT }
  while (members.next()) {
    switch (members.keyEnd - members.keyStart) {
      case 2: if (members.keyIs(ID)) message.id = span(members); break
      case 5: if (members.keyIs(MODEL)) message.model = span(members); else if (members.keyIs(USAGE)) message.usage = span(members); break
      case 7: if (members.keyIs(CONTENT)) message.content = span(members); break
      case 11: if (members.keyIs(STOP_REASON)) message.stopReason = span(members); break
      default:
    }
  }
  return message
}

/** `data` of a progress record: the record in `data.message`, when it is a subagent's. */
function readNested(line: Uint8Array, outer: Members): RecordFields | null {
  const members = outer.enter()
  if (!members) return null
  let isAgent = false, nested: RecordFields | null = null, agentId = ABSENT
  while (members.next()) {
    if (members.keyIs(TYPE)) isAgent = isString(line, members.valueStart, AGENT_PROGRESS)
    else if (members.keyIs(AGENT_ID)) agentId = span(members)
    else if (members.keyIs(MESSAGE)) {
      const inner = members.enter()
      const record = inner ? readMembers(line, inner, false) : 'other'
      nested = typeof record === 'string' || record.kind !== 'assistant' ? null : record
    }
  }
  if (!isAgent || !nested) return null
  if (nested.agentId === ABSENT) nested.agentId = agentId
  return nested
}

function kindAt(line: Uint8Array, at: number): RecordFields['kind'] | null {
  if (isString(line, at, ASSISTANT)) return 'assistant'
  if (isString(line, at, PROGRESS)) return 'progress'
  return isString(line, at, COST_STATE) ? 'cost-state' : null
}

const span = (members: Members): Span => ({ start: members.valueStart, end: members.end() })

const booleanAt = (line: Uint8Array, at: number): boolean | null =>
  line[at] === 0x74 && line[at + 1] === 0x72 ? true : line[at] === 0x66 && line[at + 1] === 0x61 ? false : null

/** The text of a string field; '' when it is absent, null or no string. */
export const textOf = (line: Uint8Array, field: Span): string => (field.start === -1 ? '' : textAt(line, field.start, field.end) ?? '')

/** A small field as a value; undefined when it is absent, too long or no JSON. */
export function valueOf(line: Uint8Array, field: Span, bytesMax: number): unknown {
  return field.start === -1 || field.end - field.start > bytesMax ? undefined : parsedAt(line, field.start, field.end)
}
