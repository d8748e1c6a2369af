// The lines of a ledger file (docs/ledger.md): JSON, one thing a line, exact. Writing and strict reading side by side:
// whatever is read has the form that is written here, or is refused with the field's name.
import { DIMENSIONS, type Scope } from '../scope.ts'
import { nanoUsd, parseUsd, usdText, type NanoUsd } from '../money.ts'
import { instant, isoText, parseInstant, type Instant } from '../time.ts'
import { TOKEN_COUNT_MAX } from '../usage/tokens.ts'
import type { EntryKind } from './entry.ts'
import type { MeterRow } from './meter-store.ts'
import type { EntryDraft } from './posting.ts'

/** Raised when a reader of the last format would misunderstand the next; fields may be added without. */
export const LEDGER_FORMAT = 1
/** Longer lines are not ours: the longest has nine texts of at most TEXT_MAX characters, each written as up to six. */
export const LINE_CHARACTERS_MAX = 262_144
const TEXT_MAX = 4_096

export interface LedgerHeader {
  readonly format: number
  readonly purser: string
  readonly node: string
  readonly exportedAt: Instant
  readonly since: Instant | null
  readonly until: Instant | null
  readonly entries: number
}
export interface CopyRow { readonly agent: string; readonly session: string; readonly key: string }
export interface LedgerEnd { readonly entries: number; readonly meters: number; readonly copies: number; /** `sha256:` and 64 hex digits, over every byte before this line. */ readonly digest: string }

export type LedgerLine =
  | { readonly type: 'purser-ledger'; readonly header: LedgerHeader }
  | { readonly type: 'entry'; readonly entry: EntryDraft }
  | { readonly type: 'meter'; readonly meter: MeterRow }
  | { readonly type: 'copy'; readonly copy: CopyRow }
  | { readonly type: 'end'; readonly end: LedgerEnd }
  /** For people and audits; another ledger does not take them in. */
  | { readonly type: 'event' | 'lock' }

export function headerLine({ since, until, exportedAt, ...header }: LedgerHeader): string {
  return JSON.stringify({ type: 'purser-ledger', ...header, exportedAt: isoText(exportedAt), since: since === null ? null : isoText(since), until: until === null ? null : isoText(until) })
}

export function entryLine({ key, seq, kind, at, scope, model, billing, tokens, webSearches, cost, ...rest }: EntryDraft): string {
  return JSON.stringify({
    type: 'entry', key, seq, kind, at: isoText(at), model, speed: billing.speed, tier: billing.tier, geo: billing.geo, ...ordered(tokens), webSearches,
    cost: cost === null ? null : usdText(cost), card: rest.card, responses: rest.responses, unpriced: rest.unpriced, partial: rest.partial,
    estimated: rest.estimated, sidechain: rest.sidechain, ...(rest.ownedAt === undefined ? {} : { ownedAt: isoText(rest.ownedAt) }), ...Object.fromEntries(DIMENSIONS.map(name => [name, scope[name]])),
  })
}

export const meterLine = ({ agent, session, model, path, at, tokens, cost }: MeterRow): string =>
  JSON.stringify({ type: 'meter', agent, session, model, path, at: isoText(at), ...ordered(tokens), cost: usdText(cost) })
export const copyLine = ({ agent, session, key }: CopyRow): string => JSON.stringify({ type: 'copy', agent, session, key })
export const endLine = ({ entries, meters, copies, digest }: LedgerEnd): string => JSON.stringify({ type: 'end', entries, meters, copies, digest })

const ordered = ({ input, output, cacheRead, cacheWrite5m, cacheWrite1h }: MeterRow['tokens']): MeterRow['tokens'] => ({ input, output, cacheRead, cacheWrite5m, cacheWrite1h })

/** `field` is '' when the line as a whole is wrong. */
export interface LineFault { readonly field: string; readonly why: string }
export type ReadLine = { readonly ok: true; readonly line: LedgerLine } | ({ readonly ok: false } & LineFault)

/** Never throws: whatever the text is. */
export function readLine(text: string): ReadLine {
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch {
    return { ok: false, field: '', why: text.trimEnd().endsWith('}') ? 'is not JSON' : 'is cut off, or not JSON' }
  }
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return { ok: false, field: '', why: 'is not a JSON object' }
  const fields = new Fields(found as Readonly<Record<string, unknown>>)
  const line = lineFrom(fields)
  return fields.fault || !line ? { ok: false, ...(fields.fault ?? { field: 'type', why: `is no kind of line that a ledger file of format ${LEDGER_FORMAT} has` }) } : { ok: true, line }
}

function lineFrom(fields: Fields): LedgerLine | null {
  const type = fields.text('type')
  switch (type) {
    case 'purser-ledger': return { type, header: headerFrom(fields) }
    case 'entry': return { type, entry: entryFrom(fields) }
    case 'meter': return { type, meter: meterFrom(fields) }
    case 'copy': return { type, copy: { agent: fields.text('agent'), session: fields.text('session'), key: fields.named('key') } }
    case 'end': return { type, end: { entries: fields.count('entries'), meters: fields.count('meters'), copies: fields.count('copies'), digest: fields.matching('digest', /^sha256:[0-9a-f]{64}$/) } }
    case 'event': case 'lock': return { type }
    default: return null
  }
}

const headerFrom = (fields: Fields): LedgerHeader => ({
  format: fields.count('format'), purser: fields.text('purser'), node: fields.text('node'), exportedAt: fields.instant('exportedAt'),
  since: fields.maybeInstant('since'), until: fields.maybeInstant('until'), entries: fields.count('entries'),
})

const KINDS = ['usage', 'difference', 'moved', 'repriced', 'unlogged', 'counter'] as const satisfies readonly EntryKind[]

function entryFrom(fields: Fields): EntryDraft {
  const webSearches = fields.amount('webSearches')
  return {
    key: fields.named('key'), seq: fields.count('seq'), kind: fields.oneOf('kind', KINDS), at: fields.instant('at'), model: fields.text('model'),
    billing: { speed: fields.oneOf('speed', ['standard', 'fast']), tier: fields.oneOf('tier', ['standard', 'batch', 'priority']), geo: fields.matching('geo', /^[a-z0-9-]{0,32}$/), webSearches },
    tokens: tokensFrom(fields, 'amount'), webSearches, cost: fields.maybeMoney('cost'), card: fields.text('card'), responses: fields.amount('responses'),
    unpriced: fields.amount('unpriced'), partial: fields.amount('partial'), estimated: fields.amount('estimated'), sidechain: fields.flag('sidechain'), ...(fields.has('ownedAt') ? { ownedAt: fields.instant('ownedAt') } : {}),
    scope: Object.fromEntries(DIMENSIONS.map(name => [name, fields.text(name)])) as unknown as Scope,
  }
}

const meterFrom = (fields: Fields): MeterRow => ({
  agent: fields.named('agent'), session: fields.named('session'), model: fields.text('model'), path: fields.text('path'), at: fields.instant('at'),
  tokens: tokensFrom(fields, 'count'), cost: fields.money('cost'),
})

const tokensFrom = (fields: Fields, sign: 'amount' | 'count'): MeterRow['tokens'] => ({
  input: fields[sign]('input'), output: fields[sign]('output'), cacheRead: fields[sign]('cacheRead'), cacheWrite5m: fields[sign]('cacheWrite5m'), cacheWrite1h: fields[sign]('cacheWrite1h'),
})

/** What would act on a terminal, or pass for the separator of scopeKey. */
const holdsControls = (text: string): boolean => { for (let at = 0; at < text.length; at++) { const unit = text.charCodeAt(at); if (unit < 0x20 || unit === 0x7f) return true } return false }

/** Reads one object's fields; the first that is wrong is remembered, and a harmless value stands in for it. */
class Fields {
  fault: LineFault | null = null
  readonly #from: Readonly<Record<string, unknown>>
  constructor(from: Readonly<Record<string, unknown>>) { this.#from = from }

  /** Fields that came later, and are left out where they say nothing. */
  has(field: string): boolean { return this.#from[field] !== undefined }
  text(field: string): string {
    const value = this.#from[field]
    if (typeof value !== 'string') return this.#wrong(field, value === undefined ? 'is missing' : 'is no text', '')
    if (value.length > TEXT_MAX) return this.#wrong(field, `is longer than ${TEXT_MAX} characters`, '')
    return holdsControls(value) ? this.#wrong(field, 'holds control characters', '') : value
  }
  named(field: string): string { return this.text(field) || this.#wrong(field, 'is empty', '') }
  matching(field: string, form: RegExp): string {
    const value = this.text(field)
    return form.test(value) ? value : this.#wrong(field, `cannot be "${value.slice(0, 80)}"`, '')
  }
  oneOf<const T extends string>(field: string, choices: readonly T[]): T {
    const value = this.text(field)
    return choices.find(choice => choice === value) ?? this.#wrong(field, `cannot be "${value.slice(0, 80)}"; it is ${choices.join(', ')}`, choices[0] as T)
  }
  count(field: string): number { return this.#whole(field, 0, Number.MAX_SAFE_INTEGER) }
  /** A count that corrections may take away from. */
  amount(field: string): number { return this.#whole(field, -AMOUNT_MAX, AMOUNT_MAX) }
  flag(field: string): boolean {
    const value = this.#from[field]
    return typeof value === 'boolean' ? value : this.#wrong(field, 'is neither true nor false', false)
  }
  instant(field: string): Instant { return parseInstant(this.text(field)) ?? this.#wrong(field, 'is no instant like 2026-11-21T12:00:00.000Z', instant(0)) }
  maybeInstant(field: string): Instant | null { return this.#from[field] === null ? null : this.instant(field) }
  maybeMoney(field: string): NanoUsd | null { return this.#from[field] === null ? null : this.money(field) }
  money(field: string): NanoUsd {
    const value = this.text(field), digits = value.startsWith('-') ? value.slice(1) : value
    // Nine digits before the point: any of them fits 64 bits.
    if (!/^\d{1,9}\.\d{2,9}$/.test(digits)) return this.#wrong(field, 'is no amount of US dollars like "0.0123"', nanoUsd(0n))
    return value.startsWith('-') ? nanoUsd(-parseUsd(digits)) : parseUsd(digits)
  }

  #whole(field: string, least: number, most: number): number {
    const value = this.#from[field]
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
    return this.#wrong(field, value === undefined ? 'is missing' : `cannot be ${JSON.stringify(value)?.slice(0, 40)}`, 0)
  }
  #wrong<T>(field: string, why: string, instead: T): T {
    this.fault ??= { field, why }
    return instead
  }
}
// A sum of a session's corrections, not one answer: room for many times the largest.
const AMOUNT_MAX = TOKEN_COUNT_MAX * 1_000
