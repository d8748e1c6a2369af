// One look at a source, whatever its kind: what could not be read is a row of its state, told once, and never a reason
// for another source to wait.
import { failedNotice } from '../../core/external/notice.ts'
import type { ExternalSource } from '../../core/external/source.ts'
import { codeOf, messageOf } from '../../core/errors.ts'
import type { AbortLike } from '../../core/machine/clock.ts'
import { ZERO_USD } from '../../core/money.ts'
import type { Instant } from '../../core/time.ts'
import { emptyState, tellAll, type ExternalWorld, type Synced } from './post.ts'
import { syncChain } from './sync-chain.ts'
import { syncTable } from './sync-table.ts'

/** Resolves with what it came to, a failure included; rejects only for faults of our own. */
export async function syncSource(world: ExternalWorld, source: ExternalSource, signal: AbortLike): Promise<Synced> {
  try {
    return source.kind === 'evm' ? await syncChain(world, source, signal) : await syncTable(world, source, signal)
  } catch (error) {
    const code = codeOf(error)
    if (code !== 'unavailable' && code !== 'invalid_input') throw error
    const why = messageOf(error)
    await noteFailure(world, source, why)
    return { source: source.id, entries: 0, cost: ZERO_USD, locked: [], lower: 0, ahead: 0, restarted: 0, withdrawn: 0, failure: why, more: false }
  }
}

async function noteFailure(world: ExternalWorld, source: ExternalSource, why: string): Promise<void> {
  await world.stores.transaction(function* () {
    const now = world.clock.now()
    const known = (yield* world.stores.external.state(source.id)) ?? emptyState(source, now)
    const since = known.failingSince ?? now
    yield* world.stores.external.save({ ...known, triedAt: now, failure: why, failingSince: since })
    if (known.failingSince === null) yield* tellAll(world, [failedNotice({ source: source.id, why, since }, now)])
  })
}

/** The sources to look at now, and when the next one is due; null where there is none. */
export async function dueSources(world: Pick<ExternalWorld, 'stores' | 'clock'>, sources: readonly ExternalSource[]): Promise<{ readonly due: readonly ExternalSource[]; readonly nextAt: Instant | null }> {
  const now = world.clock.now()
  const due: ExternalSource[] = []
  let nextAt: number | null = null
  const states = await world.stores.read(function* () {
    const found = []
    for (const { id } of sources) found.push(yield* world.stores.external.state(id))
    return found
  })
  for (const [index, source] of sources.entries()) {
    const tried = states[index]?.triedAt ?? null
    // A clock that was set back must not put a source to sleep for as long.
    const at = tried === null || tried > now ? now : tried + source.everyMs
    if (at <= now) due.push(source)
    const next = at <= now ? now + source.everyMs : at
    nextAt = nextAt === null ? next : Math.min(nextAt, next)
  }
  return { due, nextAt: nextAt as Instant | null }
}
