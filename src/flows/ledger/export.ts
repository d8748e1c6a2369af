// Copies the whole ledger out, line by line, while it goes on: of one moment, in flat memory. Says what it holds first
// and what it wrote last, so that a cut or changed copy is known for one.
import { AppError } from '../../core/errors.ts'
import type { StoredEvent } from '../../core/events/event.ts'
import type { HistoryQuery } from '../../core/ledger/history-store.ts'
import { copyLine, endLine, entryLine, headerLine, LEDGER_FORMAT, meterLine, type CopyRow } from '../../core/ledger/ledger-line.ts'
import type { MeterRow } from '../../core/ledger/meter-store.ts'
import type { EntryDraft } from '../../core/ledger/posting.ts'
import type { Work } from '../../core/ledger/work.ts'
import type { AbortLike } from '../../core/machine/clock.ts'
import { usdText } from '../../core/money.ts'
import type { Stores } from '../../core/stores.ts'
import { isoText, type Instant } from '../../core/time.ts'

/** Takes text of whole lines. `digest` is over everything written so far. */
export interface LedgerSink {
  write(lines: string): Promise<void> | void
  digest(): string
}

export interface ExportOptions {
  readonly version: string
  readonly node: string
  readonly now: Instant
  readonly since: Instant | null
  readonly until: Instant | null
  /** Events and locks too: for people and audits, no other ledger takes them in. */
  readonly audit: boolean
  readonly signal?: AbortLike
  readonly onProgress: (progress: { readonly done: number; readonly total: number }) => void
}
export interface Exported { readonly entries: number; readonly responses: number; readonly meters: number; readonly copies: number; readonly digest: string }

// About a megabyte of lines, read in 10 ms.
const PAGE = 2_000
// Locks are pruned; nobody keeps more.
const LOCKS_MAX = 100_000

export async function exportLedger(stores: Stores, sink: LedgerSink, options: ExportOptions): Promise<Exported> {
  const { since, until, signal } = options
  const query: HistoryQuery = { upTo: await stores.read(() => stores.history.newest()), since, until }
  const { entries, responses } = await stores.read(() => stores.history.size(query))
  await sink.write(`${headerLine({ format: LEDGER_FORMAT, purser: options.version, node: options.node, exportedAt: options.now, since, until, entries })}\n`)
  let written = 0
  const count = (more: number): void => options.onProgress({ done: written += more, total: entries })
  await inPages<EntryDraft>(sink, signal, after => stores.history.page(query, after, PAGE), entryLine, stores, count)
  // A part of the ledger cannot say what is missing from a session's log, so it carries no meters.
  const whole = since === null && until === null
  const meters = whole ? await inPages<MeterRow>(sink, signal, after => stores.history.meters(after, PAGE), meterLine, stores) : 0
  const copies = whole ? await inPages<CopyRow>(sink, signal, after => stores.history.copies(after, PAGE), copyLine, stores) : 0
  if (options.audit) await writeAudit(stores, sink, signal)
  const digest = sink.digest()
  await sink.write(`${endLine({ entries: written, meters, copies, digest })}\n`)
  return { entries: written, responses, meters, copies, digest }
}

/** Reads page after page and writes a line for each row; tells how many there were. */
async function inPages<T>(sink: LedgerSink, signal: AbortLike | undefined, read: (after: T | null) => Work<readonly T[]>, lineOf: (row: T) => string, stores: Stores, onPage: (rows: number) => void = () => undefined): Promise<number> {
  let after: T | null = null
  for (let done = 0; ;) {
    const page: readonly T[] = await stores.read(() => read(after))
    if (page.length > 0) await sink.write(page.map(row => `${lineOf(row)}\n`).join(''))
    if (signal?.aborted) throw new AppError('unavailable', 'stopped before the end; nothing was kept of the copy')
    done += page.length
    onPage(page.length)
    after = page.at(-1) ?? null
    if (page.length < PAGE) return done
  }
}

async function writeAudit(stores: Stores, sink: LedgerSink, signal: AbortLike | undefined): Promise<void> {
  await inPages<StoredEvent>(sink, signal, after => stores.events.since(after?.id ?? 0, PAGE), ({ at, ...event }) => JSON.stringify({ type: 'event', at: isoText(at), ...event }), stores)
  for (const lock of await stores.read(() => stores.breaches.locks(LOCKS_MAX))) {
    const { id, rule, perValue, onBreach, reason, limit, spent, lockedAt, expiresAt } = lock
    await sink.write(`${JSON.stringify({ type: 'lock', id, rule, perValue, onBreach, reason, limit: usdText(limit), spent: usdText(spent), lockedAt: isoText(lockedAt), expiresAt: expiresAt === null ? null : isoText(expiresAt) })}\n`)
  }
}
