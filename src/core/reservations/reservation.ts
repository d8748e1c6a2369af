// Money promised and not spent yet. Pending until what came of it is known: settled (it was spent, more or less), released
// (it was not) or expired (its owner is gone). A settlement that comes after the end still posts: money that was spent is
// a fact. Pure: what the states mean and which change is legal; who may hold what is the budgets' to say.
import { nanoUsd, type NanoUsd, ZERO_USD } from '../money.ts'
import type { Scope } from '../scope.ts'
import type { Instant } from '../time.ts'
import type { Owner, OwnerLiveness } from './owner.ts'

/**
 * Set where the spending will show in an agent's log: what the log proves from `from` on is taken off what is held, so
 * that money is never held and spent at once, and a settlement posts nothing of its own.
 */
export interface Covers {
  readonly agent: string
  readonly session: string
  /** Which of its streams of requests: WHOLE_SESSION, the main conversation (''), NEW_SUBAGENT, or a subagent's id. */
  readonly stream: string
  readonly from: Instant
  /** Settled by itself once the log shows so many whole responses of the main conversation; null: only by its owner. */
  readonly responses: number | null
}

/** All that a session spends, its subagents included. */
export const WHOLE_SESSION = '*'
/** A subagent that is about to be started and has not said its id. */
export const NEW_SUBAGENT = '+'

/** A call that a hook asked for: it waits for one answer in one stream. */
export const isCall = ({ covers }: Pick<ReservationCore, 'covers'>): boolean => covers !== null && covers.stream !== WHOLE_SESSION

/** What of it a budget holds: one for each balance it was checked against. */
export interface Part {
  /** The budget that was asked; several that share a balance hold once. */
  readonly budget: string
  readonly measure: string
  readonly perValue: string
}

export type ReservationState =
  | { readonly state: 'pending' }
  | { readonly state: 'settled'; readonly actual: NanoUsd; readonly at: Instant; /** After it had ended already, or on a closed budget. */ readonly late: boolean }
  | { readonly state: 'released'; readonly at: Instant }
  | { readonly state: 'expired'; readonly at: Instant }

export interface ReservationCore {
  /** Made by the client: asking again with the same id is asking once. */
  readonly id: string
  readonly amount: NanoUsd
  /** Ids it was asked of; the rules that hold it beside them are in `parts`. */
  readonly budgets: readonly string[]
  readonly owner: Owner
  readonly scope: Scope
  /** Model it is for, '' when not said. */
  readonly model: string
  readonly covers: Covers | null
  readonly parts: readonly Part[]
  /** What the log has proven of it. Never more is held than `amount` minus this. */
  readonly proven: NanoUsd
  /** Whole responses the log has shown of it. */
  readonly responses: number
  readonly createdAt: Instant
  readonly expiresAt: Instant
  /** How long it is renewed for while its owner lives. */
  readonly ttlMs: number
  /** Digest of what was asked: the same id with another body is a conflict. */
  readonly body: string
}
export type Reservation = ReservationCore & ReservationState

/** What budgets hold for it now: nothing once it has ended, never below nothing. */
export function held({ state, amount, proven }: Pick<Reservation, 'state' | 'amount' | 'proven'>): NanoUsd {
  if (state !== 'pending') return ZERO_USD
  const left = amount - proven
  return left <= 0n ? ZERO_USD : left > amount ? amount : nanoUsd(left)
}

/** What a deadline that has passed does: an owner that may be alive keeps what it holds. */
export function afterDeadline(liveness: OwnerLiveness): 'renew' | 'expire' {
  return liveness === 'alive' || liveness === 'unknown' ? 'renew' : 'expire'
}

export type Ending = { readonly does: 'settle'; readonly late: boolean } | { readonly does: 'nothing' } | { readonly does: 'refuse'; readonly because: string }

/** A settlement always lands, except that the same reservation cannot have cost two different amounts. */
export function settling(reservation: Reservation, actual: NanoUsd): Ending {
  if (reservation.state !== 'settled') return { does: 'settle', late: reservation.state !== 'pending' }
  if (reservation.actual === actual) return { does: 'nothing' }
  return { does: 'refuse', because: `reservation ${reservation.id} was settled with another amount` }
}

/** Giving back what has ended already is nothing new; what was spent cannot be given back. */
export function releasing(reservation: Reservation): Exclude<Ending, { does: 'settle' }> | { readonly does: 'release' } {
  if (reservation.state === 'pending') return { does: 'release' }
  if (reservation.state !== 'settled') return { does: 'nothing' }
  return { does: 'refuse', because: `reservation ${reservation.id} is settled; what was spent cannot be given back` }
}
