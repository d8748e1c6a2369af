// May work go to this account? What is known of it, kept as a record, and what follows from it, always derived.
//
//   disabled      a person said so; only a person takes it back
//   quarantined   the login in its home is another one than the one it was added with: its figures are somebody else's
//   auth_broken   nobody is signed in, or the client said that the login no longer works; over when somebody signs in
//                 (the login's file changed) or a response of it was seen since
//   unknown       nobody has looked at its home yet, or there is no such home
//   exhausted     a quota window of it is spent: until the latest reset of its spent windows, or not known until when. The
//                 window of one model exhausts that model alone: others go on, so the account is not exhausted by it
//   throttled     too much in a minute; waiting helps, and nothing is moved for it
//   ok            none of these
//
// The first that holds is the state. A fault of the vendor or the network never changes any of it.
import { instant, MINUTE_MS, type Instant } from '../time.ts'
import type { AccountKey } from './account.ts'
import type { FoundLogin, LoginKind } from './identity.ts'
import { isOver, limitsModel, windowMinutes, type QuotaWindow } from './quota.ts'

export interface AccountRecord extends AccountKey {
  /** Of the login it was added with, or first seen with; '' = none yet. */
  readonly expected: string
  readonly found: string
  readonly kind: LoginKind | ''
  readonly organisation: boolean
  readonly homeExists: boolean
  readonly signIn: string
  readonly lookedAt: Instant | null
  /** `signIn`: of the login that was refused. */
  readonly broken: { readonly at: Instant; readonly signIn: string; readonly evidence: string } | null
  readonly throttledUntil: Instant | null
  readonly disabled: { readonly at: Instant; readonly by: string; readonly reason: string } | null
  /** Work prefers it since then, until its quota is spent. */
  readonly pinnedAt: Instant | null
}

export const newRecord = ({ agent, account }: AccountKey): AccountRecord => ({
  agent, account, expected: '', found: '', kind: '', organisation: false, homeExists: false, signIn: '', lookedAt: null, broken: null, throttledUntil: null, disabled: null, pinnedAt: null,
})

export type Health =
  | { readonly state: 'ok' }
  | { readonly state: 'throttled'; readonly until: Instant }
  /** `until` null: no reset is known. */
  | { readonly state: 'exhausted'; readonly windows: readonly QuotaWindow[]; readonly until: Instant | null }
  | { readonly state: 'unknown'; readonly because: 'never_looked' | 'no_home' }
  | { readonly state: 'auth_broken'; readonly because: 'no_login' | 'refused'; readonly since: Instant | null; readonly evidence: string }
  | { readonly state: 'quarantined'; readonly expected: string; readonly found: string }
  | { readonly state: 'disabled'; readonly since: Instant; readonly by: string; readonly reason: string }
export type HealthState = Health['state']

/** `windows`: of this account. */
export function healthOf(record: AccountRecord, windows: readonly QuotaWindow[], now: Instant): Health {
  const { disabled, expected, found, broken, lookedAt, homeExists } = record
  if (disabled) return { state: 'disabled', since: disabled.at, by: disabled.by, reason: disabled.reason }
  if (isForeign(record)) return { state: 'quarantined', expected, found }
  if (lookedAt !== null && homeExists && record.kind === '') return { state: 'auth_broken', because: 'no_login', since: null, evidence: '' }
  if (broken && !windows.some(window => answeredSince(window, broken.at))) return { state: 'auth_broken', because: 'refused', since: broken.at, evidence: broken.evidence }
  if (lookedAt === null) return { state: 'unknown', because: 'never_looked' }
  if (!homeExists) return { state: 'unknown', because: 'no_home' }
  const spent = windows.filter(window => window.exhausted && !isOver(window, now) && limitsModel(window, ''))
  if (spent.length > 0) return { state: 'exhausted', windows: spent, until: readyAt(spent) }
  return record.throttledUntil !== null && record.throttledUntil > now ? { state: 'throttled', until: record.throttledUntil } : { state: 'ok' }
}

/** Another login than the expected one lies in the home. */
export const isForeign = ({ expected, found }: Pick<AccountRecord, 'expected' | 'found'>): boolean => expected !== '' && found !== '' && expected !== found

/** The latest reset of windows that are all spent; null when one of them has none, since then nothing is proven. */
export function readyAt(spent: readonly QuotaWindow[]): Instant | null {
  if (spent.length === 0 || spent.some(({ resetsAt }) => resetsAt === null)) return null
  return instant(spent.reduce((latest, { resetsAt }) => Math.max(latest, resetsAt ?? 0), 0))
}

/** A share that was not refused is only ever said beside a response. A status line repeats its last one, so it proves nothing. */
const answeredSince = ({ observedAt, exhausted, evidence }: QuotaWindow, since: Instant): boolean => !exhausted && observedAt > since && (evidence === 'log' || evidence === 'stream')

/** After a look at its home. The first login ever found is the one that is expected from then on. */
export function afterLook(record: AccountRecord, login: FoundLogin): AccountRecord {
  const { fingerprint, kind, organisation, signIn, homeExists, lookedAt } = login
  const broken = record.broken !== null && record.broken.signIn !== signIn ? null : record.broken
  return { ...record, expected: record.expected === '' ? fingerprint : record.expected, found: fingerprint, kind, organisation, signIn, homeExists, lookedAt, broken }
}

/** After a client said that its login does not work. What is older than the sign-in in force says nothing about it. */
export function afterRefusedLogin(record: AccountRecord, { at, evidence }: { readonly at: Instant; readonly evidence: string }): AccountRecord {
  if (record.broken !== null && record.broken.at >= at) return record
  return { ...record, broken: { at, signIn: record.signIn, evidence } }
}

// Vendors count the minute; nothing says how much of it is left.
const THROTTLE_MS = MINUTE_MS

export function afterThrottle(record: AccountRecord, at: Instant): AccountRecord {
  const until = instant(at + THROTTLE_MS)
  return record.throttledUntil !== null && record.throttledUntil >= until ? record : { ...record, throttledUntil: until }
}

/** A person says that the login there now is the right one. */
export const accepted = (record: AccountRecord): AccountRecord => ({ ...record, expected: record.found, broken: null })

/** Windows of one account, longest first: what refuses longest is said first. */
export const windowsOf = (windows: readonly QuotaWindow[], { agent, account }: AccountKey): readonly QuotaWindow[] =>
  windows.filter(window => window.agent === agent && window.account === account).toSorted((a, b) => (windowMinutes(b) ?? 0) - (windowMinutes(a) ?? 0))
