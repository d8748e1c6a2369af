import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nanoUsd, parseUsd } from '../../../src/core/money.ts'
import type { StatuslineFacts } from '../../../src/core/statusline/facts.ts'
import { statusline, wallText, type LineContext } from '../../../src/core/statusline/line.ts'
import { displayWidth } from '../../../src/core/text/display-width.ts'
import { DAY_MS, HOUR_MS, instant, MINUTE_MS } from '../../../src/core/time.ts'

// Saturday, 12:00 in UTC.
const NOON = Date.UTC(2026, 10, 21, 12)
const at = (ms: number) => instant(NOON + ms)
const usd = (text: string, atLeast = false) => ({ cost: parseUsd(text), atLeast })
const NOTHING: StatuslineFacts = { model: '', session: null, today: null, hour: null, budget: null, lock: null, windows: [], contextPercent: null, daemon: 'following' }
const FIVE = { label: '5h', usedBasisPoints: 9_130, exhausted: false, atLeast: false, resetsAt: at(2 * HOUR_MS + 3 * MINUTE_MS) }
const ALL: StatuslineFacts = {
  model: 'Opus 5.5', session: usd('0.42'), today: usd('12.31', true), hour: usd('3.40'), budget: { id: 'web-daily', limit: parseUsd('20'), remaining: parseUsd('5.80'), atLeast: false },
  lock: null, windows: [FIVE, { ...FIVE, label: '7d', usedBasisPoints: 3_000, resetsAt: at(3 * DAY_MS) }], contextPercent: 12, daemon: 'following',
}
const shown = (facts: StatuslineFacts, columns = Infinity, change: Partial<LineContext> = {}): string => statusline(facts, { screen: { columns, colour: false, unicode: true }, now: at(0), zone: 'UTC', ...change })

describe('a status line', () => {
  it('says everything there is room for', () => {
    expect(shown(ALL)).toBe('Opus 5.5 · $0.42 session · $12.31+ today · web-daily $5.80 left · 5h 91% until 14:03 · $3.40/h · ctx 12%')
  })
  it('says nothing nobody knows', () => {
    expect(shown(NOTHING)).toBe('')
    expect(shown({ ...NOTHING, model: 'Opus 5.5' })).toBe('Opus 5.5')
    expect(shown({ ...NOTHING, windows: [{ ...FIVE, usedBasisPoints: null, exhausted: true, resetsAt: null }] })).toBe('5h spent')
    expect(shown({ ...NOTHING, contextPercent: 0, hour: usd('0'), session: usd('0') })).toBe('$0.00 session · ctx 0%')
  })
  it('says who did not answer', () => {
    expect(shown({ ...NOTHING, model: 'Opus 5.5', daemon: 'absent' })).toBe('Opus 5.5 · purser is not running')
    expect(shown({ ...NOTHING, model: 'Opus 5.5', daemon: 'silent' })).toBe('Opus 5.5 · purser does not answer')
    expect(shown({ ...NOTHING, today: usd('1', true), daemon: 'catching-up' })).toBe('$1.00+ today · purser reads history')
  })
  it('says that a person stopped it, of a lock by hand', () => {
    expect(shown({ ...NOTHING, lock: { rule: 'by hand', until: null } })).toBe('LOCKED by hand')
  })
  it('gives up the least important first, and what stops the session last', () => {
    const locked = { ...ALL, lock: { rule: 'web-daily', until: at(12 * HOUR_MS) } }
    expect([96, 80, 60, 40, 24, 12, 6, 3].map(columns => shown(locked, columns))).toEqual([
      'LOCKED by web-daily until Sun 00:00 · $0.42 · $12.31+ today · web-daily $5.80 left · 5h 91%',
      'LOCKED by web-daily until Sun 00:00 · $0.42 · web-daily $5.80 left · 5h 91%',
      'LOCKED by web-daily until Sun 00:00 · $5.80 left · 5h 91%',
      'LOCKED by web-daily until Sun 00:00',
      'LOCKED',
      'LOCKED', 'LOCKED', 'LO…',
    ])
  })
  it('never is wider than there is room, whatever it holds', () => {
    const amount = fc.option(fc.record({ cost: fc.bigInt({ min: 0n, max: 9_000_000_000_000_000n }).map(nanoUsd), atLeast: fc.boolean() }), { nil: null })
    const text = fc.string({ unit: 'grapheme', maxLength: 40 })
    const facts: fc.Arbitrary<StatuslineFacts> = fc.record({
      model: text, session: amount, today: amount, hour: amount, contextPercent: fc.option(fc.integer({ min: 0, max: 200 }), { nil: null }), daemon: fc.constantFrom('following' as const, 'absent' as const, 'catching-up' as const),
      budget: fc.option(fc.record({ id: text, limit: fc.constant(parseUsd('20')), remaining: fc.bigInt({ min: -90_000_000_000n, max: 20_000_000_000n }).map(nanoUsd), atLeast: fc.boolean() }), { nil: null }),
      lock: fc.option(fc.record({ rule: text, until: fc.constantFrom(null, at(HOUR_MS)) }), { nil: null }), windows: fc.constantFrom([], [FIVE], [FIVE, { ...FIVE, exhausted: true }]),
    })
    fc.assert(fc.property(facts, fc.integer({ min: 1, max: 200 }), (each, columns) => { expect(displayWidth(shown(each, columns))).toBeLessThanOrEqual(columns) }), { numRuns: 300 })
  })
  it('prints what others wrote as one visible line', () => {
    expect(shown({ ...NOTHING, model: 'Opus\u001b[2J\n5', budget: { id: 'a\u0007b', limit: parseUsd('1'), remaining: parseUsd('1'), atLeast: false } })).toBe('Opus 5 · ab $1.00 left')
  })
  it('colours only by warnings, and not at all where nobody wants colours', () => {
    const coloured = (facts: StatuslineFacts): string => shown(facts, Infinity, { screen: { columns: Infinity, colour: true, unicode: false } })
    expect(coloured({ ...NOTHING, windows: [FIVE] })).toBe('\u001b[33m5h 91%\u001b[0m\u001b[2m until 14:03\u001b[0m')
    expect(coloured({ ...NOTHING, windows: [{ ...FIVE, usedBasisPoints: 4_000, resetsAt: null }], contextPercent: 80 })).toBe('5h 40%\u001b[2m - \u001b[0m\u001b[33mctx 80%\u001b[0m')
  })
})

describe('what is left of a budget', () => {
  const left = (remaining: bigint, atLeast = false): string => shown({ ...NOTHING, budget: { id: 'b', limit: parseUsd('10'), remaining: nanoUsd(remaining), atLeast } })
  it('is at most so much where spending is at least so much', () => {
    expect([left(2_000_000_000n), left(2_000_000_000n, true), left(0n), left(-1_500_000_000n), left(-1_500_000_000n, true)]).toEqual(['b $2.00 left', 'b at most $2.00 left', 'b nothing left', 'b $1.50 over', 'b $1.50+ over'])
  })
})

describe('a quota window', () => {
  const windows = (...of: StatuslineFacts['windows']): string => shown({ ...NOTHING, windows: of })
  it('seen elsewhere or earlier is a lower bound', () => {
    expect(windows({ ...FIVE, atLeast: true })).toBe('5h 91%+ until 14:03')
    expect(windows({ ...FIVE, usedBasisPoints: 10_000, exhausted: true, atLeast: true })).toBe('5h 100% until 14:03')
  })
  it('beside the shortest is shown only when it is nearly spent', () => {
    expect(windows(FIVE, { ...FIVE, label: '7d', usedBasisPoints: 7_999 })).toBe('5h 91% until 14:03')
    expect(windows(FIVE, { ...FIVE, label: '7d', usedBasisPoints: 8_000 })).toBe('5h 91% until 14:03 · 7d 80% until 14:03')
  })
  it('is not rounded up: 99.99 is not spent', () => {
    expect(windows({ ...FIVE, usedBasisPoints: 9_999, resetsAt: null })).toBe('5h 99%')
  })
})

describe('a moment', () => {
  const clock = { now: at(0), zone: 'Europe/Paris' }
  it.each([[HOUR_MS, '14:00'], [11 * HOUR_MS, 'Sun 00:00'], [6 * DAY_MS, 'Fri 13:00'], [7 * DAY_MS, '11-28 13:00'], [-DAY_MS, '11-20 13:00']])('in %s ms is %s on the wall of its zone', (ms, text) => {
    expect(wallText(at(ms), clock)).toBe(text)
  })
  it('of a zone nobody knows is told in UTC', () => {
    expect(shown({ ...NOTHING, windows: [FIVE] }, Infinity, { zone: 'Mars/Base' })).toBe('5h 91% until 14:03')
  })
})
