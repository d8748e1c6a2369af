// Reads a bill and posts what grew: every subject of it in one transaction, or none.
import { advance, keyOf, markText, type Mark } from '../../core/external/cumulative.ts'
import { minus, signOf } from '../../core/external/decimal.ts'
import { rowsOf } from '../../core/external/document.ts'
import { lowerNotice, syncedNotice } from '../../core/external/notice.ts'
import { readingsOf } from '../../core/external/reading.ts'
import { units, type TableSource } from '../../core/external/source.ts'
import type { EntryDraft } from '../../core/ledger/posting.ts'
import type { AbortLike } from '../../core/machine/clock.ts'
import type { Notice } from '../../core/machine/notifier.ts'
import { nanoUsd } from '../../core/money.ts'
import { emptyState, posting, tellAll, type ExternalWorld, type Synced } from './post.ts'

export async function syncTable(world: ExternalWorld, source: TableSource, signal: AbortLike): Promise<Synced> {
  const text = await world.readers.text(source, signal)
  // Read to its end before the transaction: what is wrong with a bill is found while nothing has happened.
  const readings = readingsOf(rowsOf(text, source), source, world.clock.now())
  const done = await posting(world, function* (now) {
    const { external } = world.stores
    const drafts: EntryDraft[] = [], notices: Notice[] = []
    const counts = { lower: 0, ahead: 0, restarted: 0 }
    for (const reading of readings) {
      const before = yield* external.mark(source.id, reading.subject)
      const held = yield* external.held(keyOf(source.id, reading.subject))
      const { mark, entry, what } = advance(before, reading, { source, held, node: world.node, now })
      yield* external.saveMark(mark)
      if (entry) drafts.push(entry)
      if (what === 'lower' && before && isNews(before, mark)) notices.push(lowerThan(mark, source, now))
      if (what === 'lower' || what === 'ahead' || what === 'restarted') counts[what]++
    }
    const cost = nanoUsd(drafts.reduce((sum, draft) => sum + (draft.cost ?? 0n), 0n))
    const outcome = { source: source.id, entries: drafts.length, cost, ...counts }
    if (drafts.length > 0 || counts.restarted > 0) notices.push(syncedNotice(outcome, now))
    yield* tellAll(world, notices)
    const known = (yield* external.state(source.id)) ?? emptyState(source, now)
    yield* external.save({ ...known, syncedAt: now, triedAt: now, failure: '', failingSince: null })
    return { ...outcome, drafts }
  })
  const { drafts: _, ...rest } = done
  return { ...rest, withdrawn: 0, failure: null, more: false }
}

/** A bill that stays below its highest is told when it falls, not at every look, and not while it climbs again. */
const isNews = (before: Mark, after: Mark): boolean => signOf(minus(after.latest, before.latest)) < 0

const lowerThan = (mark: Mark, source: TableSource, now: Notice['at']): Notice => {
  const said = (amount: Mark['amount']): string => `${markText(units(amount, source))} ${source.asset}`
  return lowerNotice({ source: source.id, subject: mark.subject, mark: said(mark.amount), latest: said(mark.latest) }, now)
}
