// How a claim stands towards whoever asks: theirs, over, in force, or not known before its holder was looked at.
import { isOfAnotherBoot, type Liveness, type Seat } from '../machine/liveness.ts'
import type { ProcessIdentity } from '../machine/process-table.ts'
import type { Instant } from '../time.ts'
import { isNamed, sameSeat, type Claim, type Claimant, type HeldClaim, type Ticket } from './claim.ts'
import type { Resource } from './resource.ts'

/** What the store says: read in the very transaction that acts on it. */
export interface Board {
  readonly held: readonly HeldClaim[]
  /** In order of arrival. */
  readonly tickets: readonly Ticket[]
  /** The rows of the names asked for, free ones too; a name without a row was never claimed. */
  readonly rows: ReadonlyMap<string, Claim>
  /** The store's clock. */
  readonly now: Instant
}

/** What this machine knows: looked at before, since nothing can be looked at inside a transaction. */
export interface Known {
  readonly here: Seat
  liveness(process: Seat & ProcessIdentity): Liveness | 'unasked'
}

export interface Asked {
  readonly resources: readonly Resource[]
  readonly claimant: Claimant
  /** The place in the queue it already has; null before it waits, or where it does not. */
  readonly ticket: Ticket | null
  readonly waits: boolean
}

/**
 * own: the asker's. over: proven dead, lapsed on another machine, or a session that ended in the asker's own process.
 * unseen: its process has to be looked at. stands: everything else.
 */
export type Standing = 'own' | 'over' | 'stands' | 'unseen'

export function standingOf({ grant: { holder, strict, expiresAt } }: HeldClaim, claimant: Claimant | null, known: Known, now: Instant): Standing {
  if (claimant && sameSeat(holder, claimant)) return isSameSession(holder, claimant) ? 'own' : strict ? 'stands' : 'over'
  // A hook that names no process speaks for its session all the same.
  if (claimant && claimant.pid === 0 && holder.node === known.here.node && holder.agent === claimant.agent && holder.session === claimant.session) return 'own'
  if (strict) return 'stands'
  // Another machine's processes cannot be seen from here: only its lease speaks, on the store's clock.
  if (holder.node !== known.here.node) return expiresAt <= now ? 'over' : 'stands'
  if (isOfAnotherBoot(holder, known.here)) return 'over'
  const found = known.liveness(holder)
  return found === 'unasked' ? 'unseen' : found === 'dead' ? 'over' : 'stands'
}

/** One process runs one session at a time: another id means that the first has ended. Until an id is known it is the process. */
const isSameSession = (holder: Claimant, claimant: Claimant): boolean =>
  !isNamed(holder) || !isNamed(claimant) || (holder.agent === claimant.agent && holder.session === claimant.session)
