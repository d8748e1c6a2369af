// The nouns of claims. A row per resource that is never deleted: its token only grows, and a grant stands on it or not.
import type { Instant } from '../time.ts'
import type { Seat } from '../machine/liveness.ts'
import type { ProcessIdentity } from '../machine/process-table.ts'
import type { Resource } from './resource.ts'

/** What says that this process is this session: ordered by nothing, all of them are proof. */
export type HolderProof = 'registry' | 'hook' | 'run' | 'process' | 'terminal'

/** One process that may hold: an agent session, a person's shell, a program. */
export interface Claimant extends ProcessIdentity, Seat {
  readonly agent: string
  readonly session: string
  readonly proof: HolderProof
}

export interface Holder extends Claimant {
  /** Counts the processes in which this session has held anything. */
  readonly generation: number
}

export interface Grant {
  readonly holder: Holder
  readonly strict: boolean
  readonly reason: string
  readonly ttlMs: number
  readonly acquiredAt: Instant
  readonly renewedAt: Instant
  /** On the store's clock. Decides for holders on other machines only. */
  readonly expiresAt: Instant
}

export interface Claim {
  readonly resource: Resource
  /** Of the last grant of this resource; 0 when there never was one. */
  readonly token: number
  /** null: free. */
  readonly grant: Grant | null
}
export interface HeldClaim extends Claim { readonly grant: Grant }

export const isHeld = (claim: Claim): claim is HeldClaim => claim.grant !== null

/** What a row must still be for a write to hit it: this token, in this process. */
export interface Fence { readonly name: string; readonly token: number; readonly holder: Pick<Holder, 'node' | 'boot' | 'pid' | 'startTime'> }

const NOBODY = { node: '', boot: '', pid: 0, startTime: '' }
export const fenceOf = ({ resource, token, grant }: Claim): Fence => ({ name: resource.name, token, holder: grant?.holder ?? NOBODY })

/** A place in the queue for one set of resources. */
export interface Ticket {
  /** Made by the client: asking again with it keeps the place. */
  readonly id: string
  /** Order of arrival. */
  readonly seq: number
  readonly claimant: Claimant
  /** The process that asks, below the claimant: when it is gone nobody waits any more. */
  readonly asking: ProcessIdentity
  readonly resources: readonly Resource[]
  readonly since: Instant
  readonly until: Instant
  /** When it asked last, on the store's clock. */
  readonly heardAt: Instant
}

/** What a lease is worth without a word from its holder's machine, and how often that word is given: two may be lost. */
export const TTL_MS = 60_000
export const RENEW_MS = 20_000
/** Shorter would lapse between two signs of life; a day is longer than any machine is merely busy. */
export const TTL_MIN_MS = TTL_MS
export const TTL_MAX_MS = 86_400_000
export const REASON_CHARS_MAX = 500

/** Agents' names for holders that are none. */
export const SHELL = 'shell'
export const PROCESS = 'process'

/** One text for one process of one boot of one machine: the key of what is known about it. */
export const seatOf = ({ node, boot, namespace, pid, startTime }: Seat & ProcessIdentity): string => [node, boot, namespace, `${pid}@${startTime}`].join(' ')

/** The very same process, wherever it is told of. An unknown start time is never the same as another. */
export const sameSeat = (a: Seat & ProcessIdentity, b: Seat & ProcessIdentity): boolean => a.startTime !== '' && seatOf(a) === seatOf(b)

/** Ids of sessions that agents made; a process or a shell is named after its pid. */
export const isNamed = ({ agent, proof }: Claimant): boolean => agent !== SHELL && proof !== 'process'
