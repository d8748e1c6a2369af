// The port to what is known of spend outside of the logs: how far each source was read, and what it said. Money itself is
// in the ledger; what is here only says which difference comes next.
import type { Work } from '../ledger/work.ts'
import type { NanoUsd } from '../money.ts'
import type { Instant } from '../time.ts'
import type { Block, EventState, StoredEvent } from './chain.ts'
import type { Held, Mark } from './cumulative.ts'
import type { Decimal } from './decimal.ts'

export interface SourceState {
  readonly id: string
  /** null before the first reading that succeeded. */
  readonly syncedAt: Instant | null
  readonly triedAt: Instant
  /** Why it cannot be read, and since when; '' while it can. */
  readonly failure: string
  readonly failingSince: Instant | null
  /** evm: the chain and contract that were read, as `1/0x...`, and the first block that was not; '' and 0 otherwise. */
  readonly chain: string
  readonly nextBlock: number
}

export interface ExternalSum { readonly source: string; readonly cost: NanoUsd; readonly entries: number; readonly firstAt: Instant; readonly lastAt: Instant }

export interface ExternalStore {
  state(id: string): Work<SourceState | null>
  save(state: SourceState): Work<void>
  marks(source: string): Work<readonly Mark[]>
  mark(source: string, subject: string): Work<Mark | null>
  saveMark(mark: Mark): Work<void>
  /** What the ledger holds under a key. */
  held(key: string): Work<Held>
  event(source: string, key: string): Work<StoredEvent | null>
  saveEvent(event: StoredEvent): Work<void>
  /** Posted events above a block are orphaned; tells how many. */
  orphanAbove(source: string, block: number): Work<number>
  inState(source: string, state: EventState, limit: number): Work<readonly StoredEvent[]>
  /** Amounts of what is posted, as the chain says them; of one session, or of all. */
  amounts(source: string, session: string | null): Work<readonly Decimal[]>
  /** Newest first. */
  blocks(source: string): Work<readonly Block[]>
  addBlock(source: string, block: Block): Work<void>
  dropBlocks(source: string, numbers: readonly number[]): Work<void>
  /** What one source posted, by session; the dearest first. */
  bySession(source: string, limit: number): Work<readonly (ExternalSum & { readonly session: string })[]>
  countSessions(source: string): Work<number>
  countInState(source: string, state: EventState): Work<number>
  /** What sources posted, by source; of one session, or of all. */
  sums(session: string | null): Work<readonly ExternalSum[]>
}
