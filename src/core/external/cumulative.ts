// What a reading of a growing amount adds to the ledger: the part above the highest reading before. Pure, so that reading
// again, reading late and two machines reading the same source come to one sum.
import { nanoUsd, ZERO_USD, type NanoUsd } from '../money.ts'
import type { EntryDraft } from '../ledger/posting.ts'
import type { Scope } from '../scope.ts'
import type { Instant } from '../time.ts'
import { NO_TOKENS } from '../usage/tokens.ts'
import { STANDARD_BILLING } from '../usage/usage-event.ts'
import { decimalText, minus, parseDecimal, plus, signOf, ZERO, type Decimal } from './decimal.ts'
import type { Reading } from './reading.ts'
import { EXTERNAL_AGENT, EXTERNAL_CARD, EXTERNAL_KEY, worth, type Owner, type TableSource } from './source.ts'

/** The highest reading of one subject, and what the ledger should hold because of it. */
export interface Mark {
  readonly source: string
  readonly subject: string
  /** High water, in the source's own units. */
  readonly amount: Decimal
  /** The newest reading, which may be lower. */
  readonly latest: Decimal
  /** Where counting began, for a source that is only compared. */
  readonly began: Decimal
  /** What all that was counted so far is worth, at the price each difference had. */
  readonly cost: NanoUsd
  readonly owner: Owner
  readonly firstAt: Instant
  readonly readAt: Instant
}

/** What the ledger holds under a key: the number of its last entry (-1 = none) and their sum. */
export interface Held { readonly seq: number; readonly cost: NanoUsd }

export interface Advanced {
  readonly mark: Mark
  /** What to post; null when the reading is no news. */
  readonly entry: EntryDraft | null
  /** lower: below the highest, and told. restarted: below, and counted from zero. ahead: the ledger knows more, from elsewhere. */
  readonly what: 'same' | 'counted' | 'skipped' | 'lower' | 'restarted' | 'ahead' | 'compared'
}

export const keyOf = (source: string, subject: string): string => `${EXTERNAL_KEY}${source}:${subject}`

/**
 * The mark after a reading, and the entry it makes. The ledger's own sum counts, not the mark alone: what another
 * machine posted of the same source and was imported here is not posted again.
 */
export function advance(before: Mark | null, reading: Reading, { source, held, node, now }: { readonly source: TableSource; readonly held: Held; readonly node: string; readonly now: Instant }): Advanced {
  const { amount, owner } = reading
  const known = before ?? firstMark(reading, source, now)
  const mark = { ...known, latest: amount, owner, readAt: now }
  if (source.mode === 'compare') return { mark: { ...mark, amount: signOf(minus(amount, known.amount)) > 0 ? amount : known.amount }, entry: null, what: 'compared' }
  if (!before && source.first === 'skip') return { mark: { ...mark, amount, cost: held.cost }, entry: null, what: 'skipped' }
  const gained = minus(amount, known.amount)
  if (signOf(gained) === 0) return { mark, entry: null, what: 'same' }
  const restarts = signOf(gained) < 0 && source.onLower === 'restart'
  if (signOf(gained) < 0 && !restarts) return { mark, entry: null, what: 'lower' }
  const cost = nanoUsd(known.cost + worth(restarts ? amount : gained, source))
  const due = cost - held.cost
  const after: Mark = { ...mark, amount, cost }
  if (due <= 0n) return { mark: after, entry: null, what: due < 0n ? 'ahead' : restarts ? 'restarted' : 'same' }
  const scope: Scope = { node, agent: EXTERNAL_AGENT, ...owner, subagent: '' }
  return { mark: after, entry: draft({ key: keyOf(source.id, reading.subject), seq: held.seq + 1, at: reading.at, scope, model: source.id, cost: nanoUsd(due) }), what: restarts ? 'restarted' : 'counted' }
}

/** Nothing was counted yet: the first reading counts from zero, unless what came before is none of ours. */
const firstMark = ({ subject, amount, owner }: Reading, source: TableSource, now: Instant): Mark => ({
  source: source.id, subject, amount: ZERO, latest: amount, began: source.mode === 'compare' ? amount : ZERO, cost: ZERO_USD, owner, firstAt: now, readAt: now,
})

/** The mark moved to the newest reading: what was counted stays counted, and counting goes on from there. */
export const reset = (mark: Mark, held: Held): Mark => ({ ...mark, amount: mark.latest, began: mark.latest, cost: held.cost })

/** An entry of money without tokens. */
export const draft = ({ key, seq, at, scope, model, cost }: Pick<EntryDraft, 'key' | 'seq' | 'at' | 'scope' | 'model'> & { readonly cost: NanoUsd }): EntryDraft => ({
  key, seq, kind: seq === 0 ? 'counter' : 'difference', at, scope, model, billing: STANDARD_BILLING, tokens: NO_TOKENS, webSearches: 0,
  cost, card: EXTERNAL_CARD, responses: 0, unpriced: 0, partial: 0, estimated: 0, sidechain: false,
})

/** Text as a mark keeps it. */
export const markText = decimalText
/** What `markText` wrote; a mark that was changed by another program counts from zero and is told as ahead. */
export const markAmount = (text: string): Decimal => {
  const amount = parseDecimal(text)
  if (amount === null) throw new Error(`a mark is "${text}", which is no amount`)
  return amount
}

/** All of a source: its subjects added up. */
export const total = (amounts: readonly Decimal[]): Decimal => amounts.reduce(plus, ZERO)
