// The fields of one Claude Code log record, picked by name from its bytes. Message bodies are stepped over, never read.
import { ascii, isString, Members, parsedAt, skipSpace, textAt } from '../../core/tailing/json-bytes.ts'

/** A value's place in the line: [start, end); start -1 = the record has no such field. */
export interface Span { start: number; end: number }
export const ABSENT: Readonly<Span> = { start: -1, end: -1 }
export const isAbsent = (field: Span): boolean => field.start === -1

/** The part of a record that is one assistant message. */
export interface MessageFields { readonly id: Span; readonly model: Span; readonly stopReason: Span; readonly usage: Span; readonly content: Span }

/** What a record says of itself. Later duplicates of a key win, as in JSON.parse. Good until the next line is read. */
export interface RecordFields {
  readonly kind: 'assistant' | 'progress' | 'cost-state'
  /** The line itself. */
  readonly whole: Span
  readonly message: MessageFields | null
  readonly timestamp: Span
  readonly uuid: Span
  readonly requestId: Span
  readonly sessionId: Span
  readonly agentId: Span
  readonly cwd: Span
  readonly branch: Span
  /** null = not said. */
  readonly sidechain: boolean | null
  readonly apiError: Span
  readonly quotaLimits: Span
  readonly isApiError: boolean
  /** progress only: the record nested in `data.message`. */
  readonly nested: RecordFields | null
}

export type ReadRecord = { readonly read: 'record'; readonly record: RecordFields } | { readonly read: 'other' } | { readonly read: 'malformed'; readonly why: string }

const OTHER: ReadRecord = { read: 'other' }
const TYPE = ascii('type'), MESSAGE = ascii('message'), TIMESTAMP = ascii('timestamp'), UUID = ascii('uuid'), REQUEST_ID = ascii('requestId')
const SESSION_ID = ascii('sessionId'), AGENT_ID = ascii('agentId'), CWD = ascii('cwd'), GIT_BRANCH = ascii('gitBranch'), SIDECHAIN = ascii('isSidechain')
const API_ERROR = ascii('apiError'), QUOTA_LIMITS = ascii('quotaLimits'), IS_API_ERROR = ascii('isApiErrorMessage'), DATA = ascii('data')
const ID = ascii('id'), MODEL = ascii('model'), STOP_REASON = ascii('stop_reason'), USAGE = ascii('usage'), CONTENT = ascii('content')
const ASSISTANT = ascii('assistant'), PROGRESS = ascii('progress'), COST_STATE = ascii('cost-state'), AGENT_PROGRESS = ascii('agent_progress')

const span = (): Span => ({ start: -1, end: -1 })
const clear = (field: Span): void => { field.start = -1 }

/** One record's fields, filled anew for every line: 131,000 lines of a gigabyte would make two million small objects. */
export class Slot implements RecordFields {
  kind: RecordFields['kind'] = 'assistant'
  readonly whole = span()
  message: MessageFields | null = null
  readonly timestamp = span()
  readonly uuid = span()
  readonly requestId = span()
  readonly sessionId = span()
  readonly agentId = span()
  readonly cwd = span()
  readonly branch = span()
  sidechain: boolean | null = null
  readonly apiError = span()
  readonly quotaLimits = span()
  isApiError = false
  nested: RecordFields | null = null
  readonly #message: MessageFields = { id: span(), model: span(), stopReason: span(), usage: span(), content: span() }

  restart(): void {
    this.kind = 'assistant'
    this.message = this.nested = null
    this.sidechain = null
    this.isApiError = false
    clear(this.timestamp); clear(this.uuid); clear(this.requestId); clear(this.sessionId); clear(this.agentId)
    clear(this.cwd); clear(this.branch); clear(this.apiError); clear(this.quotaLimits)
  }

  /** The message's fields, all absent. */
  openMessage(): MessageFields {
    const message = this.#message
    clear(message.id); clear(message.model); clear(message.stopReason); clear(message.usage); clear(message.content)
    this.message = message
    return message
  }
}

const OUTER = new Slot(), NESTED = new Slot()
const OUTER_MEMBERS = new Members(new Uint8Array(0), 0, 0)
const RECORD = { read: 'record', record: OUTER } as const

/** Reads a whole line. `other` as soon as its type shows that it bears no usage; the rest is then not looked at. */
export function readRecord(line: Uint8Array): ReadRecord {
  const end = line.length
  const start = skipSpace(line, 0, end)
  if (start === end) return OTHER
  const members = OUTER_MEMBERS
  members.restart(line, start, end)
  if (members.broken) return { read: 'malformed', why: 'the line is not a JSON object' }
  OUTER.whole.start = 0
  OUTER.whole.end = end
  const found = readMembers(line, members, OUTER)
  if (found === 'other') return OTHER
  if (found === 'broken') return { read: 'malformed', why: 'the line is cut or is not JSON' }
  if (skipSpace(line, members.after, end) !== end) return { read: 'malformed', why: 'something follows the JSON object' }
  return found === 'untyped' ? OTHER : RECORD
}

/** Fills `record`. A nested one nests nothing itself: a hostile line cannot make this recurse. */
function readMembers(line: Uint8Array, members: Members, record: Slot): 'typed' | 'other' | 'broken' | 'untyped' {
  record.restart()
  let typed = false
  while (members.next()) {
    if (members.keyIs(TYPE)) {
      const kind = kindAt(line, members.valueStart)
      if (kind === null) return 'other'
      record.kind = kind
      typed = true
    } else if (members.keyIs(MESSAGE)) readMessage(members, record)
    else if (record === OUTER && members.keyIs(DATA)) record.nested = readNested(line, members)
    else readField(line, members, record)
  }
  return members.broken ? 'broken' : typed ? 'typed' : 'untyped'
}

/** Envelope fields, told apart by length first: a record has two dozen keys and most are none of ours. */
function readField(line: Uint8Array, members: Members, record: Slot): void {
  switch (members.keyEnd - members.keyStart) {
    case 3: if (members.keyIs(CWD)) take(members, record.cwd); break
    case 4: if (members.keyIs(UUID)) take(members, record.uuid); break
    case 7: if (members.keyIs(AGENT_ID)) take(members, record.agentId); break
    case 8: if (members.keyIs(API_ERROR)) take(members, record.apiError); break
    case 9:
      if (members.keyIs(TIMESTAMP)) take(members, record.timestamp)
      else if (members.keyIs(SESSION_ID)) take(members, record.sessionId)
      else if (members.keyIs(GIT_BRANCH)) take(members, record.branch)
      else if (members.keyIs(REQUEST_ID)) take(members, record.requestId)
      break
    case 11:
      if (members.keyIs(SIDECHAIN)) record.sidechain = booleanAt(line, members.valueStart)
      else if (members.keyIs(QUOTA_LIMITS)) take(members, record.quotaLimits)
      break
    case 17: if (members.keyIs(IS_API_ERROR)) record.isApiError = booleanAt(line, members.valueStart) === true; break
    default:
  }
}

function readMessage(outer: Members, record: Slot): void {
  const members = outer.enter()
  if (!members) {
    record.message = null
    return
  }
  const message = record.openMessage()
  while (members.next()) {
    switch (members.keyEnd - members.keyStart) {
      case 2: if (members.keyIs(ID)) take(members, message.id); break
      case 5: if (members.keyIs(MODEL)) take(members, message.model); else if (members.keyIs(USAGE)) take(members, message.usage); break
      case 7: if (members.keyIs(CONTENT)) take(members, message.content); break
      case 11: if (members.keyIs(STOP_REASON)) take(members, message.stopReason); break
      default:
    }
  }
}

/** `data` of a progress record: the record in `data.message`, when it is a subagent's. */
function readNested(line: Uint8Array, outer: Members): RecordFields | null {
  const members = outer.enter()
  if (!members) return null
  let isAgent = false, nested: Slot | null = null
  const agentId = span()
  while (members.next()) {
    if (members.keyIs(TYPE)) isAgent = isString(line, members.valueStart, AGENT_PROGRESS)
    else if (members.keyIs(AGENT_ID)) take(members, agentId)
    else if (members.keyIs(MESSAGE)) {
      const inner = members.enter()
      nested = inner && readMembers(line, inner, NESTED) === 'typed' && NESTED.kind === 'assistant' ? NESTED : null
    }
  }
  if (!isAgent || !nested) return null
  if (isAbsent(nested.agentId)) Object.assign(nested.agentId, agentId)
  return nested
}

function kindAt(line: Uint8Array, at: number): RecordFields['kind'] | null {
  if (isString(line, at, ASSISTANT)) return 'assistant'
  if (isString(line, at, PROGRESS)) return 'progress'
  return isString(line, at, COST_STATE) ? 'cost-state' : null
}

function take(members: Members, field: Span): void {
  field.start = members.valueStart
  field.end = members.end()
}

export const booleanAt = (line: Uint8Array, at: number): boolean | null =>
  line[at] === 0x74 && line[at + 1] === 0x72 ? true : line[at] === 0x66 && line[at + 1] === 0x61 ? false : null

/** The text of a string field; '' when it is absent, null or no string. */
export const textOf = (line: Uint8Array, field: Span): string => (field.start === -1 ? '' : textAt(line, field.start, field.end) ?? '')

/** A small field as a value; undefined when it is absent, too long or no JSON. */
export function valueOf(line: Uint8Array, field: Span, bytesMax: number): unknown {
  return field.start === -1 || field.end - field.start > bytesMax ? undefined : parsedAt(line, field.start, field.end)
}
