// How far past its limit a budget can get before purser stops it, said out loud beside the limit. Made of the largest
// request each running model takes; where a part is measured rather than proven the whole is an estimate, and where
// nothing would stop the spending there is no number at all.
import { divideHalfUp, nanoUsd, usdShort, ZERO_USD, type NanoUsd } from '../money.ts'
import { MINUTE_MS, type Instant } from '../time.ts'
import { STANDARD_BILLING, type Billing } from '../usage/usage-event.ts'
import type { Budget } from './budget.ts'
import { dearest, dearestRequest, requestCost, type BoundCard } from './request-cost.ts'

/** A session that may spend on the budget now. */
export interface ActiveSession {
  /** Models it was seen to use, its subagents' included; none while it has not answered yet. */
  readonly models: readonly string[]
  /** How it is billed: a session in fast mode costs a multiple. */
  readonly speed: Billing['speed']
  /** Subagents that may have a request under way beside the main conversation. */
  readonly subagents: number
  /** Its hook has asked this budget before a request; from then on each of its requests is asked for. */
  readonly asks?: boolean
}

/**
 * heard: each of these sessions asks, as far as is known. silent: installed, and not heard. absent: not installed.
 * unanswered: no daemon runs that could hear one, or make a lock for it to find.
 */
export type HooksSeen = 'heard' | 'silent' | 'absent' | 'unanswered'

export interface BoundFacts {
  readonly budget: Budget
  readonly sessions: readonly ActiveSession[]
  readonly hooks: HooksSeen
  /** Signals would really be sent: armed, on a platform where we may. `ladderMs`: from the first rung to a dead process. */
  readonly signals: { readonly armed: boolean; readonly ladderMs: number }
  /** What is spent and held beyond the limit; never less than nothing. */
  readonly over: NanoUsd
  /** Requests the save-work list lets a session make after the breach. */
  readonly saveWorkRequests: number
  /** What these sessions together spent per minute lately. */
  readonly burnPerMinute: NanoUsd
  readonly now: Instant
}

export type EnforcementClass = 'O' | 'H' | 'R'

/**
 * bound: proven maxima only. estimate: rests on something measured or assumed, named in `because`. none: nothing stops
 * the spending. `cost` and `unseen` (requests no hook and no log shows, such as compaction) are separate terms.
 */
export type Bound =
  | { readonly kind: 'bound' | 'estimate'; readonly class: EnforcementClass; readonly cost: NanoUsd; readonly unseen: NanoUsd; readonly because: string }
  | { readonly kind: 'none'; readonly class: EnforcementClass; readonly because: string }

// One request is under way when the limit is crossed. Its log line becomes a lock 100 to 250 ms later, and a fast tool
// lets the conversation send one more before the next hook can see that lock.
const REQUESTS_BEFORE_HOOK = 2n
// Compaction is two requests and no log line; a title or a tool's own request is one (measured with the client's meter).
const UNSEEN_REQUESTS = 3n
// From the end of a response to the lock: log write, sweep hint, transaction, projection.
const VISIBLE_MS = 250

/** The class of a budget and the worst it can overspend. Never throws, never infinite. */
export function bound(facts: BoundFacts, card: BoundCard): Bound {
  const { budget } = facts
  const enforcement: EnforcementClass = facts.hooks !== 'heard' ? 'O' : budget.reserve === 'hooks' && budget.hard ? 'R' : 'H'
  const unstopped = whyUnstopped(facts, enforcement)
  if (unstopped !== null) return { kind: 'none', class: enforcement, because: unstopped }
  const sessions = facts.sessions.length > 0 ? facts.sessions : [IDLE]
  const worst = sessions.map(session => worstRequest(session, facts.now, card))
  if (worst.some(({ model }) => model === '')) return { kind: 'none', class: enforcement, because: 'no rate is known for any model with known limits; type: purser pricing diagnose' }
  let cost = enforcement === 'R' ? facts.over as bigint : 0n, unseen = 0n
  for (const [index, session] of sessions.entries()) {
    const each = (worst[index] as WorstRequest).cost
    cost += each * requestsOf(session, facts, enforcement)
    unseen += each * (UNSEEN_REQUESTS + (enforcement === 'R' ? streamsOf(session) - 1n : 0n))
  }
  const stopMs = VISIBLE_MS + budget.graceMs + facts.signals.ladderMs
  if (enforcement === 'O') cost += divideHalfUp(facts.burnPerMinute * BigInt(stopMs), BigInt(MINUTE_MS))
  const assumed = facts.sessions.length === 0 ? ['no session is running: computed for one of the dearest model'] : worst.flatMap(({ unknown }) => unknown ?? [])
  const estimate = enforcement === 'O' || assumed.length > 0 || (enforcement === 'R' && budget.estimate !== '')
  const said = [because(facts, enforcement, sessions, worst, stopMs), ...new Set(assumed)].join('; ')
  return { kind: estimate ? 'estimate' : 'bound', class: enforcement, cost: nanoUsd(cost), unseen: nanoUsd(unseen), because: said }
}

const IDLE: ActiveSession = { models: [], speed: 'standard', subagents: 0, asks: true }
const streamsOf = (session: ActiveSession): bigint => BigInt(1 + Math.max(0, session.subagents))

/** How many of its largest requests a session can make that nothing stops. */
function requestsOf(session: ActiveSession, { budget, saveWorkRequests }: BoundFacts, enforcement: EnforcementClass): bigint {
  const streams = streamsOf(session)
  if (enforcement === 'O') return streams
  if (enforcement === 'H') return streams * REQUESTS_BEFORE_HOOK + BigInt(saveWorkRequests)
  // One that was at work before the budget asked has a request under way, and another until its hook finds the marker.
  if (session.asks !== true) return streams * REQUESTS_BEFORE_HOOK
  // Of a maximum nothing is left over; of what is usual a request may cost more.
  return budget.estimate === '' ? 0n : streams
}

function whyUnstopped({ budget, hooks, signals }: BoundFacts, enforcement: EnforcementClass): string | null {
  if (enforcement === 'R') return null
  if (budget.onBreach === 'warn') return 'on_breach is warn: a breach is told, nothing is stopped'
  if (!budget.hard) return 'hard is false: a breach is told, nothing is stopped'
  if (enforcement === 'H') return null
  if (hooks === 'unanswered') return 'no daemon is running, so no breach is noticed; type: purser up --detach'
  if (budget.onBreach === 'terminate' && signals.armed) return null
  const [why, cure] = hooks === 'silent' ? SILENT : ABSENT
  return budget.onBreach === 'deny' ? `${why}, and only hooks can deny; ${cure}` : `${why}, and signals are in dry-run; ${cure}; or type: purser arm`
}

// A hook that finds nothing locked answers by itself and is not heard: sessions speak when they start.
const SILENT = ['hooks are installed but none was heard in the last ten minutes', 'sessions older than the hooks go without them: start them anew, then see: purser hooks status'] as const
const ABSENT = ['no hooks are installed', 'type: purser hooks install'] as const

/** `model` is '' when nothing at all is known. */
interface WorstRequest { readonly model: string; readonly cost: NanoUsd; readonly unknown: string | null }

/** The dearest single request a session can make with the models it uses. */
function worstRequest(session: ActiveSession, now: Instant, card: BoundCard): WorstRequest {
  const billing = { ...STANDARD_BILLING, speed: session.speed }
  const priced = session.models.map(model => ({ model, cost: requestCost(model, billing, now, card) }))
  const unknown = priced.find(({ cost }) => cost === null)?.model ?? (priced.length === 0 ? '' : null)
  const known = dearest(priced)
  if (unknown === null && known !== null) return { ...known, unknown: null }
  const standIn = dearestRequest(billing, now, card)
  const worst = [known, standIn].flatMap(each => each ?? []).reduce((a, b) => (b.cost > a.cost ? b : a), { model: '', cost: ZERO_USD })
  const why = unknown === '' ? 'a session has not said its model' : `the limits or price of ${unknown} are not known`
  return { ...worst, unknown: `${why}: computed as ${worst.model}` }
}

function because(facts: BoundFacts, enforcement: EnforcementClass, sessions: readonly ActiveSession[], worst: readonly WorstRequest[], stopMs: number): string {
  const streams = sessions.reduce((sum, session) => sum + Number(streamsOf(session)), 0)
  const most = worst.reduce((a, b) => (b.cost > a.cost ? b : a))
  const who = `${count(facts.sessions.length, 'session')}${streams > sessions.length ? ` with ${count(streams - sessions.length, 'subagent')}` : ''}`
  const request = `a request of ${most.model} costs at most ${usdShort(most.cost)}`
  if (enforcement === 'R') return reservedBecause(facts, sessions, { who, request })
  if (enforcement === 'O') return `${who}; ${request}; about ${Math.ceil(stopMs / 1000)} s to stop at ${usdShort(facts.burnPerMinute)} a minute`
  const late = facts.saveWorkRequests > 0 ? ` and ${facts.saveWorkRequests} to save work` : ''
  return `${who}; ${request}; ${REQUESTS_BEFORE_HOOK} requests each before a hook sees the lock${late}`
}

function reservedBecause({ budget, over, sessions: running }: BoundFacts, sessions: readonly ActiveSession[], { who, request }: { readonly who: string; readonly request: string }): string {
  const late = sessions.filter(({ asks }) => asks !== true).length
  return [
    `${who}; before each request its hook holds ${budget.estimate === '' ? 'the most it may cost' : 'what 95 of 100 of the session cost'}, and what does not fit is not sent; ${request}`,
    ...(late > 0 ? [`${late} of ${running.length} ${late === 1 ? 'has' : 'have'} not asked yet: ${REQUESTS_BEFORE_HOOK} requests each`] : []),
    ...(over > 0n ? [`${usdShort(over)} is spent and held beyond the limit`] : []),
    `unseen are compaction, titles and what follows a subagent's report: ${UNSEEN_REQUESTS} requests each${sessions.some(({ subagents }) => subagents > 0) ? ', one more for each subagent' : ''}`,
  ].join('; ')
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`
