// The port to balances: what a budget's measure has spent in a window. Derived from entries, kept so that judging a
// batch costs one row per budget touched instead of a sum over the ledger.
import type { NanoUsd } from '../money.ts'
import type { Instant } from '../time.ts'
import type { Work } from './work.ts'

/** Rolling windows have one row at start 0 whose `through` is the left edge already subtracted. */
export interface BalanceKey { readonly measure: string; readonly perValue: string; readonly windowStart: Instant }
export interface Balance extends BalanceKey {
  readonly windowEnd: Instant | null
  readonly through: Instant
  readonly spent: NanoUsd
  /** The part of `spent` that rests on estimated tokens: it may warn, never stop. */
  readonly estimated: NanoUsd
  readonly unpriced: number
  /** Responses whose end is not in the log (yet): like those without a price, they make `spent` a lower bound. */
  readonly partial: number
  readonly responses: number
}
export interface BalanceDelta { readonly spent: bigint; readonly estimated: bigint; readonly unpriced: number; readonly partial: number; readonly responses: number }

/** A balance's difference with one more entry. */
export const addedUp = (delta: BalanceDelta, { cost, estimated, unpriced, partial, responses }: { readonly cost: bigint | null; readonly estimated: number; readonly unpriced: number; readonly partial: number; readonly responses: number }): BalanceDelta => ({
  spent: delta.spent + (cost ?? 0n), estimated: delta.estimated + (estimated === 0 ? 0n : (cost ?? 0n)), unpriced: delta.unpriced + unpriced, partial: delta.partial + partial, responses: delta.responses + responses,
})

export interface BalanceStore {
  /** Adds to a balance, making it when absent, and returns it as the database now holds it. */
  add(key: BalanceKey, window: { end: Instant | null; through: Instant }, delta: BalanceDelta): Work<Balance>
  /** Adds to a balance that exists (a closed window's late entry); undefined when there is none. */
  addToExisting(key: BalanceKey, delta: BalanceDelta): Work<Balance | undefined>
  /** Moves a rolling balance's left edge, taking `delta` (what fell out) off. */
  advance(key: BalanceKey, through: Instant, delta: BalanceDelta): Work<Balance | undefined>
  ofMeasure(measure: string): Work<readonly Balance[]>
  clear(measure: string): Work<void>
  /** Measures whose balances are being kept; anything else must be computed from the entries first. */
  measures(): Work<ReadonlySet<string>>
  setMeasured(measure: string, since: Instant): Work<void>
  /** Its balances are not kept any more: whoever wants them again computes them from the entries. */
  forget(measure: string): Work<void>
}
