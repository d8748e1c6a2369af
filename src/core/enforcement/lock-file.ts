// The text of a projected lock or marker: everything a hook needs to decide while the daemon is down. A projection of
// database rows, never a source. One JSON field a line, so that the hook script, which has no JSON parser, can still
// find the two lines it needs when even its small program is missing.
import type { OnBreach, Selector, WindowKind } from '../budgets/budget.ts'
import { parseGlob } from '../budgets/glob.ts'
import { SELECTOR_DIMENSIONS } from '../budgets/selector.ts'
import type { NanoUsd } from '../money.ts'
import type { Instant } from '../time.ts'
import { isWholeRoot, rootsOf, type Reach } from './lock-reach.ts'
import type { Lock } from './lock.ts'
import type { SaveWork, SaveWorkLimits } from './save-work.ts'

/** Why the script has to ask although nothing is locked. */
export type MarkerReason = 'closed' | 'near' | 'reservation' | 'claim'

export interface ProjectedLock {
  readonly kind: 'lock'
  readonly lock: Lock
  /** Project roots known to be covered when the selector is a pattern or a display name. */
  readonly roots: readonly string[]
  readonly saveWork: SaveWork
  /** This machine's id: a hook without a database does not know it. */
  readonly node: string
}
export interface Marker extends Reach {
  readonly kind: 'marker'
  readonly why: MarkerReason
  readonly rule: string
  readonly roots: readonly string[]
  readonly node: string
}
export type Projected = ProjectedLock | Marker

export type ReadLockFile = { readonly ok: true; readonly projected: Projected } | { readonly ok: false; readonly problem: string }

/** Raised when a field changes its meaning; a file of another format is damaged to us and rebuilt. */
const FORMAT = 1
/** Far above what 1,000 roots need; a larger file is not ours. */
export const LOCK_FILE_CHARS_MAX = 1_048_576
const ID = /^[A-Za-z0-9_-]{1,80}$/

/** Lock ids become file names; anything but our own alphabet is refused there. */
export const isLockId = (id: string): boolean => ID.test(id)

export function lockFileText(projected: Projected): string {
  const { kind, roots, node } = projected
  if (kind === 'marker') {
    const { why, rule, selector, per, perValue } = projected
    return text({ format: FORMAT, kind, why, failMode: why === 'closed' ? 'closed' : 'open', ...foldersOf(projected, roots), rule, selector, per, perValue, node })
  }
  const { lock, saveWork } = projected
  const { id, rule, ruleVersion, selector, per, perValue, reason, onBreach, failMode, lockedAt, expiresAt, graceUntil, needsConfirmation } = lock
  return text({
    format: FORMAT, kind, id, failMode, ...foldersOf(lock, roots), rule, ruleVersion, selector, per, perValue,
    window: { kind: lock.window.kind, start: lock.window.start, end: lock.window.end, zone: lock.window.zone },
    reason, limit: lock.limit.toString(), spent: lock.spent.toString(), onBreach, lockedAt, expiresAt, graceUntil, needsConfirmation,
    saveWork: { entries: saveWork.entries, limits: saveWork.limits }, node,
  })
}

const text = (fields: Record<string, unknown>): string => `${JSON.stringify(fields, null, 1)}\n`

/** `byFolder`: being in one of the roots (or anywhere, with no selector) is proof enough, so that the script may say it. */
function foldersOf(reach: Reach, known: readonly string[]): { everywhere: boolean; byFolder: boolean; roots: readonly string[] } {
  const narrowed = Object.keys(reach.selector).some(dimension => dimension !== 'project') || (reach.per !== '' && reach.per !== 'project')
  const roots = [...new Set([...rootsOf(reach), ...known.filter(isWholeRoot)])].toSorted()
  return { everywhere: !narrowed && reach.selector.project === undefined && reach.per === '', byFolder: !narrowed, roots }
}

/** Reads a projected file. Never throws; a file that does not say everything is damaged, never half a lock. */
export function readLockFile(content: string): ReadLockFile {
  if (content.length > LOCK_FILE_CHARS_MAX) return { ok: false, problem: `longer than ${LOCK_FILE_CHARS_MAX} characters` }
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch {
    return { ok: false, problem: content.trim() === '' ? 'empty' : 'not JSON' }
  }
  try {
    const fields = new Fields(value, '')
    if (fields.number('format') !== FORMAT) return { ok: false, problem: 'written by another version of purser' }
    return { ok: true, projected: fields.oneOf('kind', ['lock', 'marker']) === 'lock' ? lockOf(fields) : markerOf(fields) }
  } catch (error) {
    if (error instanceof Damaged) return { ok: false, problem: error.message }
    throw error
  }
}

function markerOf(fields: Fields): Marker {
  return {
    kind: 'marker', why: fields.oneOf('why', ['closed', 'near', 'reservation', 'claim']), rule: fields.text('rule'),
    ...reachOf(fields), roots: fields.texts('roots'), node: fields.text('node'),
  }
}

function lockOf(fields: Fields): ProjectedLock {
  const window = fields.inside('window')
  const saveWork = fields.inside('saveWork')
  const limits = saveWork.inside('limits')
  const id = fields.text('id')
  if (!isLockId(id)) throw new Damaged('id is not a lock id')
  const lock: Lock = {
    id, rule: fields.text('rule'), ruleVersion: fields.text('ruleVersion'), ...reachOf(fields),
    window: { kind: window.oneOf('kind', WINDOW_KINDS), start: window.instant('start'), end: window.maybeInstant('end'), zone: window.text('zone') },
    reason: fields.text('reason'), limit: fields.money('limit'), spent: fields.money('spent'),
    onBreach: fields.oneOf('onBreach', ON_BREACH), failMode: fields.oneOf('failMode', ['open', 'closed']),
    lockedAt: fields.instant('lockedAt'), expiresAt: fields.maybeInstant('expiresAt'), graceUntil: fields.instant('graceUntil'),
    needsConfirmation: fields.flag('needsConfirmation'), released: null,
  }
  const bounds: SaveWorkLimits = { save: limits.count('save'), deny: limits.count('deny'), batch: limits.count('batch') }
  return { kind: 'lock', lock, roots: fields.texts('roots'), saveWork: { entries: saveWork.texts('entries'), limits: bounds }, node: fields.text('node') }
}

const WINDOW_KINDS: readonly WindowKind[] = ['day', 'week', 'month', '5h', '24h', '7d', 'lifetime']
const ON_BREACH: readonly OnBreach[] = ['warn', 'deny', 'terminate']

function reachOf(fields: Fields): Reach {
  const inside = fields.inside('selector')
  const selector: { -readonly [D in keyof Selector]: Selector[D] } = {}
  for (const dimension of SELECTOR_DIMENSIONS) if (inside.has(dimension)) selector[dimension] = inside.glob(dimension)
  // A selector we do not understand is wider than what was written: refuse it instead of locking too much.
  if (inside.names().length !== Object.keys(selector).length) throw new Damaged('selector has an unknown dimension')
  return { selector, per: fields.text('per'), perValue: fields.text('perValue') }
}

class Damaged extends Error {}

/** Typed access to a parsed object; whatever is not as written is damage. */
class Fields {
  readonly #values: Readonly<Record<string, unknown>>
  readonly #path: string
  constructor(value: unknown, path: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Damaged(`${path || 'the file'} is not an object`)
    this.#values = value as Readonly<Record<string, unknown>>
    this.#path = path
  }
  has(name: string): boolean { return Object.hasOwn(this.#values, name) }
  names(): readonly string[] { return Object.keys(this.#values) }
  inside(name: string): Fields { return new Fields(this.#get(name), `${this.#path}${name}.`) }
  text(name: string): string { return this.#must(name, this.#get(name), (value): value is string => typeof value === 'string', 'text') }
  glob(name: string): string { return this.#must(name, this.text(name), (value): value is string => typeof value === 'string' && parseGlob(value).ok, 'a pattern') }
  flag(name: string): boolean { return this.#must(name, this.#get(name), (value): value is boolean => typeof value === 'boolean', 'true or false') }
  number(name: string): number { return this.#must(name, this.#get(name), (value): value is number => Number.isSafeInteger(value), 'a whole number') }
  count(name: string): number { return this.#must(name, this.number(name), (value): value is number => typeof value === 'number' && value >= 0 && value <= 1_000, 'a count') }
  instant(name: string): Instant { return this.number(name) as Instant }
  maybeInstant(name: string): Instant | null { return this.#get(name) === null ? null : this.instant(name) }
  texts(name: string): readonly string[] {
    return this.#must(name, this.#get(name), (value): value is string[] => Array.isArray(value) && value.every(one => typeof one === 'string'), 'a list of texts')
  }
  money(name: string): NanoUsd {
    const digits = this.#must(name, this.text(name), (value): value is string => typeof value === 'string' && /^-?\d{1,19}$/.test(value), 'nano-USD')
    return BigInt(digits) as NanoUsd
  }
  oneOf<T extends string>(name: string, allowed: readonly T[]): T {
    return this.#must(name, this.#get(name), (value): value is T => allowed.includes(value as T), `one of ${allowed.join(', ')}`)
  }
  #get(name: string): unknown {
    if (!Object.hasOwn(this.#values, name)) throw new Damaged(`${this.#path}${name} is missing`)
    return this.#values[name]
  }
  #must<T>(name: string, value: unknown, holds: (value: unknown) => value is T, wanted: string): T {
    if (!holds(value)) throw new Damaged(`${this.#path}${name} is not ${wanted}`)
    return value
  }
}
