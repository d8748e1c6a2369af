// The one door through which spend from outside enters the ledger: the same transaction posts entries, keeps balances,
// judges them and moves the marks, as a batch of logs does.
import type { ExternalSource } from '../../core/external/source.ts'
import type { Lock } from '../../core/enforcement/lock.ts'
import type { EntryDraft } from '../../core/ledger/posting.ts'
import type { Work } from '../../core/ledger/work.ts'
import { outboxRows } from '../../core/machine/outbox.ts'
import type { Notice } from '../../core/machine/notifier.ts'
import type { AbortLike } from '../../core/machine/clock.ts'
import type { ChainReader } from '../../core/external/chain.ts'
import type { ChainSource, TableSource } from '../../core/external/source.ts'
import type { NanoUsd } from '../../core/money.ts'
import type { Instant } from '../../core/time.ts'
import { addToBalances, advanceRolling } from '../balances.ts'
import { steadyNow, type IngestWorld } from '../ingest.ts'
import { judgeTouched } from '../judge-balances.ts'

export interface ExternalWorld extends Pick<IngestWorld, 'stores' | 'clock' | 'node' | 'budgets' | 'channels' | 'crashPoint'> {
  readonly readers: ExternalReaders
  /** A daemon judges what it posts; a command without one only records it, as `index` does. */
  readonly judges: () => boolean
}

/** What reaches the world. Each rejects with `unavailable` when the source cannot be read. */
export interface ExternalReaders {
  /** The document a table source gives. */
  text(source: TableSource, signal: AbortLike): Promise<string>
  chain(source: ChainSource): Promise<ChainReader>
}

/** What one reading of a source came to. `more`: it was cut off, and can go on at once. */
export interface Synced {
  readonly source: string
  readonly entries: number
  readonly cost: NanoUsd
  readonly locked: readonly Lock[]
  readonly lower: number
  readonly ahead: number
  readonly restarted: number
  /** Events that a reorganisation took off the chain. */
  readonly withdrawn: number
  readonly failure: string | null
  readonly more: boolean
}

/** Runs `body` with everything a posting needs; what it returns is posted, counted and judged before anything commits. */
export async function posting<T extends { readonly drafts: readonly EntryDraft[] }>(world: ExternalWorld, body: (now: Instant) => Work<T>): Promise<T & { readonly locked: readonly Lock[] }> {
  world.crashPoint('external.before-transaction')
  const done = await world.stores.transaction(function* () {
    const now = yield* steadyNow(world)
    yield* advanceRolling(world.stores, world.budgets(), now)
    const made = yield* body(now)
    yield* world.stores.history.append(made.drafts)
    world.crashPoint('external.after-entries')
    const touched = yield* addToBalances(world.stores, world.budgets(), made.drafts, now)
    const locked = world.judges() ? yield* judgeTouched(world, touched, now) : []
    world.crashPoint('external.before-commit')
    return { ...made, locked }
  })
  world.crashPoint('external.after-commit')
  return done
}

/** An event for the records, and a notice for every channel that wants its level. */
export function* tellAll(world: Pick<ExternalWorld, 'stores' | 'channels'>, notices: readonly Notice[]): Work<void> {
  for (const notice of notices) {
    yield* world.stores.events.add({ code: notice.code, level: notice.level, fields: notice.facts }, notice.at)
    for (const row of outboxRows(notice, world.channels(), notice.at)) yield* world.stores.breaches.addNotice(row, notice.at)
  }
}

export const emptyState = ({ id }: ExternalSource, now: Instant) => ({ id, syncedAt: null, triedAt: now, failure: '', failingSince: null, chain: '', nextBlock: 0 })
