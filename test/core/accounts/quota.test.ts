import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { basisPoints, isOver, observe, TRUST_MS, windowLabel, type Evidence, type QuotaObservation, type QuotaWindow } from '../../../src/core/accounts/quota.ts'
import { HOUR_MS, instant, MINUTE_MS, SECOND_MS } from '../../../src/core/time.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
const at = (ms: number) => instant(NOON + ms)
const seen = (change: Partial<QuotaObservation> = {}): QuotaObservation => ({
  agent: 'claude-code', account: '~/.claude', window: 'five_hour', minutes: null, usedBasisPoints: 5_000, exhausted: false, resetsAt: at(3 * HOUR_MS), observedAt: at(0), evidence: 'statusline', ...change,
})
const after = (...words: readonly QuotaObservation[]): QuotaWindow | null => words.reduce(observe, null as QuotaWindow | null)

describe('a word about a quota', () => {
  it('is believed when nothing is known', () => {
    expect(after(seen())).toEqual({ ...seen(), wakeAt: null })
  })
  it('calls a window exhausted that is rejected or used to the full, and wakes at its reset', () => {
    expect(after(seen({ usedBasisPoints: 10_000 }))).toMatchObject({ exhausted: true, wakeAt: at(3 * HOUR_MS) })
    expect(after(seen({ usedBasisPoints: null, exhausted: true }))).toMatchObject({ exhausted: true, wakeAt: at(3 * HOUR_MS) })
    expect(after(seen({ usedBasisPoints: 9_999 }))).toMatchObject({ exhausted: false, wakeAt: null })
  })
  it('is no exhausted quota when it is a throttle of the minute', () => {
    expect(after(seen({ minutes: 1, exhausted: true, evidence: 'stream' }))).toBeNull()
    expect(after(seen(), seen({ minutes: 1, exhausted: true, observedAt: at(1), evidence: 'stream' }))).toMatchObject({ exhausted: false })
    expect(after(seen({ minutes: 60, exhausted: true }))).toMatchObject({ exhausted: true })
  })
  it('of a window that is over says nothing', () => {
    expect(after(seen({ resetsAt: at(0) }))).toBeNull()
    expect(after(seen(), seen({ observedAt: at(MINUTE_MS), resetsAt: at(MINUTE_MS), usedBasisPoints: 10_000 }))).toMatchObject({ exhausted: false })
  })
  it('that is older than what is known changes nothing, however strong', () => {
    const known = after(seen())
    expect(observe(known, seen({ evidence: 'stream', observedAt: at(-1), usedBasisPoints: 9_000 }))).toBe(known)
  })
  it('about a window after the known one opens it anew, whatever its rank', () => {
    const next = seen({ observedAt: at(3 * HOUR_MS), resetsAt: at(8 * HOUR_MS), usedBasisPoints: 100, evidence: 'pane' })
    expect(after(seen({ usedBasisPoints: 10_000, evidence: 'stream' }), next)).toMatchObject({ usedBasisPoints: 100, exhausted: false, wakeAt: null })
  })
})

describe('weaker evidence', () => {
  const spent = seen({ usedBasisPoints: 10_000, evidence: 'statusline' })
  const weak = (change: Partial<QuotaObservation>): QuotaObservation => seen({ evidence: 'log', observedAt: at(MINUTE_MS), ...change })
  it('may only bring a wake forward', () => {
    expect(after(spent, weak({ exhausted: true, usedBasisPoints: null, resetsAt: at(HOUR_MS) }))).toEqual({ ...after(spent), wakeAt: at(HOUR_MS) })
    const later = after(spent)
    expect(observe(later, weak({ exhausted: true, usedBasisPoints: null, resetsAt: at(4 * HOUR_MS) }))).toBe(later)
  })
  it('that disagrees makes the window worth looking at now, and changes nothing else', () => {
    expect(after(seen(), weak({ exhausted: true }))).toEqual({ ...after(seen()), wakeAt: at(MINUTE_MS) })
    expect(after(spent, weak({ usedBasisPoints: 100 }))).toEqual({ ...after(spent), wakeAt: at(MINUTE_MS) })
  })
  it('counts by itself once the stronger word is no longer trusted', () => {
    expect(after(seen(), weak({ exhausted: true, observedAt: at(TRUST_MS) }))).toMatchObject({ exhausted: true, evidence: 'log' })
    expect(after(seen(), weak({ exhausted: true, observedAt: at(TRUST_MS - 1) }))).toMatchObject({ exhausted: false, evidence: 'statusline' })
  })
  it('never lengthens a wait nor hides an exhausted window while the stronger word is trusted', () => {
    const evidence = fc.constantFrom<Evidence>('log', 'hook', 'pane')
    const word = fc.record({ evidence, used: fc.option(fc.integer({ min: 0, max: 12_000 })), exhausted: fc.boolean(), reset: fc.option(fc.integer({ min: 1, max: 10 * HOUR_MS })), after: fc.integer({ min: 0, max: TRUST_MS - 1 }) })
    fc.assert(fc.property(fc.array(word, { maxLength: 8 }), words => {
      const end = words.reduce((known, { evidence: from, used, exhausted, reset, after: later }) => observe(known, seen({ evidence: from, usedBasisPoints: used, exhausted, resetsAt: reset === null ? null : at(reset), observedAt: at(later) })), after(spent))
      expect(end).toMatchObject({ exhausted: true, usedBasisPoints: 10_000, resetsAt: spent.resetsAt, evidence: 'statusline' })
      expect(end?.wakeAt ?? Infinity).toBeLessThanOrEqual(spent.resetsAt ?? 0)
    }))
  })
})

describe('a status line', () => {
  it('that repeats an old figure of the same window takes nothing back', () => {
    const known = after(seen({ usedBasisPoints: 9_100 }))
    expect(observe(known, seen({ usedBasisPoints: 4_000, observedAt: at(HOUR_MS), resetsAt: at(3 * HOUR_MS + SECOND_MS) }))).toBe(known)
    expect(after(seen({ usedBasisPoints: 10_000 }), seen({ usedBasisPoints: 9_100, observedAt: at(1) }))).toMatchObject({ exhausted: true })
  })
  it('with another reset is news: the vendor granted it early', () => {
    expect(after(seen({ usedBasisPoints: 10_000 }), seen({ usedBasisPoints: 200, observedAt: at(1), resetsAt: at(5 * HOUR_MS) }))).toMatchObject({ exhausted: false, usedBasisPoints: 200 })
  })
  it('from the vendor itself may go down: its time is its own', () => {
    expect(after(seen({ evidence: 'stream', usedBasisPoints: 9_100 }), seen({ evidence: 'stream', usedBasisPoints: 4_000, observedAt: at(1) }))).toMatchObject({ usedBasisPoints: 4_000 })
  })
})

it('keeps the known reset when a stop names none', () => {
  expect(after(seen({ evidence: 'hook' }), seen({ evidence: 'hook', exhausted: true, usedBasisPoints: null, resetsAt: null, observedAt: at(1) }))).toMatchObject({ exhausted: true, resetsAt: at(3 * HOUR_MS), wakeAt: at(3 * HOUR_MS) })
})

it('is over at its reset, or after its length when no reset is known', () => {
  expect([isOver(seen(), at(3 * HOUR_MS - 1)), isOver(seen(), at(3 * HOUR_MS))]).toEqual([false, true])
  const unnamed = seen({ resetsAt: null, window: 'primary', minutes: 300 })
  expect([isOver(unnamed, at(5 * HOUR_MS - 1)), isOver(unnamed, at(5 * HOUR_MS)), isOver(seen({ resetsAt: null }), at(5 * HOUR_MS)), isOver({ ...unnamed, minutes: null }, at(5 * HOUR_MS))]).toEqual([false, true, true, false])
})

it('counts shares in hundredths of a percent and takes no absurd one', () => {
  expect([29.3, 0, 100, 99.999, 91, 130].map(basisPoints)).toEqual([2_930, 0, 10_000, 9_999, 9_100, 13_000])
  expect([null, -1, Number.NaN, Infinity, 1e9].map(basisPoints)).toEqual([null, null, null, null, null])
})

it.each([['five_hour', null, '5h'], ['seven_day', null, '7d'], ['seven_day_opus', null, '7d opus'], ['primary', 300, '5h'], ['secondary', 10_080, '7d'], ['primary', 43_200, '30d'], ['primary', 1_440, '24h'], ['monthly', null, 'monthly'], ['', null, 'quota'], ['', 300, '5h']])('calls the window %s of %s minutes %s', (window, minutes, label) => {
  expect(windowLabel({ window, minutes })).toBe(label)
})
