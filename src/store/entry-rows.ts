// Puts one entry into the ledger, as whoever posts and whoever copies a ledger in both do.
import type { EntryDraft } from '../core/ledger/posting.ts'
import { changes, int, sql, type Row, type Work } from '../core/ledger/work.ts'
import type { TokenCounts } from '../core/usage/tokens.ts'
import { billingText } from './billing.ts'
import type { ScopeStore } from './scopes.ts'

const insert = sql(`insert into entry (key, seq, kind, at, scope, model, billing, input, output, cache_read, cache_write_5m, cache_write_1h,
  web_searches, cost, card, responses, unpriced, partial, estimated, sidechain, owned_at)
  values (:key, :seq, :kind, :at, :scope, :model, :billing, :input, :output, :cacheRead, :cacheWrite5m, :cacheWrite1h,
  :webSearches, :cost, :card, :responses, :unpriced, :partial, :estimated, :sidechain, :ownedAt)
  on conflict (key, seq) do nothing`)

/** False when the response has an entry of that number already; then nothing is written. */
export function* insertEntry(scopes: ScopeStore, entry: EntryDraft): Work<boolean> {
  const { tokens } = entry
  const made = yield* changes(insert, {
    key: entry.key, seq: entry.seq, kind: entry.kind, at: entry.at, scope: yield* scopes.idOf(entry.scope), model: entry.model,
    billing: billingText(entry.billing), input: tokens.input, output: tokens.output, cacheRead: tokens.cacheRead,
    cacheWrite5m: tokens.cacheWrite5m, cacheWrite1h: tokens.cacheWrite1h, webSearches: entry.webSearches, cost: entry.cost, card: entry.card,
    responses: entry.responses, unpriced: entry.unpriced, partial: entry.partial, estimated: entry.estimated, sidechain: entry.sidechain ? 1 : 0,
    ownedAt: entry.ownedAt ?? null,
  })
  return made > 0
}

/** A correction must land: losing the race for its number means another writer posted meanwhile, and the batch starts over. */
export function* appendEntry(scopes: ScopeStore, entry: EntryDraft): Work<EntryDraft> {
  if (!(yield* insertEntry(scopes, entry))) throw Object.assign(new Error(`entry ${entry.key} was corrected by another writer`), { code: '40001' })
  return entry
}

export const tokensFrom = (from: Row): TokenCounts => ({
  input: int(from.input), output: int(from.output), cacheRead: int(from.cache_read), cacheWrite5m: int(from.cache_write_5m), cacheWrite1h: int(from.cache_write_1h),
})
