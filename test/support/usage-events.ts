// Usage events for tests: one with every field set, and a generator of copies of one response.
import fc from 'fast-check'
import { nanoUsd } from '../../src/core/money.ts'
import { instant } from '../../src/core/time.ts'
import type { UsageEvent } from '../../src/core/usage/usage-event.ts'

export const aCopy = (over: Partial<UsageEvent> = {}): UsageEvent => ({
  key: 'claude-code:msg_1', at: instant(Date.UTC(2026, 0, 5)), model: 'claude-opus-4-5', tokens: { input: 3, output: 40, cacheRead: 500, cacheWrite5m: 60, cacheWrite1h: 7 },
  billing: { speed: 'standard', tier: 'standard', geo: '', webSearches: 0 }, origin: { cwd: '/w', branch: 'main', session: 's1', subagent: '' },
  final: true, sidechain: false, approximateTime: false, damaged: false, ...over,
})

// Few distinct values everywhere, so that ties on every rank really happen.
const small = fc.integer({ min: 0, max: 2 })

/** Any copy of the response `key`, as a parser could make it. */
export const copyOf = (key: string): fc.Arbitrary<UsageEvent> => fc.record({
  key: fc.constant(key), at: small.map(n => instant(Date.UTC(2026, 0, 5) + n)), model: fc.constantFrom('', 'claude-a', 'claude-b'),
  tokens: fc.record({ input: small, output: small, cacheRead: small, cacheWrite5m: small, cacheWrite1h: small }),
  billing: fc.record({ speed: fc.constantFrom('standard' as const, 'fast' as const), tier: fc.constantFrom('standard' as const, 'batch' as const, 'priority' as const), geo: fc.constantFrom('', 'us'), webSearches: small }),
  origin: fc.record({ cwd: fc.constantFrom('/w', '/x'), branch: fc.constantFrom('', 'main'), session: fc.constantFrom('s1', 's2', 's3'), subagent: fc.constantFrom('', 'a1') }),
  final: fc.boolean(), sidechain: fc.boolean(), approximateTime: fc.boolean(), damaged: fc.boolean(), given: fc.constantFrom(null, 0n, 5n, 9n),
}).map(({ given, ...event }) => (given === null ? event : { ...event, givenCost: nanoUsd(given) }))
