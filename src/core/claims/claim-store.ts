// The port to claims, places in the queue and generations. Every write that a holder's right depends on carries token
// and holder in the same statement, and tells whether it hit.
import type { Work } from '../ledger/work.ts'
import type { Seat } from '../machine/liveness.ts'
import type { KnownSession } from '../sessions/session-store.ts'
import type { Instant } from '../time.ts'
import type { Claim, Claimant, Fence, Grant, HeldClaim, Holder, Ticket } from './claim.ts'
import type { Resource } from './resource.ts'

/** As much of a session as says who runs in a process. */
export type BoundSession = Pick<KnownSession, 'agent' | 'id' | 'account' | 'cwd' | 'startTime' | 'proof' | 'seenAt'>

export interface ClaimStore {
  /**
   * Lets one transaction at a time decide about claims: what collides lies in many rows, so no row's own lock is enough.
   * To be the first statement of whatever grants. SQLite has one writer anyhow.
   */
  enter(): Work<void>
  /** The store's clock: of the database server where there is one, else what is given. */
  now(ours: Instant): Work<Instant>
  get(name: string): Work<Claim | null>
  held(): Work<readonly HeldClaim[]>
  /** All rows, free ones too, by name; at most `limit`. */
  all(limit: number): Work<readonly Claim[]>
  /** The next generation of this session, or the one it has in this very process. */
  generation(claimant: Claimant, at: Instant): Work<number>
  /** A grant with the next token, if the row still is as `row` says (null: there is none). Answers the token; null when it is not. */
  grant(resource: Resource, row: Claim | null, grant: Grant): Work<number | null>
  /** Sign of life; with what is given of reason and ttl. */
  renew(fence: Fence, change: { readonly renewedAt: Instant; readonly expiresAt: Instant; readonly reason: string; readonly ttlMs: number; readonly strict: boolean }): Work<boolean>
  /** The same token in another process of the same machine. */
  hand(fence: Fence, to: Holder): Work<boolean>
  /** The holder goes, the row and its token stay. */
  clear(fence: Fence, at: Instant): Work<boolean>
  /** As `clear`, and the token is used up: the one who was broken can never be mistaken for the next. */
  breakFrom(fence: Fence, at: Instant): Work<boolean>
  /** Signs of life for everything held on this machine in these processes, each only if it still has this token. */
  heldBy(seat: Pick<Seat, 'node'>): Work<readonly HeldClaim[]>
  /** Sessions that hooks or registries bound to this pid: found by index, asked for every process above a caller. */
  boundTo(pid: number): Work<readonly BoundSession[]>
  tickets(): Work<readonly Ticket[]>
  /** Adds a place at the end, or hears again from one that is there. */
  queue(ticket: Omit<Ticket, 'seq'>): Work<void>
  hear(id: string, at: Instant): Work<void>
  leave(id: string): Work<boolean>
}
