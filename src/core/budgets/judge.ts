// The rule of a budget: what a balance, as the database returned it, means now. Decides and does nothing; locks and
// actions follow from the verdict in enforcement/plan. Closed windows mean nothing any more.
import { usdText, nanoUsd, ZERO_USD, type NanoUsd } from '../money.ts'
import type { Instant } from '../time.ts'
import type { Budget, OnBreach } from './budget.ts'
import { isOpen, type Window } from './window.ts'

/** One balance of one budget, with everything its judgement depends on. */
export interface Judged {
  readonly budget: Budget
  readonly perValue: string
  /** The window the balance is of. */
  readonly window: Window
  readonly spent: NanoUsd
  /** The part of `spent` that rests on guessed token counts. */
  readonly estimated: NanoUsd
  readonly reserved: NanoUsd
  /** Responses in the window whose cost nobody knows yet. */
  readonly unpriced: number
  /** What a person added to the limit for this window. */
  readonly raised: NanoUsd
  /** Thresholds already told for this version of the rule and this window. */
  readonly alreadyAlerted: ReadonlySet<number>
}

export type BreachWhy = 'over_limit' | 'unpriced'

export interface Breach {
  readonly why: BreachWhy
  /** What to do: the rule's own action, or less where the facts do not carry it. */
  readonly act: OnBreach
  /** Why `act` is less than the rule's own; null when it is not. */
  readonly softened: 'soft_limit' | 'estimated' | 'unpriced' | null
  /** For people: amounts, never a scope. */
  readonly reason: string
}

export interface Verdict {
  /** closed: the window is over and nothing follows from it. exhausted: nothing remains. breached: more was spent. */
  readonly state: 'closed' | 'within' | 'exhausted' | 'breached'
  /** The limit with what was added to it. */
  readonly limit: NanoUsd
  /** Negative once overspent. */
  readonly remaining: NanoUsd
  /** Thresholds reached and not told yet, ascending. */
  readonly alerts: readonly number[]
  /** Why a request (never a fact) has to be refused; null when it may be granted as far as it fits. */
  readonly refuse: 'exhausted' | 'breached' | 'unpriced' | null
  readonly breach: Breach | null
}

/** Judges one balance at `now`. Alerts fire at >=, a breach needs strictly more than the limit. */
export function judge(judged: Judged, now: Instant): Verdict {
  const { budget, spent, reserved } = judged
  const limit = nanoUsd(budget.limit + judged.raised)
  const remaining = nanoUsd(limit - spent - reserved)
  if (!isOpen(judged.window, now)) return { state: 'closed', limit, remaining, alerts: [], refuse: null, breach: null }
  const breach = strongest(overLimit(judged, limit), unpricedUse(judged, limit))
  return {
    state: spent > limit ? 'breached' : remaining <= 0n ? 'exhausted' : 'within',
    limit, remaining, alerts: crossed(judged, limit), refuse: refusal(judged, limit), breach,
  }
}

/** What follows from a batch: one verdict per balance it touched, in the order they were first touched, the last value winning. */
export function judgeWindows(touched: readonly Judged[], now: Instant): readonly { readonly judged: Judged; readonly verdict: Verdict }[] {
  const latest = new Map<string, Judged>()
  for (const judged of touched) latest.set(`${judged.budget.id}\u001f${judged.window.start}\u001f${judged.perValue}`, judged)
  return [...latest.values()].map(judged => ({ judged, verdict: judge(judged, now) }))
}

function crossed({ budget, spent, alreadyAlerted }: Judged, limit: NanoUsd): readonly number[] {
  // A limit of 0 is reached by the first cent, not by nothing.
  if (spent <= 0n) return []
  return budget.thresholds.filter(percent => spent * 100n >= limit * BigInt(percent) && !alreadyAlerted.has(percent))
}

/** Spend that nobody guessed: only this may stop anything. */
const proven = ({ spent, estimated }: Judged): bigint => spent - (estimated > 0n ? estimated : ZERO_USD)

function refusal(judged: Judged, limit: NanoUsd): Verdict['refuse'] {
  if (!judged.budget.hard) return null
  if (proven(judged) > limit) return 'breached'
  if (limit - proven(judged) - judged.reserved <= 0n) return 'exhausted'
  return judged.budget.unpriced === 'deny' && judged.unpriced > 0 ? 'unpriced' : null
}

function overLimit(judged: Judged, limit: NanoUsd): Breach | null {
  const { budget, spent, unpriced } = judged
  if (spent <= limit) return null
  const atLeast = unpriced > 0 ? `at least ` : ''
  const reason = `spent ${atLeast}$${usdText(spent)} of $${usdText(limit)}`
  const softened = budget.onBreach === 'warn' ? null : !budget.hard ? 'soft_limit' : proven(judged) <= limit ? 'estimated' : null
  return { why: 'over_limit', act: softened ? 'warn' : budget.onBreach, softened, reason }
}

/**
 * Usage without a known price under `unpriced = "deny"`: the limit cannot be vouched for, so the scope is locked. Never
 * with a signal, because a model that came out this morning is no runaway.
 */
function unpricedUse({ budget, unpriced }: Judged, limit: NanoUsd): Breach | null {
  if (!budget.hard || budget.unpriced !== 'deny' || unpriced <= 0) return null
  const responses = unpriced === 1 ? '1 response has' : `${unpriced} responses have`
  return {
    why: 'unpriced', act: 'deny', softened: budget.onBreach === 'terminate' ? 'unpriced' : null,
    reason: `${responses} no known price, so the limit of $${usdText(limit)} cannot be vouched for (unpriced = "deny")`,
  }
}

const STRENGTH: Readonly<Record<OnBreach, number>> = { warn: 0, deny: 1, terminate: 2 }

function strongest(over: Breach | null, unpriced: Breach | null): Breach | null {
  if (!over || !unpriced) return over ?? unpriced
  return STRENGTH[unpriced.act] > STRENGTH[over.act] ? unpriced : over
}
