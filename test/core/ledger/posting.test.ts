import { describe, expect, it } from 'vitest'
import type { Claimed, Price } from '../../../src/core/ledger/entry.ts'
import { METER, ownTime, postings, repricing, type EntryDraft, type Posted } from '../../../src/core/ledger/posting.ts'
import { nanoUsd } from '../../../src/core/money.ts'
import { instant } from '../../../src/core/time.ts'
import { totalTokens } from '../../../src/core/usage/tokens.ts'
import { claim } from '../../support/claims.ts'

const perToken = (response: { tokens: Claimed['tokens']; model: string }): Price =>
  response.model === 'unknown' ? { price: 'unknown', why: 'unknown_model' } : { price: 'known', cost: nanoUsd(BigInt(totalTokens(response.tokens)) * 1000n), card: 'test' }

/** What the ledger would hold after these entries, computed the slow way. */
function held(entries: readonly EntryDraft[]): Posted {
  const last = entries.at(-1) as EntryDraft
  const total = (pick: (entry: EntryDraft) => number): number => entries.reduce((sum, entry) => sum + pick(entry), 0)
  const cost = nanoUsd(entries.reduce((sum, entry) => sum + (entry.cost ?? 0n), 0n))
  return {
    seq: last.seq, kind: 'usage', at: last.at, scope: last.scope, model: last.model, billing: { ...last.billing, webSearches: total(entry => entry.webSearches) },
    tokens: { input: total(e => e.tokens.input), output: total(e => e.tokens.output), cacheRead: total(e => e.tokens.cacheRead), cacheWrite5m: total(e => e.tokens.cacheWrite5m), cacheWrite1h: total(e => e.tokens.cacheWrite1h) },
    cost, card: entries.findLast(e => e.card !== '')?.card ?? '', given: last.card === METER ? cost : null, unpriced: total(e => e.unpriced) > 0, partial: total(e => e.partial) > 0,
    estimated: total(e => e.estimated) > 0, sidechain: last.sidechain, ...ownTime(last),
  }
}

describe('postings', () => {
  it('posts a first copy whole', () => {
    const [entry, ...more] = postings(null, claim({ output: 5 }), perToken)
    expect(more).toEqual([])
    expect(entry).toMatchObject({ seq: 0, kind: 'usage', responses: 1, unpriced: 0, partial: 0, cost: 5_000n })
  })

  it('posts nothing when the same copy comes again', () => {
    const copy = claim({ output: 5 })
    expect(postings(held(postings(null, copy, perToken)), copy, perToken)).toEqual([])
  })

  it('posts the difference of a fuller copy, at the price of the whole', () => {
    const first = postings(null, claim({ output: 1, final: false }), perToken)
    const [entry] = postings(held(first), claim({ output: 9 }), perToken)
    expect(entry).toMatchObject({ seq: 1, kind: 'difference', responses: 0, partial: -1, cost: 8_000n })
    expect(entry?.tokens.output).toBe(8)
  })

  it('keeps the price of what is posted when a later card knows its owner or its end', () => {
    const dearer = (): Price => ({ price: 'known', cost: nanoUsd(99_000n), card: 'later' })
    const first = postings(null, claim({ output: 9, session: 'side', sidechain: true, final: false }), perToken)
    const moved = postings(held(first), claim({ output: 9, session: 'main', final: false }), dearer)
    expect(moved.map(({ cost, card }) => [cost, card])).toEqual([[-9_000n, ''], [9_000n, 'test']])
    expect(postings(held([...first, ...moved]), claim({ output: 9, session: 'main' }), dearer)).toMatchObject([{ kind: 'difference', cost: 0n, partial: -1, card: 'test' }])
    // Another use is priced as a whole, by the card of now.
    expect(postings(held(first), claim({ output: 10, session: 'side', sidechain: true }), dearer)).toMatchObject([{ cost: 90_000n, card: 'later' }])
  })

  it('posts what a copy says of the billing although its counts are the same', () => {
    const dearer = { ...claim({ output: 5 }), billing: { ...claim().billing, geo: 'us' } }
    const price = ({ tokens, billing }: Pick<Claimed, 'tokens' | 'billing'>): Price => ({ price: 'known', cost: nanoUsd(BigInt(totalTokens(tokens)) * (billing.geo === 'us' ? 1_100n : 1_000n)), card: 'test' })
    const first = postings(null, claim({ output: 5 }), price)
    expect(postings(held(first), dearer, price)).toMatchObject([{ kind: 'difference', cost: 500n, tokens: { output: 0 } }])
    expect(postings(held(postings(null, dearer, price)), claim({ output: 5 }), price)).toEqual([])
  })

  it('ignores a smaller copy that comes late', () => {
    expect(postings(held(postings(null, claim({ output: 9 }), perToken)), claim({ output: 1, final: false }), perToken)).toEqual([])
  })

  it('gives a response to the main conversation when a side conversation was seen first', () => {
    const first = postings(null, claim({ output: 9, session: 'side', sidechain: true }), perToken)
    const moved = postings(held(first), claim({ output: 9, session: 'main' }), perToken)
    expect(moved.map(entry => [entry.kind, entry.scope.session, entry.cost, entry.responses])).toEqual([['moved', 'side', -9_000n, -1], ['moved', 'main', 9_000n, 1]])
  })

  it('remembers that its owner spoke in the main conversation, however little that copy says', () => {
    const side = claim({ output: 9, session: 's3', sidechain: true }), main = claim({ output: 0, session: 's3' })
    const first = postings(null, side, perToken), second = postings(held(first), main, perToken)
    expect(second).toMatchObject([{ kind: 'difference', cost: 0n, responses: 0, sidechain: false }])
    const rival = claim({ output: 0, session: 's1', sidechain: true })
    expect(postings(held([...first, ...second]), rival, perToken)).toEqual([])
  })

  it('gives a response to the earlier of two main conversations although a side conversation copied it before both', () => {
    const side = claim({ output: 9, session: 'side', sidechain: true, at: instant(1_000) })
    const early = claim({ output: 9, session: 'z', at: instant(2_000) }), late = claim({ output: 9, session: 'a', at: instant(3_000) })
    for (const copies of [[side, early, late], [side, late, early], [late, side, early], [early, side, late], [late, early, side]]) {
      const entries = copies.reduce<EntryDraft[]>((posted, copy) => [...posted, ...postings(posted.length === 0 ? null : held(posted), copy, perToken)], [])
      expect(entries.at(-1)).toMatchObject({ at: 1_000, ownedAt: 2_000, scope: { session: 'z' } })
    }
  })

  it('posts an entry of nothing where only the time of its owner became known', () => {
    const posted = postings(null, claim({ output: 9, at: instant(1_000), ownedAt: instant(3_000) }), perToken)
    expect(postings(held(posted), claim({ output: 9, at: instant(2_000) }), perToken)).toMatchObject([{ kind: 'difference', cost: 0n, responses: 0, at: 1_000, ownedAt: 2_000 }])
  })

  it('keeps the time of its owner through a fuller copy, a price and a copy that says nothing new', () => {
    const first = postings(null, claim({ output: 3, model: 'unknown', at: instant(1_000), ownedAt: instant(2_000) }), perToken)
    expect(first).toMatchObject([{ ownedAt: 2_000 }])
    expect(postings(held(first), claim({ output: 3, model: 'unknown', at: instant(2_000) }), perToken)).toEqual([])
    expect(postings(held(first), claim({ output: 9, model: 'unknown', at: instant(5_000), session: 'other' }), perToken)).toMatchObject([{ kind: 'difference', ownedAt: 2_000, scope: { session: 's1' } }])
    expect(repricing(held(first), 'k', () => ({ price: 'known', cost: nanoUsd(7n), card: 'new' }))).toMatchObject({ ownedAt: 2_000 })
  })

  it('moves a response to its earliest time', () => {
    const first = postings(null, claim({ output: 9, at: instant(2_000) }), perToken)
    expect(postings(held(first), claim({ output: 9, at: instant(1_000) }), perToken).map(entry => entry.at)).toEqual([2_000, 1_000])
  })

  it('keeps an unknown model without a cost and prices it once the card knows it', () => {
    const first = postings(null, claim({ output: 9, model: 'unknown' }), perToken)
    expect(first[0]).toMatchObject({ cost: null, unpriced: 1 })
    expect(repricing(held(first), 'k', () => ({ price: 'known', cost: nanoUsd(77n), card: 'new' }))).toMatchObject({ kind: 'repriced', cost: 77n, unpriced: -1, responses: 0 })
    expect(repricing(held(first), 'k', perToken)).toBeNull()
  })

  it('keeps what the agent says a response cost, also beside copies that do not say it, in any order', () => {
    const given = { ...claim({ output: 9 }), givenCost: nanoUsd(123n) }, plain = claim({ output: 9 }), less = { ...claim({ output: 4 }), givenCost: nanoUsd(55n) }
    for (const copies of [[given, plain, less], [plain, less, given], [less, plain, given], [less, given, plain], [plain, given, less], [given, less, plain]]) {
      const entries = copies.reduce<EntryDraft[]>((posted, copy) => [...posted, ...postings(posted.length === 0 ? null : held(posted), copy, perToken)], [])
      expect(held(entries)).toMatchObject({ cost: 123n, given: 123n, tokens: { output: 9 } })
    }
  })

  it('keeps it when an earlier copy that does not say it takes the response over', () => {
    const first = postings(null, { ...claim({ output: 9, at: instant(2_000) }), givenCost: nanoUsd(123n) }, perToken)
    expect(postings(held(first), claim({ output: 9, at: instant(1_000) }), perToken).map(({ cost }) => cost)).toEqual([-123n, 123n])
  })

  it('prices a response by the agent\'s word where the card has no rate, be it nothing', () => {
    const first = postings(null, claim({ output: 9, model: 'unknown' }), perToken)
    expect(postings(held(first), { ...claim({ output: 9, model: 'unknown' }), givenCost: nanoUsd(0n) }, perToken)).toMatchObject([{ kind: 'difference', cost: 0n, unpriced: -1, card: METER }])
  })

  it('lets the unlogged gap of a session shrink when a late line explains it', () => {
    const gap = (output: number, cost: bigint): Claimed => ({ ...claim({ output }), kind: 'unlogged', givenCost: nanoUsd(cost) })
    const first = postings(null, gap(10, 500n), perToken)
    const [entry] = postings({ ...held(first), kind: 'unlogged' }, gap(4, 200n), perToken)
    expect(entry).toMatchObject({ kind: 'difference', cost: -300n })
    expect(postings(null, gap(0, 0n), perToken)).toEqual([])
  })

  it('posts what a meter gained later at the later time, and moves nothing', () => {
    const gap = (output: number, at: number): Claimed => ({ ...claim({ output, at: instant(at) }), kind: 'unlogged', givenCost: nanoUsd(BigInt(output) * 10n) })
    const first = postings(null, gap(10, 1_000), perToken)
    expect(postings({ ...held(first), kind: 'unlogged' }, gap(15, 9_000), perToken)).toMatchObject([{ kind: 'difference', at: 9_000, cost: 50n }])
    expect(postings({ ...held(first), kind: 'unlogged' }, gap(4, 9_000), perToken)).toMatchObject([{ kind: 'difference', at: 1_000, cost: -60n }])
  })
})
