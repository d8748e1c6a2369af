// Histories of responses for tests: made by the real posting rules from copies that fast-check thinks up.
import fc from 'fast-check'
import type { Claimed } from '../../src/core/ledger/entry.ts'
import { summed, type History } from '../../src/core/ledger/history.ts'
import { postings, type EntryDraft, type Pricer } from '../../src/core/ledger/posting.ts'
import { nanoUsd } from '../../src/core/money.ts'
import { instant } from '../../src/core/time.ts'
import { totalTokens } from '../../src/core/usage/tokens.ts'
import { SCOPE } from './claims.ts'

/** A card on which everything costs `nanos` a token, and whatever is called `unknown` has no price. */
export const cardAt = (nanos: bigint, card: string): Pricer => ({ tokens, model }) =>
  model === 'unknown' ? { price: 'unknown', why: 'unknown_model' } : { price: 'known', cost: nanoUsd(BigInt(totalTokens(tokens)) * nanos), card }

/** What a ledger holds after these copies of one response, one after the other. */
export function historyOf(copies: readonly Claimed[], price: Pricer): EntryDraft[] {
  const history: EntryDraft[] = []
  for (const copy of copies) history.push(...postings(history.length === 0 ? null : summed(history), copy, price))
  return history
}

const small = fc.integer({ min: 0, max: 2 })
/** Copies of one response, with ties on every rank. */
export const claimOfKey = (key: string): fc.Arbitrary<Claimed> => fc.record({
  key: fc.constant(key), at: small.map(n => instant(Date.UTC(2026, 0, 5) + n)), model: fc.constantFrom('claude-a', 'claude-b', 'unknown'),
  tokens: fc.record({ input: small, output: fc.integer({ min: 1, max: 3 }), cacheRead: small, cacheWrite5m: small, cacheWrite1h: small }),
  billing: fc.record({ speed: fc.constantFrom('standard' as const, 'fast' as const), tier: fc.constantFrom('standard' as const, 'batch' as const), geo: fc.constantFrom('', 'us'), webSearches: small }),
  scope: fc.record({ session: fc.constantFrom('s1', 's2', 's3'), project: fc.constantFrom('/w', '/x'), node: fc.constantFrom('n1', 'n2') }).map(over => ({ ...SCOPE, ...over })),
  final: fc.boolean(), sidechain: fc.boolean(), late: fc.constantFrom(0, 0, 1, 2), estimated: fc.constant(false), kind: fc.constant('usage' as const), givenCost: fc.constant(null),
}).map(({ late, ...copy }) => (late === 0 ? copy : { ...copy, ownedAt: instant(copy.at + late) }))

/** The history a ledger might have of `key`, and the copies it saw. */
export const aHistory = (key: string, price: Pricer): fc.Arbitrary<{ readonly copies: readonly Claimed[]; readonly history: History }> =>
  fc.array(claimOfKey(key), { minLength: 1, maxLength: 4 }).map(copies => ({ copies, history: historyOf(copies, price) }))
