// The door: what callers send, whatever it is, becomes a request or an `invalid_input` that names the field and what to
// write. Nothing further in looks at types or text again.
import type { OnBreach } from '../budgets/budget.ts'
import { BUDGET_DEFAULTS } from '../budgets/define.ts'
import { nearestWord } from '../config/nearest.ts'
import { AppError } from '../errors.ts'
import { parseUsd, usdText, type NanoUsd } from '../money.ts'
import { DAY_MS, parseDurationMs, parseInstant, SECOND_MS, type Instant } from '../time.ts'
import { NOBODY, type Owner } from './owner.ts'
import { TTL_MS, type AllocateRequest, type RecordRequest, type ReserveRequest, type SaidScope, type SpendNote } from './request.ts'
import { WHOLE_SESSION, type Covers } from './reservation.ts'

type Said = Readonly<Record<string, unknown>>

// Ours are words and numbers; people's are ticket numbers, uuids and `user@host:4711`.
const ID = /^[A-Za-z0-9][A-Za-z0-9._:@/+=-]{0,127}$/
const SCOPE = ['project', 'branch', 'session', 'agent', 'account', 'node'] as const satisfies readonly (keyof SaidScope)[]
const NOTE = ['peer', 'tool', 'reason'] as const satisfies readonly (keyof SpendNote)[]
// A word or a sentence, never a prompt.
const NOTE_CHARS_MAX = 200
const SCOPE_CHARS_MAX = 1_024
const BUDGETS_MAX = 32
const TTL_MS_MIN = SECOND_MS, TTL_MS_MAX = 30 * DAY_MS
const PERCENT_MAX = 1_000

export type SaidReserve = Omit<ReserveRequest, 'owner'> & { readonly owner: SaidOwner | null }
/** An owner as the caller names it; whether it is one is looked at by those who can. */
export interface SaidOwner { readonly agent: string; readonly session: string; readonly pid: number | null }

export function parseReserve(input: unknown): SaidReserve {
  const said = fields(input, ['id', 'amount', 'budget', 'model', 'ttl', 'owner', 'covers', ...SCOPE])
  return {
    id: idOf(said), amount: positive(said, 'amount'), budgets: budgetsOf(said), scope: scopeOf(said), model: textOf(said, 'model', SCOPE_CHARS_MAX),
    ttlMs: ttlOf(said) ?? TTL_MS, owner: ownerOf(said['owner']), covers: coversOf(said['covers']),
  }
}

export function parseAllocate(input: unknown): AllocateRequest {
  const said = fields(input, ['id', 'amount', 'parent', 'hard', 'onBreach', 'thresholds', ...SCOPE])
  const onBreach = textOf(said, 'onBreach', 20) || BUDGET_DEFAULTS.onBreach
  if (!['warn', 'deny', 'terminate'].includes(onBreach)) throw wrong('onBreach', `"${onBreach}" is no action; write warn, deny or terminate`)
  return {
    id: idOf(said), amount: said['amount'] === undefined ? null : amountOf(said, 'amount'), parent: textOf(said, 'parent', 128), scope: scopeOf(said),
    hard: said['hard'] === undefined ? true : flag(said, 'hard'), onBreach: onBreach as OnBreach, thresholds: thresholdsOf(said['thresholds']),
  }
}

export function parseRecord(input: unknown): RecordRequest {
  const said = fields(input, ['id', 'amount', 'budget', ...SCOPE, ...NOTE])
  return { id: idOf(said), amount: positive(said, 'amount'), budgets: budgetsOf(said), scope: scopeOf(said), note: noteOf(said) }
}

export function parseSettle(input: unknown): { readonly id: string; readonly actual: NanoUsd | null; readonly note: SpendNote } {
  const said = fields(input, ['id', 'amount', ...NOTE])
  return { id: idOf(said), actual: said['amount'] === undefined ? null : amountOf(said, 'amount'), note: noteOf(said) }
}

export function parseTopUp(input: unknown): { readonly id: string; readonly budget: string; readonly amount: NanoUsd; readonly reason: string; readonly by: string } {
  const said = fields(input, ['id', 'budget', 'amount', 'reason', 'by'])
  return { id: idOf(said), budget: idOf(said, 'budget'), amount: positive(said, 'amount'), reason: textOf(said, 'reason', NOTE_CHARS_MAX), by: textOf(said, 'by', NOTE_CHARS_MAX) || 'somebody' }
}

export function parseExtend(input: unknown): { readonly id: string; readonly ttlMs: number } {
  const said = fields(input, ['id', 'ttl'])
  return { id: idOf(said), ttlMs: ttlOf(said) ?? TTL_MS }
}

/** A body that is an object, and says nothing that would be passed over. */
export function fields(input: unknown, known: readonly string[]): Said {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw new AppError('invalid_input', 'the request is not a JSON object')
  for (const name of Object.keys(input)) {
    if (known.includes(name)) continue
    const meant = nearestWord(name, known)
    throw new AppError('invalid_input', `"${shown(name)}" is not a field of this request${meant === null ? `; known are ${known.join(', ')}` : `; did you mean ${meant}?`}`)
  }
  return input as Said
}

export function idOf(said: Said, name = 'id'): string {
  const value = said[name]
  if (typeof value !== 'string' || !ID.test(value)) throw wrong(name, `${described(value)} is not an id; write 1 to 128 letters, digits or ._:@/+=- beginning with a letter or digit`)
  return value
}

export function textOf(said: Said, name: string, most: number): string {
  const value = said[name]
  if (value === undefined) return ''
  if (typeof value !== 'string') throw wrong(name, `${described(value)} is no text`)
  if (value.length > most) throw wrong(name, `has ${value.length} characters; ${most} are the most`)
  for (let at = 0; at < value.length; at++) if (value.charCodeAt(at) < 0x20 || value.charCodeAt(at) === 0x7f) throw wrong(name, 'holds a line break or another control character')
  return value
}

function amountOf(said: Said, name: string): NanoUsd {
  const value = said[name]
  if (typeof value !== 'string') throw wrong(name, `${described(value)} is not an amount; write US dollars as text, like "1.50"`)
  return parseUsd(value)
}

function positive(said: Said, name: string): NanoUsd {
  const amount = amountOf(said, name)
  if (amount <= 0n) throw wrong(name, `$${usdText(amount)} is nothing; write more than 0`)
  return amount
}

function budgetsOf(said: Said): readonly string[] {
  const value = said['budget']
  if (value === undefined || value === '') return []
  const list = Array.isArray(value) ? (value as unknown[]) : [value]
  if (list.length > BUDGETS_MAX) throw wrong('budget', `names ${list.length} budgets; ${BUDGETS_MAX} are the most`)
  return [...new Set(list.map(each => idOf({ budget: each }, 'budget')))]
}

const scopeOf = (said: Said): SaidScope => Object.fromEntries(SCOPE.flatMap(name => { const value = textOf(said, name, SCOPE_CHARS_MAX); return value === '' ? [] : [[name, value]] }))
const noteOf = (said: Said): SpendNote => ({ peer: textOf(said, 'peer', NOTE_CHARS_MAX), tool: textOf(said, 'tool', NOTE_CHARS_MAX), reason: textOf(said, 'reason', NOTE_CHARS_MAX) })

function ttlOf(said: Said): number | null {
  const text = textOf(said, 'ttl', 40)
  if (text === '') return null
  const ms = parseDurationMs(text)
  if (ms === null || ms < TTL_MS_MIN || ms > TTL_MS_MAX) throw wrong('ttl', `"${text}" is not a duration from 1s to 30d; write it like 10m`)
  return ms
}

function ownerOf(value: unknown): SaidOwner | null {
  if (value === undefined) return null
  const said = fields(value, ['agent', 'session', 'pid'])
  const pid = said['pid']
  if (pid !== undefined && (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 1)) throw wrong('owner.pid', `${described(pid)} is not a process id`)
  const session = textOf(said, 'session', SCOPE_CHARS_MAX)
  if ((session === '') === (pid === undefined)) throw wrong('owner', 'is either a session ("agent" and "session") or a process ("pid")')
  return { agent: textOf(said, 'agent', SCOPE_CHARS_MAX), session, pid: (pid as number | undefined) ?? null }
}

function coversOf(value: unknown): ReserveRequest['covers'] {
  if (value === undefined) return null
  const said = fields(value, ['agent', 'session', 'from', 'responses'])
  const agent = textOf(said, 'agent', SCOPE_CHARS_MAX), session = textOf(said, 'session', SCOPE_CHARS_MAX), responses = said['responses'] ?? null
  if (agent === '' || session === '') throw wrong('covers', 'needs "agent" and "session"')
  if (responses !== null && (typeof responses !== 'number' || !Number.isSafeInteger(responses) || responses < 1)) throw wrong('covers.responses', `${described(responses)} is not a number of responses`)
  return { agent, session, stream: WHOLE_SESSION, from: fromOf(said), responses: responses as Covers['responses'] }
}

function fromOf(said: Said): Instant | null {
  const text = textOf(said, 'from', 40)
  if (text === '') return null
  const at = parseInstant(text)
  if (at === null) throw wrong('covers.from', `"${text}" is not an instant; write it like 2026-11-21T12:00:00Z`)
  return at
}

function thresholdsOf(value: unknown): readonly number[] {
  if (value === undefined) return BUDGET_DEFAULTS.thresholds
  if (!Array.isArray(value) || value.length > 20) throw wrong('thresholds', 'is a list of at most 20 percentages, such as [50, 80]')
  for (const each of value as unknown[]) if (typeof each !== 'number' || !Number.isSafeInteger(each) || each < 1 || each > PERCENT_MAX) throw wrong('thresholds', `${described(each)} is not a percentage from 1 to ${PERCENT_MAX}`)
  return [...new Set(value as number[])].sort((a, b) => a - b)
}

function flag(said: Said, name: string): boolean {
  const value = said[name]
  if (typeof value !== 'boolean') throw wrong(name, `${described(value)} is neither true nor false`)
  return value
}

/** What nobody vouched for: a request without an owner, or one whose owner is proven already. */
export const ownedBy = (said: SaidReserve, owner: Owner = NOBODY): ReserveRequest => ({ ...said, owner })

const wrong = (name: string, why: string): AppError => new AppError('invalid_input', `${name} ${why}`)
const shown = (text: string): string => text.slice(0, 60)
const described = (value: unknown): string => (value === undefined ? 'missing' : typeof value === 'string' ? `"${shown(value)}"` : typeof value === 'object' ? 'an object' : `${typeof value} ${shown(String(value))}`)
