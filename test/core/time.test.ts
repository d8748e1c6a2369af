import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY_MS, durationText, HOUR_MS, instant, isoText, isPlausible, MINUTE_MS, parseDurationMs, parseInstant, SECOND_MS } from '../../src/core/time.ts'

describe('an instant', () => {
  it('comes back from its own text', () => {
    fc.assert(fc.property(fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2100, 0, 1) - 1 }), epochMs => {
      expect(parseInstant(isoText(instant(epochMs)))).toBe(epochMs)
    }))
  })
  it.each([
    ['2026-11-20T12:00:00Z', Date.UTC(2026, 10, 20, 12)], ['2026-11-20T12:00:00.5Z', Date.UTC(2026, 10, 20, 12) + 500],
    ['2026-11-20T12:00:00+02:00', Date.UTC(2026, 10, 20, 10)], ['2026-11-20T12:00:00.123456789Z', Date.UTC(2026, 10, 20, 12) + 123],
  ])('reads %s', (text, epochMs) => {
    expect(parseInstant(text)).toBe(epochMs)
  })
  it.each(['', 'yesterday', '2026-11-20', '2026-11-20T12:00:00', '2026-11-20 12:00:00Z', '2026-13-01T00:00:00Z', '1970-01-01T00:00:00Z', '2100-01-01T00:00:00Z', '20261120T120000Z', 'Nov 20 2026 12:00 UTC'])('is never guessed from %j', text => {
    expect(parseInstant(text)).toBeNull()
  })
  it('is damaged before 2020, from 2100, and when it is no whole millisecond', () => {
    expect([Date.UTC(2020, 0, 1), Date.UTC(2100, 0, 1) - 1].map(isPlausible)).toEqual([true, true])
    expect([Date.UTC(2020, 0, 1) - 1, Date.UTC(2100, 0, 1), Number.NaN, Infinity, Date.UTC(2026, 0, 1) + 0.5].map(isPlausible)).toEqual([false, false, false, false, false])
  })
})

describe('a duration', () => {
  it.each([['30s', 30 * SECOND_MS], ['5m', 5 * MINUTE_MS], ['2h', 2 * HOUR_MS], ['1.5h', 90 * MINUTE_MS], ['500ms', 500], ['7d', 7 * DAY_MS], [' 2 s ', 2 * SECOND_MS], ['0s', 0]])('is read from %j', (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms)
  })
  it.each(['', '5', 's', '-5s', '5 minutes', '1h30m', '1e3s', 'NaNs'])('is not read from %j', text => {
    expect(parseDurationMs(text)).toBeNull()
  })
  it.each([
    [0, '0s'], [12_400, '12s'], [59_499, '59s'], [60_000, '1m'], [250_000, '4m 10s'], [3_600_000, '1h 00m'], [3_900_000, '1h 05m'], [47 * HOUR_MS, '47h 00m'], [2 * DAY_MS, '2d 00h'], [-5, '0s'],
  ])('of %d ms is told as %s', (ms, text) => {
    expect(durationText(ms)).toBe(text)
  })
})
