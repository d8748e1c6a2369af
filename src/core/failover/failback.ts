// The way back to the account that work left: an intent with a time, kept in a row, for exactly the choice that was in force
// when it was made. It fires once, after the primary was measured anew; whatever a person does meanwhile ends it.
import { instant, type Instant } from '../time.ts'
import { recoversAt, type Candidate } from './candidate.ts'
import { REMEASURE_MS } from './decide.ts'
import { objections, type GuardSituation } from './guards.ts'
import type { FailoverSettings } from './policy.ts'

export interface ReturnIntent {
  readonly agent: string
  /** The move that is undone. */
  readonly failover: string
  readonly from: string
  readonly to: string
  /** Of the account in use that this intent was made for. */
  readonly generation: number
  readonly dueAt: Instant
  readonly madeAt: Instant
}

export type ReturnDecision =
  | { readonly do: 'wait'; readonly dueAt: Instant; readonly because: string }
  | { readonly do: 'cancel'; readonly because: string }
  | { readonly do: 'return' }

/** When to go back: after the reset that was known and its margin, and not inside the cooldown. */
export function returnDueAt({ recoversAt: ready, at }: { readonly recoversAt: Instant | null; readonly at: Instant }, { returnMarginMs, cooldownMs }: Pick<FailoverSettings, 'returnMarginMs' | 'cooldownMs'>): Instant {
  return instant(Math.max(ready === null ? at + REMEASURE_MS : ready + returnMarginMs, at + cooldownMs))
}

export interface ReturnFacts extends Omit<GuardSituation, 'from'> {
  readonly intent: ReturnIntent
  /** The account in use now; null = none was ever chosen. */
  readonly inUse: { readonly account: string; readonly generation: number } | null
  /** undefined where the configuration does not name them any more. */
  readonly primary: Candidate | undefined
  readonly standby: Candidate | undefined
  /** Somebody is in the middle of a turn on the standby. */
  readonly busy: boolean
}

// Looked at again after so long when a session is in the middle of a turn.
const BUSY_MS = 60_000

export function decideReturn(facts: ReturnFacts): ReturnDecision {
  const { intent, inUse, primary, standby, busy, now } = facts
  if (!primary || !standby) return { do: 'cancel', because: 'the configuration does not name both accounts any more' }
  if (inUse === null || inUse.generation !== intent.generation) return { do: 'cancel', because: 'another account was chosen meanwhile' }
  if (inUse.account !== intent.from) return { do: 'cancel', because: 'work is on another account already' }
  if (standby.record.pinnedAt !== null) return { do: 'wait', dueAt: instant(now + REMEASURE_MS), because: `${intent.from} is pinned` }
  if (intent.dueAt > now) return { do: 'wait', dueAt: intent.dueAt, because: 'its time has not come' }
  const against = objections(primary, { ...facts, from: standby })
  if (against.length > 0) {
    const ready = recoversAt(primary, facts.model, now)
    return { do: 'wait', dueAt: instant(ready !== null && ready > now ? ready : now + REMEASURE_MS), because: against.map(({ because }) => because).join(', and ') }
  }
  return busy ? { do: 'wait', dueAt: instant(now + BUSY_MS), because: 'a session is in the middle of a turn' } : { do: 'return' }
}
