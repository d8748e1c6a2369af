// Everything a move between accounts asks of the world. The daemon wires it; tests put a small world here.
import type { Account } from '../../core/accounts/account.ts'
import type { FoundLogin } from '../../core/accounts/identity.ts'
import type { FailoverSettings } from '../../core/failover/policy.ts'
import type { Clock } from '../../core/machine/clock.ts'
import type { Notifier } from '../../core/machine/notifier.ts'
import type { ProcessIdentity, Signaller } from '../../core/machine/process-table.ts'
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import type { Seats } from '../../core/sessions/seats.ts'
import type { Stores } from '../../core/stores.ts'
import type { SightPorts } from '../enforce/ports.ts'

/** Conversations as they lie in their files: sizes and the last word of a kind, never a text. */
export interface Conversations {
  /** null where there is no such file. */
  bytes(transcript: string): number | null
  /** The permission mode that was told last; '' nothing tells. */
  mode(agent: string, transcript: string): string
  /** Its quota stopped it, and nothing was answered since. */
  stopped(agent: string, transcript: string): boolean
  /** The very same file is what the client finds on that account. */
  seenFrom(account: Account, transcript: string): boolean
}

export interface FailoverPorts {
  readonly stores: Pick<Stores, 'read' | 'transaction' | 'failover' | 'accounts' | 'quota' | 'sessions' | 'events' | 'breaches'>
  readonly node: string
  readonly clock: Clock
  readonly settings: () => FailoverSettings
  /** As configured, of every agent. */
  readonly accounts: () => readonly Account[]
  readonly lookAt: (agent: string, home: string) => FoundLogin | null
  readonly shares: (one: Account, other: Account) => boolean
  /** The client would work in this folder there without asking whether it may. */
  readonly trusts: (account: Account, folder: string) => boolean
  readonly sight: SightPorts
  readonly adapters: readonly AgentAdapter[]
  /** The account whose registry names this process, as scopes name it; null where none does. */
  readonly registered: () => ReadonlyMap<string, string>
  readonly conversations: Conversations
  readonly seats: Seats
  readonly signals: Signaller
  /** Why no process is ended here, in a sentence; '' where they are. */
  readonly signalFlaw: () => string
  readonly variables: (launch: { readonly program: string; readonly account: string; readonly session: string }) => Readonly<Record<string, string>>
  /** Throws `not_found` for a program that is not there. */
  readonly program: (program: string, folder: string) => string
  readonly channels: () => readonly Pick<Notifier, 'channel' | 'minLevel'>[]
  readonly newId: () => string
  readonly crashPoint: (name: string) => void
}

export const processKey = ({ pid, startTime }: ProcessIdentity): string => `${pid}@${startTime}`
