// Reads every source outside of the logs in its own rhythm. A slow one keeps none waiting, none is asked twice at a time,
// and what a stop cuts off is read again at the next start.
import { messageOf } from '../core/errors.ts'
import type { ExternalSource } from '../core/external/source.ts'
import type { Instant } from '../core/time.ts'
import type { ExternalWorld, Synced } from '../flows/external/post.ts'
import { dueSources, syncSource } from '../flows/external/sync.ts'

export interface ExternalLoopOptions {
  readonly outside: ExternalWorld
  readonly sources: () => readonly ExternalSource[]
  /** A source posted something. */
  readonly onSynced: (synced: Synced) => void
  /** A fault of our own; the source is tried again when it is due. */
  readonly onFault: (source: string, why: string) => void
  /** Asks for another pass at once. */
  readonly again: () => void
}
export interface ExternalLoop {
  /** Begins to read what is due; answers when the next is. */
  pass(): Promise<{ readonly nextAt: Instant | null }>
  /** Resolves once nothing is being read. */
  settled(): Promise<void>
  stop(): Promise<void>
}

export function externalLoop({ outside, sources, onSynced, onFault, again }: ExternalLoopOptions): ExternalLoop {
  const reading = new Map<string, Promise<void>>()
  // Cut off in the middle of a long chain: they go on at once, whatever their rhythm.
  const unfinished = new Set<string>()
  const stopping = new AbortController()

  const look = async (source: ExternalSource): Promise<void> => {
    unfinished.delete(source.id)
    try {
      const synced = await syncSource(outside, source, stopping.signal)
      if (synced.entries > 0) onSynced(synced)
      if (synced.more) unfinished.add(source.id)
    } catch (error) {
      onFault(source.id, messageOf(error))
    } finally {
      reading.delete(source.id)
    }
    if (unfinished.has(source.id) && !stopping.signal.aborted) again()
  }

  const settled = async (): Promise<void> => { await Promise.all(reading.values()) }
  return {
    async pass() {
      const known = sources()
      const { due, nextAt } = await dueSources(outside, known)
      const wanted = new Map([...due, ...known.filter(({ id }) => unfinished.has(id))].map(source => [source.id, source]))
      for (const [id, source] of wanted) if (!reading.has(id) && !stopping.signal.aborted) reading.set(id, look(source))
      return { nextAt }
    },
    settled,
    stop: () => { stopping.abort(); return settled() },
  }
}
