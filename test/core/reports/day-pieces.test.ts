// Arithmetic days against the boundaries that budgets use: they may never disagree about which day an instant is on.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { startOfDay } from '../../../src/core/budgets/zone.ts'
import type { DayPiece } from '../../../src/core/ledger/usage-sums.ts'
import { dayPieces } from '../../../src/core/reports/day-pieces.ts'
import { DAY_MS, HOUR_MS, instant, type Instant } from '../../../src/core/time.ts'

// Half hours, no change at all, changes at midnight, changes by half an hour, a change of date line long ago.
const ZONES = ['UTC', 'Europe/Paris', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns', 'America/Asuncion', 'Africa/Cairo', 'Asia/Beirut', 'Africa/Casablanca', 'America/Nuuk', 'Pacific/Apia', 'America/Havana', 'Atlantic/Azores']
const at = (text: string): Instant => instant(Date.parse(text))

const dayOf = (pieces: readonly DayPiece[], moment: Instant): number => {
  const piece = pieces.find(({ until }) => until === null || moment < until)
  return Math.floor((moment + (piece?.offsetMs ?? Number.NaN)) / DAY_MS)
}

describe('days as pieces', () => {
  it('begin and end where budget days do, in every zone and year', () => {
    fc.assert(fc.property(fc.constantFrom(...ZONES), fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2031, 0, 1) }), fc.integer({ min: -3 * HOUR_MS, max: 3 * HOUR_MS }), (zone, seed, offset) => {
      const midnight = startOfDay(zone, Math.floor(seed / DAY_MS))
      const moment = instant(midnight + offset)
      const day = dayOf(dayPieces(zone, moment, moment), moment)
      expect(startOfDay(zone, day)).toBeLessThanOrEqual(moment)
      expect(startOfDay(zone, day + 1)).toBeGreaterThan(moment)
    }), { numRuns: 600 })
  })
  it('hold for the whole range they are made for', () => {
    for (const zone of ZONES) {
      const pieces = dayPieces(zone, at('2024-01-01T00:00:00Z'), at('2026-12-31T00:00:00Z'))
      for (let day = Date.UTC(2025, 6, 1) / DAY_MS; day < Date.UTC(2026, 11, 31) / DAY_MS; day++) {
        const start = startOfDay(zone, day)
        expect([zone, day, dayOf(pieces, start), dayOf(pieces, instant(start - 1))]).toEqual([zone, day, day, day - 1])
      }
    }
  })
  it('are one piece where no clock changes', () => {
    expect(dayPieces('Asia/Kathmandu', at('2024-01-01T00:00:00Z'), at('2026-12-31T00:00:00Z'))).toEqual([{ until: null, offsetMs: 5.75 * HOUR_MS }])
    expect(dayPieces('Europe/Paris', at('2026-03-01T00:00:00Z'), at('2026-04-01T00:00:00Z'))).toEqual([{ until: at('2026-03-29T01:00:00Z'), offsetMs: HOUR_MS }, { until: null, offsetMs: 2 * HOUR_MS }])
  })
  it('keep a day that has begun where a clock goes back over midnight', () => {
    // St John's went back from 00:01 to 23:01 until 2011.
    const change = at('2010-11-07T02:31:00Z')
    const pieces = dayPieces('America/St_Johns', at('2010-11-06T00:00:00Z'), at('2010-11-09T00:00:00Z'))
    const day = Date.UTC(2010, 10, 7) / DAY_MS
    expect([-1, 0, 30 * 60_000, HOUR_MS].map(after => dayOf(pieces, instant(change + after)))).toEqual([day, day, day, day])
    expect(dayOf(pieces, instant(change - 61_000))).toBe(day - 1)
  })
  it('refuses a zone that does not exist', () => {
    expect(() => dayPieces('Mars/Olympus', instant(0), instant(0))).toThrow('Mars/Olympus')
  })
})
