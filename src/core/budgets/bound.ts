// How far past its limit a budget can get before purser stops it, said out loud beside the limit. Made of the largest
// request each running model takes; where a part is measured rather than proven the whole is an estimate, and where
// nothing would stop the spending there is no number at all.
import type { Pricer } from '../ledger/posting.ts'
import { divideHalfUp, nanoUsd, usdShort, ZERO_USD, type NanoUsd } from '../money.ts'
import { MINUTE_MS, type Instant } from '../time.ts'
import { NO_TOKENS } from '../usage/tokens.ts'
import { STANDARD_BILLING, type Billing } from '../usage/usage-event.ts'
import type { Budget } from './budget.ts'
import type { ModelLimits } from './model-limits.ts'

/** A session that may spend on the budget now. */
export interface ActiveSession {
  /** Models it was seen to use, its subagents' included; none while it has not answered yet. */
  readonly models: readonly string[]
  /** How it is billed: a session in fast mode costs a multiple. */
  readonly speed: Billing['speed']
  /** Subagents that may have a request under way beside the main conversation. */
  readonly subagents: number
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
  /** Requests the save-work list lets a session make after the breach. */
  readonly saveWorkRequests: number
  /** What these sessions together spent per minute lately. */
  readonly burnPerMinute: NanoUsd
  readonly now: Instant
}

export interface BoundCard { readonly limits: ModelLimits; readonly price: Pricer }

export type EnforcementClass = 'O' | 'H'

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
  const enforcement: EnforcementClass = facts.hooks === 'heard' ? 'H' : 'O'
  const unstopped = whyUnstopped(facts, enforcement)
  if (unstopped !== null) return { kind: 'none', class: enforcement, because: unstopped }
  const sessions = facts.sessions.length > 0 ? facts.sessions : [IDLE]
  const worst = sessions.map(session => worstRequest(session, facts.now, card))
  if (worst.some(({ model }) => model === '')) return { kind: 'none', class: enforcement, because: 'no rate is known for any model with known limits; type: purser pricing diagnose' }
  const requests = enforcement === 'H' ? REQUESTS_BEFORE_HOOK : 1n
  let cost = 0n, unseen = 0n
  for (const [index, session] of sessions.entries()) {
    const each = (worst[index] as WorstRequest).cost
    const late = enforcement === 'H' ? BigInt(facts.saveWorkRequests) : 0n
    cost += each * (streamsOf(session) * requests + late)
    unseen += each * UNSEEN_REQUESTS
  }
  const stopMs = VISIBLE_MS + budget.graceMs + facts.signals.ladderMs
  if (enforcement === 'O') cost += divideHalfUp(facts.burnPerMinute * BigInt(stopMs), BigInt(MINUTE_MS))
  const assumed = facts.sessions.length === 0 ? ['no session is running: computed for one of the dearest model'] : worst.flatMap(({ unknown }) => unknown ?? [])
  const estimate = enforcement === 'O' || assumed.length > 0
  const said = [because(facts, enforcement, sessions, worst, stopMs), ...new Set(assumed)].join('; ')
  return { kind: estimate ? 'estimate' : 'bound', class: enforcement, cost: nanoUsd(cost), unseen: nanoUsd(unseen), because: said }
}

const IDLE: ActiveSession = { models: [], speed: 'standard', subagents: 0 }
const streamsOf = (session: ActiveSession): bigint => BigInt(1 + Math.max(0, session.subagents))

function whyUnstopped({ budget, hooks, signals }: BoundFacts, enforcement: EnforcementClass): string | null {
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
  const priced = session.models.map(model => ({ model, cost: requestCost(model, session.speed, now, card) }))
  const unknown = priced.find(({ cost }) => cost === null)?.model ?? (priced.length === 0 ? '' : null)
  const known = dearest(priced)
  if (unknown === null && known !== null) return { ...known, unknown: null }
  const standIn = dearest(card.limits.models.map(model => ({ model, cost: requestCost(model, session.speed, now, card) })))
  const worst = [known, standIn].flatMap(each => each ?? []).reduce((a, b) => (b.cost > a.cost ? b : a), { model: '', cost: ZERO_USD })
  const why = unknown === '' ? 'a session has not said its model' : `the limits or price of ${unknown} are not known`
  return { ...worst, unknown: `${why}: computed as ${worst.model}` }
}

function dearest(priced: readonly { model: string; cost: NanoUsd | null }[]): { model: string; cost: NanoUsd } | null {
  let found: { model: string; cost: NanoUsd } | null = null
  for (const { model, cost } of priced) if (cost !== null && (found === null || cost > found.cost)) found = { model, cost }
  return found
}

const PROMPT_COLUMNS = ['input', 'cacheWrite1h', 'cacheWrite5m', 'cacheRead'] as const

/** A full context in its dearest column and the longest answer, by the card's own rule: long-context tier and mode included. */
function requestCost(model: string, speed: Billing['speed'], now: Instant, { limits, price }: BoundCard): NanoUsd | null {
  const size = limits.of(model)
  if (!size) return null
  let most: NanoUsd | null = null
  for (const column of PROMPT_COLUMNS) {
    const tokens = { ...NO_TOKENS, [column]: size.contextTokens, output: size.outputTokens }
    // Where a model has no fast mode the card has no rate for it, and the session cannot be in it.
    const priced = [{ ...STANDARD_BILLING, speed }, STANDARD_BILLING].map(billing => price({ model, at: now, tokens, billing })).find(each => each.price === 'known')
    if (priced?.price === 'known' && (most === null || priced.cost > most)) most = priced.cost
  }
  return most
}

function because(facts: BoundFacts, enforcement: EnforcementClass, sessions: readonly ActiveSession[], worst: readonly WorstRequest[], stopMs: number): string {
  const streams = sessions.reduce((sum, session) => sum + Number(streamsOf(session)), 0)
  const most = worst.reduce((a, b) => (b.cost > a.cost ? b : a))
  const who = `${count(facts.sessions.length, 'session')}${streams > sessions.length ? ` with ${count(streams - sessions.length, 'subagent')}` : ''}`
  const request = `a request of ${most.model} costs at most ${usdShort(most.cost)}`
  if (enforcement === 'O') return `${who}; ${request}; about ${Math.ceil(stopMs / 1000)} s to stop at ${usdShort(facts.burnPerMinute)} a minute`
  const late = facts.saveWorkRequests > 0 ? ` and ${facts.saveWorkRequests} to save work` : ''
  return `${who}; ${request}; ${REQUESTS_BEFORE_HOOK} requests each before a hook sees the lock${late}`
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`
