import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { faultsOf, sameUse, summed, toLearn, type History } from '../../../src/core/ledger/history.ts'
import { draft } from '../../../src/core/external/cumulative.ts'
import { countings } from '../../../src/core/ledger/counting.ts'
import { postings, type EntryDraft } from '../../../src/core/ledger/posting.ts'
import { nanoUsd } from '../../../src/core/money.ts'
import { instant } from '../../../src/core/time.ts'
import { NO_TOKENS } from '../../../src/core/usage/tokens.ts'
import { claim } from '../../support/claims.ts'
import { aHistory, cardAt, claimOfKey, historyOf } from '../../support/histories.ts'

const CARD = cardAt(1_000n, 'card-1'), DEARER = cardAt(3_000n, 'card-2')
const KEY = 'claude-code:msg_1'
const use = (history: History): unknown => { const { tokens, model, billing, scope, at, ownedAt, partial, sidechain } = summed(history); return { tokens, model, billing, at, ownedAt, partial, sidechain, session: scope.session, project: scope.project } }
const broken = (history: History, index: number, over: Partial<EntryDraft>): string[] => faultsOf(history.map((entry, at) => (at === index ? { ...entry, ...over } : entry))).map(fault => `${fault.entry} ${fault.rule}`)

describe('toLearn', () => {
  it('takes a response that is not known as it was posted, with its price and its history', () => {
    const theirs = historyOf([claim({ output: 1, final: false }), claim({ output: 9 })], DEARER)
    expect(toLearn(null, theirs)).toBe(theirs)
  })

  it('takes only the rest when theirs goes on from ours, and nothing when ours does', () => {
    const theirs = historyOf([claim({ output: 1, final: false }), claim({ output: 9 })], CARD)
    expect(toLearn(theirs.slice(0, 1), theirs)).toEqual(theirs.slice(1))
    expect(toLearn(theirs, theirs.slice(0, 1))).toEqual([])
    expect(toLearn(theirs, theirs)).toEqual([])
  })

  it('posts the difference to a fuller copy at the price it has there', () => {
    const ours = historyOf([claim({ output: 4 })], CARD), theirs = historyOf([claim({ output: 9 })], DEARER)
    expect(toLearn(ours, theirs)).toMatchObject([{ kind: 'difference', seq: 1, tokens: { output: 5 }, cost: 23_000n, card: 'card-2' }])
    expect(toLearn(theirs, ours)).toEqual([])
  })

  it('leaves the price of what is posted alone, whatever it costs elsewhere', () => {
    const ours = historyOf([claim({ output: 9 })], CARD), theirs = historyOf([claim({ output: 9 })], DEARER)
    expect(toLearn(ours, theirs)).toEqual([])
    const sooner = historyOf([claim({ output: 9, at: instant(Date.UTC(2026, 10, 1)) })], DEARER)
    expect(toLearn(ours, sooner).map(({ kind, cost, card }) => ({ kind, cost, card }))).toEqual([{ kind: 'moved', cost: -9_000n, card: '' }, { kind: 'moved', cost: 9_000n, card: 'card-1' }])
  })

  it('prices what had no price here and has one there', () => {
    const ours = historyOf([claim({ output: 9 })], () => ({ price: 'unknown', why: 'unknown_model' })), theirs = historyOf([claim({ output: 9 })], CARD)
    expect(toLearn(ours, theirs)).toMatchObject([{ kind: 'repriced', cost: 9_000n, card: 'card-1', unpriced: -1 }])
    expect(toLearn(theirs, ours)).toEqual([])
  })

  it('replaces the gap of a meter by a larger one, never by a smaller', () => {
    const gap = (output: number): EntryDraft[] => postings(null, { ...claim({ output }), key: 'unlogged:claude-code:s1:m', kind: 'unlogged', givenCost: nanoUsd(BigInt(output) * 7n) }, CARD)
    expect(toLearn(gap(4), gap(9))).toMatchObject([{ kind: 'difference', responses: 0, tokens: { output: 5 }, cost: 35n, card: 'client-meter' }])
    expect(toLearn(gap(9), gap(4))).toEqual([])
  })

  it('raises what a bill said to the dearer reading, though there is not a token in it', () => {
    const bill = (dollars: bigint): EntryDraft[] => [draft({ key: 'external:bill:', seq: 0, at: claim().at, scope: claim().scope, model: 'bill', cost: nanoUsd(dollars) })]
    expect(toLearn(bill(500n), bill(800n))).toMatchObject([{ kind: 'difference', seq: 1, cost: 300n, responses: 0 }])
    expect(toLearn(bill(800n), bill(500n))).toEqual([])
  })

  it('raises a counter to what the further ledger has counted, once', () => {
    const readings = fc.array(fc.record({ hour: fc.integer({ min: 0, max: 5 }), output: fc.integer({ min: 1, max: 9 }) }), { minLength: 1, maxLength: 5 })
    const counted = (read: readonly { hour: number; output: number }[]): EntryDraft[] => {
      const history: EntryDraft[] = []
      for (const { hour, output } of read) history.push(...countings(history, { ...claim({ key: 'droid:s1', output, at: instant(Date.UTC(2026, 0, 5, hour)) }), kind: 'counter' }, CARD))
      return history
    }
    const total = (history: History): number => summed(history).tokens.output
    fc.assert(fc.property(readings, readings, (a, b) => {
      const [ours, theirs] = [counted(a), counted(b)]
      expect(faultsOf(ours)).toEqual([])
      const after = [...ours, ...toLearn(ours, theirs)]
      expect(total(after)).toBe(Math.max(total(ours), total(theirs)))
      expect(faultsOf(after)).toEqual([])
      expect(toLearn(after, theirs)).toEqual([])
    }))
  })

  it('adds nothing the second time, and leaves a sound history, whatever both have seen', () => {
    fc.assert(fc.property(aHistory(KEY, CARD), aHistory(KEY, DEARER), ({ history: ours }, { history: theirs }) => {
      const after = [...ours, ...toLearn(ours, theirs)]
      expect(faultsOf(after)).toEqual([])
      expect(toLearn(after, theirs)).toEqual([])
    }), { numRuns: 2_000 })
  })

  it('comes to the same use and the same owner as reading the copies of both, in either direction', () => {
    fc.assert(fc.property(aHistory(KEY, CARD), aHistory(KEY, CARD), (ours, theirs) => {
      const here = use([...ours.history, ...toLearn(ours.history, theirs.history)])
      expect(use([...theirs.history, ...toLearn(theirs.history, ours.history)])).toEqual(here)
    }), { numRuns: 2_000 })
  })

  it('costs what one of both says the same use costs', () => {
    fc.assert(fc.property(aHistory(KEY, CARD), aHistory(KEY, DEARER), ({ history: ours }, { history: theirs }) => {
      const after = summed([...ours, ...toLearn(ours, theirs)])
      const from = [summed(ours), summed(theirs)].filter(each => sameUse(each, after))
      expect(from.length).toBeGreaterThan(0)
      expect(from.some(each => each.cost === after.cost || after.unpriced)).toBe(true)
    }), { numRuns: 2_000 })
  })
})

describe('faultsOf', () => {
  const history = historyOf([claim({ output: 4, final: false, sidechain: true, session: 'side' }), claim({ output: 9, session: 'main' })], CARD)

  it('finds nothing wrong with what the posting rules make', () => {
    fc.assert(fc.property(fc.array(claimOfKey(KEY), { minLength: 1, maxLength: 6 }), copies => { expect(faultsOf(historyOf(copies, CARD))).toEqual([]) }), { numRuns: 1_000 })
    expect(history.map(entry => entry.kind)).toEqual(['usage', 'moved', 'moved'])
  })

  it.each<[string, number, Partial<EntryDraft>, string]>([
    ['a number that is missing', 1, { seq: 2 }, '1 sequence'],
    ['a correction of nothing', 0, { kind: 'difference' }, '0 form'],
    ['a second beginning', 1, { kind: 'usage' }, '1 form'],
    ['a time before there were agents', 0, { at: instant(0) }, '0 form'],
    ['an owner who spoke before anybody', 0, { ownedAt: instant(Date.UTC(2026, 10, 20, 11)) }, '0 form'],
    ['a cost without a card', 0, { card: '' }, '0 price'],
    ['a card without a cost', 0, { cost: null }, '0 price'],
    ['a use below zero', 0, { tokens: { ...NO_TOKENS, output: 4, input: -1 } }, '0 sum'],
    ['a cost below zero', 2, { cost: nanoUsd(-1n) }, '2 sum'],
    ['a response that is counted twice', 2, { responses: 2 }, '2 sum'],
    ['a move that leaves something behind', 1, { cost: nanoUsd(-3_000n) }, '1 move'],
  ])('finds %s', (_, index, over, fault) => {
    expect(broken(history, index, over)).toContain(fault)
  })

  it('finds a response that was taken from its owner and given to nobody', () => {
    expect(faultsOf(history.slice(0, 2)).map(fault => fault.why)).toEqual(['takes the response from its owner and gives it to nobody'])
  })
})
