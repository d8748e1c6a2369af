// The four guards that stand before an account becomes a target. Each says why not, in a few words, or nothing:
//
//   eligible      it is signed in as the one it was added as, nobody disabled it, no organisation decides over it, it is
//                 another login than the one to be left, and its quotas for this work are not spent
//   hysteresis    it is not nearly spent: work that arrives at 97 % leaves again within minutes
//   cooldown      it was not left a moment ago: inside one cooldown an account is left once, so no A-B-A
//   no return     if it was ever left for its quota, that quota has improved since: frozen figures never move work twice;
//                 and what was tried for this very exhaustion and given up is not tried for it again
//
// A person who names a target answers for the last three; eligibility holds for everybody.
import type { Instant } from '../time.ts'
import { instant, MINUTE_MS } from '../time.ts'
import { healthBeside, spentFor, usedFor, type Candidate } from './candidate.ts'
import { SPENT_BASIS_POINTS } from '../accounts/quota.ts'

/** That work left an account, and how full it was then. */
export interface Departure {
  readonly account: string
  readonly at: Instant
  /** Hundredths of a percent. */
  readonly used: number
  /** When its spent windows would start anew, as known then. */
  readonly recoversAt: Instant | null
}

export interface Objection {
  readonly guard: 'eligible' | 'hysteresis' | 'cooldown' | 'no_return'
  readonly because: string
  /** When this objection is known to be over by itself; null when nothing says so. */
  readonly until: Instant | null
  /** Only time is in its way: no person has to do anything. */
  readonly passes: boolean
}

export interface GuardSituation {
  readonly from: Candidate
  readonly model: string
  /** Newest first. */
  readonly departures: readonly Departure[]
  readonly cooldownMs: number
  readonly needsConversations: boolean
  /** Nobody watches this work: the account must have been named for that. */
  readonly unattended: boolean
  /** Accounts that were tried for this very exhaustion and given up. */
  readonly tried: readonly string[]
  readonly now: Instant
}

// Ten points: a window of five hours that is 90 % full lasts at most half an hour more at an even pace.
export const HYSTERESIS_BASIS_POINTS = 1_000
const THROTTLE_LOOK_MS = MINUTE_MS

/** Every objection, the gravest first. `byHand`: a person names this very account. */
export function objections(candidate: Candidate, situation: GuardSituation, byHand = false): readonly Objection[] {
  const eligible = eligibility(candidate, situation)
  if (eligible !== null) return [eligible]
  if (byHand) return []
  return [hysteresis(candidate, situation), cooldown(candidate, situation), noReturn(candidate, situation)].flatMap(each => each ?? [])
}

const never = (because: string): Objection => ({ guard: 'eligible', because, until: null, passes: false })

function eligibility(candidate: Candidate, situation: GuardSituation): Objection | null {
  const { account, record, shares } = candidate
  const { from, model, now } = situation
  if (account.name === from.account.name) return never('it is the account to be left')
  const health = healthBeside(candidate, now)
  if (health.state === 'throttled') return { guard: 'eligible', because: 'too many requests in this minute', until: instant(now + THROTTLE_LOOK_MS), passes: true }
  if (health.state !== 'ok') return never(UNFIT[health.state])
  if (record.found === '') return never('whose login it is cannot be told')
  if (record.found === from.record.found) return never('it is the same login as the one to be left, with the same quota')
  if (record.organisation && !account.organisation) return never('an organisation manages it, and organisation = true is not written')
  if (situation.unattended && account.unattended === '') return never('nobody agreed that work nobody watches may go there (unattended)')
  if (situation.needsConversations && !shares) return never('its home does not share the conversations')
  const spent = spentFor(candidate, model, now)
  if (spent.length === 0) return null
  const resets = spent.map(({ resetsAt }) => resetsAt)
  const until = resets.some(at => at === null) ? null : instant(Math.max(...resets.map(Number)))
  return { guard: 'eligible', because: 'its quota is spent too', until, passes: true }
}

const UNFIT = {
  exhausted: 'its quota is spent too', disabled: 'somebody disabled it', quarantined: 'another login is in its home than the one it was added with',
  auth_broken: 'nobody is signed in there, or the login does not work', unknown: 'its home has no login yet',
} as const

function hysteresis(candidate: Candidate, { model, now }: GuardSituation): Objection | null {
  const used = usedFor(candidate, model, now)
  if (used <= SPENT_BASIS_POINTS - HYSTERESIS_BASIS_POINTS) return null
  const resets = candidate.windows.flatMap(({ resetsAt }) => (resetsAt !== null && resetsAt > now ? [resetsAt] : []))
  return { guard: 'hysteresis', because: `${Math.floor(used / 100)} % of its quota is used already`, until: resets.length === 0 ? null : instant(Math.min(...resets)), passes: true }
}

const lastLeft = ({ account }: Candidate, departures: readonly Departure[]): Departure | null => departures.find(each => each.account === account.name) ?? null

function cooldown(candidate: Candidate, { departures, cooldownMs, now }: GuardSituation): Objection | null {
  const left = lastLeft(candidate, departures)
  // A clock that went back makes a departure of the future: that one cools down as if it were now.
  const over = left === null ? null : instant(Math.min(left.at, now) + cooldownMs)
  return over === null || over <= now ? null : { guard: 'cooldown', because: 'it was left a moment ago', until: over, passes: true }
}

function noReturn(candidate: Candidate, { departures, model, tried, now }: GuardSituation): Objection | null {
  if (tried.includes(candidate.account.name)) return { guard: 'no_return', because: 'it was tried for this already, and given up', until: null, passes: false }
  const left = lastLeft(candidate, departures)
  if (left === null || improved(candidate, left, model, now)) return null
  return { guard: 'no_return', because: 'it was left for its quota, and nothing says that this has improved', until: left.recoversAt, passes: true }
}

/** The reset that was known then has passed, or what is said since is clearly less. */
export function improved(candidate: Candidate, left: Departure, model: string, now: Instant): boolean {
  if (left.recoversAt !== null && left.recoversAt <= now) return true
  const since = candidate.windows.some(({ observedAt }) => observedAt > left.at)
  return since && usedFor(candidate, model, now) <= left.used - HYSTERESIS_BASIS_POINTS
}
