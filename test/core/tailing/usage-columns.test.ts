// Columns must be indistinguishable from a list of events merged by `usage/fuller`: its rules are the oracle here.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nanoUsd } from '../../../src/core/money.ts'
import { UsageColumns } from '../../../src/core/tailing/usage-columns.ts'
import { instant } from '../../../src/core/time.ts'
import { merge, owner } from '../../../src/core/usage/fuller.ts'
import { STANDARD_BILLING, type UsageEvent } from '../../../src/core/usage/usage-event.ts'
import { aCopy, copyOf } from '../../support/usage-events.ts'

/** One response's copies through columns, beside the same through `merge` and `owner`. */
function bothWays(copies: readonly UsageEvent[]): { columns: readonly unknown[]; oracle: readonly unknown[] } {
  const columns = new UsageColumns(), repeating: (string | null)[] = [], expected: (string | null)[] = []
  let merged: UsageEvent | null = null, mergedFile = 0
  for (const [file, copy] of copies.entries()) {
    if (merged === null) {
      columns.add(copy, file)
      merged = copy
      continue
    }
    const owned: UsageEvent = owner(merged, copy)
    expected.push(merged.origin.session === copy.origin.session ? null : (owned === copy ? merged : copy).origin.session)
    if (owned === copy) mergedFile = file
    merged = merge(merged, copy)
    repeating.push(columns.absorb(0, copy, file))
  }
  return { columns: [...columns, ...repeating], oracle: [{ fact: merged, file: mergedFile }, ...expected] }
}

const ORIGIN = aCopy().origin
// What a client really writes: the same response again a moment later, grown or not; with now and then one thing different.
const usual = fc.record({ at: fc.nat(3), output: fc.nat(3), final: fc.boolean() }).map(({ at, output, final }): UsageEvent =>
  aCopy({ key: 'k', at: instant(1_700_000_000_000 + at), tokens: { ...aCopy().tokens, output }, final, billing: STANDARD_BILLING, origin: ORIGIN }))
const unusual = fc.tuple(usual, fc.constantFrom<Partial<UsageEvent>>(
  { model: 'other' }, { sidechain: true }, { approximateTime: true }, { damaged: true }, { origin: { ...ORIGIN, session: 's2' } }, { origin: { ...ORIGIN } },
  { billing: { ...STANDARD_BILLING, webSearches: 1 } }, { billing: { ...STANDARD_BILLING, geo: 'us' } }, { billing: { ...STANDARD_BILLING, speed: 'fast' } },
  { tokens: { input: 9, output: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 } }, { tokens: { input: 0, output: 2, cacheRead: 500, cacheWrite5m: 70, cacheWrite1h: 0 } },
  { givenCost: nanoUsd(5n) }, { ownedAt: instant(1_600_000_000_000) },
)).map(([copy, over]) => ({ ...copy, ...over }))

describe('UsageColumns', () => {
  it('merges copies exactly as the rules of a response do', () => {
    const some = fc.oneof({ weight: 4, arbitrary: usual }, { weight: 2, arbitrary: unusual }, { weight: 1, arbitrary: copyOf('k') })
    fc.assert(fc.property(fc.array(some, { minLength: 1, maxLength: 6 }), copies => {
      const { columns, oracle } = bothWays(copies)
      expect(columns).toEqual(oracle)
    }), { numRuns: 2_000 })
  })

  it('keeps every field of every response through a copy to another thread, past its first size', () => {
    const event = fc.oneof(copyOf('k'), unusual)
    fc.assert(fc.property(fc.array(fc.record({ fact: event, file: fc.nat(5) }), { maxLength: 200 }), located => {
      const keyed = located.map(({ fact, file }, n) => ({ fact: { ...fact, key: `k${n}` }, file }))
      const columns = new UsageColumns()
      for (const { fact, file } of keyed) columns.add(fact, file)
      expect(columns.length).toBe(keyed.length)
      expect([...UsageColumns.decode(structuredClone(columns.encode()))]).toEqual(keyed)
    }), { numRuns: 50 })
  })
})
