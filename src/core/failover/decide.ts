// What follows from an account whose quota is spent: stay, wait for its reset, move, or be stranded. Pure, and the same for
// a plan that is only shown, a run by hand and the daemon: what is shown is what would be done.
//
//   stay      it is not spent for this work
//   wait      it recovers so soon that moving would cost more than it saves
//   move      to the first account in order (pinned, then as written) that no guard objects to
//   strand    every account is in somebody's way: until the earliest time at which one is known to be free again; where
//             nothing says such a time, it is measured anew every half hour, without a request
import { instant, MINUTE_MS, type Instant } from '../time.ts'
import { recoversAt, spentFor, usedFor, type Candidate } from './candidate.ts'
import { objections, type Departure, type GuardSituation, type Objection } from './guards.ts'

export interface Situation extends GuardSituation {
  /** Of this agent, in the order of the file; the one to be left is among them. */
  readonly candidates: readonly Candidate[]
  readonly waitMs: number
}

export interface PassedOver { readonly account: string; readonly objections: readonly Objection[] }

export type Decision =
  | { readonly do: 'stay'; readonly because: string }
  | { readonly do: 'wait'; readonly until: Instant; readonly passed: readonly PassedOver[] }
  | { readonly do: 'move'; readonly to: Candidate; readonly passed: readonly PassedOver[] }
  | { readonly do: 'strand'; readonly wakeAt: Instant; /** A reset says so; else it is only the next look. */ readonly proven: boolean; readonly passed: readonly PassedOver[] }

/** With no reset known, quotas are looked at again after so long. */
export const REMEASURE_MS = 30 * MINUTE_MS
// Clients go on 60 to 105 s after the reset that they print.
export const RESET_MARGIN_MS = MINUTE_MS

/** `target`: a person names it, and so answers for all but eligibility. */
export function decide(situation: Situation, target?: string): Decision {
  const { from, model, now, waitMs } = situation
  if (target !== undefined) return toNamed(situation, target)
  if (spentFor(from, model, now).length === 0) return { do: 'stay', because: `${Math.floor(usedFor(from, model, now) / 100)} % of its quota is used, so nothing has to move` }
  const ready = recoversAt(from, model, now)
  const passed: PassedOver[] = []
  let to: Candidate | null = null
  for (const candidate of inPreference(situation.candidates)) {
    if (candidate.account.name === from.account.name) continue
    const against = objections(candidate, situation)
    if (against.length > 0) passed.push({ account: candidate.account.name, objections: against })
    else to ??= candidate
  }
  if (ready !== null && ready - now <= waitMs) return { do: 'wait', until: instant(ready + RESET_MARGIN_MS), passed }
  return to === null ? stranded(situation, ready, passed) : { do: 'move', to, passed }
}

function toNamed(situation: Situation, target: string): Decision {
  const candidate = situation.candidates.find(({ account }) => account.name === target)
  if (!candidate) return { do: 'stay', because: `there is no account ${target}` }
  const against = objections(candidate, situation, true)
  return against.length === 0 ? { do: 'move', to: candidate, passed: [] } : { do: 'stay', because: against.map(({ because }) => because).join(', and ') }
}

/** Pinned first, the one pinned last before all others; then the order they are given in. */
export const inPreference = (candidates: readonly Candidate[]): readonly Candidate[] =>
  candidates.toSorted((a, b) => Number(b.record.pinnedAt !== null) - Number(a.record.pinnedAt !== null) || (b.record.pinnedAt ?? 0) - (a.record.pinnedAt ?? 0))

function stranded({ now }: Situation, ready: Instant | null, passed: readonly PassedOver[]): Extract<Decision, { do: 'strand' }> {
  const others = passed.filter(each => each.objections.every(({ passes }) => passes)).map(each => latest(each.objections.map(({ until }) => until)))
  const proven = [ready, ...others].filter(at => at !== null && at > now)
  if (proven.length === 0) return { do: 'strand', wakeAt: instant(now + REMEASURE_MS), proven: false, passed }
  return { do: 'strand', wakeAt: instant(Math.min(...proven.map(Number)) + RESET_MARGIN_MS), proven: true, passed }
}

const latest = (times: readonly (Instant | null)[]): Instant | null => (times.some(at => at === null) ? null : instant(Math.max(...times.map(Number))))

/** What is remembered of the account that work leaves now. */
export const departureOf = ({ from, model, now }: Pick<Situation, 'from' | 'model' | 'now'>): Departure =>
  ({ account: from.account.name, at: now, used: usedFor(from, model, now), recoversAt: recoversAt(from, model, now) })

/** The name of one exhaustion: the same words about it begin one move, not several. */
export function episodeOf({ from, model, now }: Pick<Situation, 'from' | 'model' | 'now'>): string {
  const spent = spentFor(from, model, now).map(({ window, resetsAt }) => `${window}@${resetsAt === null ? '' : Math.round(resetsAt / MINUTE_MS)}`).toSorted()
  return [from.account.agent, from.account.name, ...spent].join(' ')
}
