// Where a forked or spawned thread's own work begins. Its rollout starts with what its parent's says (with the parent's
// times, or with new ones), so the totals of both are compared, one by one, until they part.
import type { Opening } from '../../core/sessions/log-source.ts'
import { objectIn } from '../../core/tailing/json-fields.ts'
import { SECOND_MS, type Instant } from '../../core/time.ts'
import type { Memory } from './memory.ts'
import { readRecord } from './record.ts'
import { readingOf, sameTotals, type Totals } from './totals.ts'

/** The totals of a rollout, each once: what is repeated without progress is news for a screen. */
export function* advancingTotals(lines: Iterable<Uint8Array>): Generator<Totals, void, void> {
  let before: Totals | null = null
  for (const line of lines) {
    const read = readRecord(line)
    if (read.read !== 'record' || read.type !== 'event_msg') continue
    const payload = objectIn(read.record, 'payload')
    if (payload['type'] !== 'token_count') continue
    const { total, totalDamaged } = readingOf(objectIn(payload, 'info'))
    if (!total || totalDamaged || (before && sameTotals(total, before))) continue
    before = total
    yield total
  }
}

/** same: this total is the parent's, `matched` of which were met. other: the logs part here. over: the parent's ends here. */
export type Comparison = { readonly found: 'same'; readonly matched: number } | { readonly found: 'other' | 'over' }

/** The parent's totals, read as far as they are asked for. */
export class Inheritance {
  readonly #kin: Opening['kin']
  #parent: Iterator<Totals, void> | null = null
  #opened = ''

  constructor(kin: Opening['kin']) {
    this.#kin = kin
  }

  /** The next of the parent's totals beside this one. A file that starts midway may begin at any of them. */
  compare(total: Totals, { parent, matched, midway }: Pick<Memory, 'parent' | 'matched' | 'midway'>): Comparison {
    this.#open(parent, matched)
    for (let at = matched, next = this.#parent?.next(); next && !next.done; next = this.#parent?.next()) {
      at++
      if (sameTotals(next.value, total)) return { found: 'same', matched: at }
      if (!midway || matched > 0) return { found: 'other' }
    }
    return { found: 'over' }
  }

  #open(parent: string, matched: number): void {
    if (this.#opened === parent) return
    this.#opened = parent
    const lines = parent === '' ? null : this.#kin?.(parent) ?? null
    this.#parent = lines && advancingTotals(lines)
    // A reading that was interrupted within the beginning goes on behind what it had compared.
    for (let skipped = 0; skipped < matched && this.#parent; skipped++) if (this.#parent.next().done) break
  }
}

// A repeated beginning is written in one burst; a model takes longer than this to answer.
const BURST_PAUSE_MS = 2 * SECOND_MS
const CLOCK_SLACK_MS = 2 * SECOND_MS

/**
 * Where there is nothing left to compare with: own work begins with the first turn that starts when its record was written, or where the
 * client said no start, after the first pause since the thread was made.
 */
export function beginsOwn(at: Instant, { createdAt, lastAt }: Pick<Memory, 'createdAt' | 'lastAt'>, startedAt: Instant | null): boolean {
  if (createdAt !== null && at < createdAt - CLOCK_SLACK_MS) return false
  if (startedAt !== null) return Math.abs(at - startedAt) <= CLOCK_SLACK_MS
  const before = lastAt ?? createdAt
  return before !== null && at - Math.max(before, createdAt ?? 0) > BURST_PAUSE_MS
}
