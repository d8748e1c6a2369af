import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WindowKind } from '../../../src/core/budgets/budget.ts'
import { advance, isOpen, isRolling, ROLLING_MS, WINDOW_KINDS, windowAt, type Window } from '../../../src/core/budgets/window.ts'
import { DAY_MS, HOUR_MS, instant, type Instant } from '../../../src/core/time.ts'

const at = (iso: string): Instant => instant(Date.parse(iso))
const span = (window: Window): string => `${new Date(window.start).toISOString()} ${window.end === null ? '-' : new Date(window.end).toISOString()}`
const hours = ({ start, end }: Window): number => ((end ?? start) - start) / HOUR_MS

/** The date on the wall, by another road than the one under test. */
const walls = new Map<string, Intl.DateTimeFormat>()
function wall(zone: string, when: number): string {
  const format = walls.get(zone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' })
  walls.set(zone, format)
  return format.format(when)
}
const weekday = (zone: string, when: number): string => new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'long' }).format(when)

const ZONES = ['UTC', 'Europe/Paris', 'America/New_York', 'Asia/Bangkok', 'Asia/Kathmandu', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Beirut', 'Africa/Cairo', 'America/Havana', 'America/Santiago', 'Africa/Casablanca', 'America/Nuuk', 'Pacific/Chatham', 'Pacific/Kiritimati']
const CALENDAR = ['day', 'week', 'month'] as const
const anyZone = fc.constantFrom(...ZONES)
const anyInstant = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) }).map(instant)

describe('calendar windows', () => {
  it.each([
    ['Asia/Bangkok', '2026-11-20T16:59:59.999Z', '2026-11-19T17:00:00.000Z 2026-11-20T17:00:00.000Z', 24],
    ['Asia/Bangkok', '2026-11-20T17:00:00Z', '2026-11-20T17:00:00.000Z 2026-11-21T17:00:00.000Z', 24],
    ['America/New_York', '2026-11-20T04:59:59.999Z', '2026-11-19T05:00:00.000Z 2026-11-20T05:00:00.000Z', 24],
    ['Europe/Paris', '2026-03-29T12:00:00Z', '2026-03-28T23:00:00.000Z 2026-03-29T22:00:00.000Z', 23],
    ['Europe/Paris', '2026-10-25T00:30:00Z', '2026-10-24T22:00:00.000Z 2026-10-25T23:00:00.000Z', 25],
    ['Australia/Lord_Howe', '2024-10-06T00:00:00Z', '2024-10-05T13:30:00.000Z 2024-10-06T13:00:00.000Z', 23.5],
    ['Asia/Beirut', '2022-03-27T10:00:00Z', '2022-03-26T22:00:00.000Z 2022-03-27T21:00:00.000Z', 23],
    ['Africa/Cairo', '2024-04-25T23:00:00Z', '2024-04-25T22:00:00.000Z 2024-04-26T21:00:00.000Z', 23],
    ['America/Havana', '2023-11-05T04:30:00Z', '2023-11-05T04:00:00.000Z 2023-11-06T05:00:00.000Z', 25],
    ['America/Sao_Paulo', '2018-02-18T02:30:00Z', '2018-02-17T02:00:00.000Z 2018-02-18T03:00:00.000Z', 25],
    ['Pacific/Apia', '2011-12-30T11:00:00Z', '2011-12-30T10:00:00.000Z 2011-12-31T10:00:00.000Z', 24],
    // 23:01 to 24:00 is shown a second time, after the day has begun: it belongs to the new day.
    ['America/St_Johns', '2010-11-07T02:40:00Z', '2010-11-07T02:30:00.000Z 2010-11-08T03:30:00.000Z', 25],
  ])('the day of %s at %s is exact', (zone, now, expected, length) => {
    const window = windowAt('day', zone, at(now))
    expect(span(window)).toBe(expected)
    expect(hours(window)).toBe(length)
  })

  it('begins a week on Monday and a month on the 1st, over the turn of a year and a leap day', () => {
    expect(span(windowAt('week', 'UTC', at('2027-01-03T23:59:59.999Z')))).toBe('2026-12-28T00:00:00.000Z 2027-01-04T00:00:00.000Z')
    expect(span(windowAt('month', 'Europe/Paris', at('2028-02-29T12:00:00Z')))).toBe('2028-01-31T23:00:00.000Z 2028-02-29T23:00:00.000Z')
    expect(span(windowAt('month', 'UTC', at('2026-12-31T23:59:59.999Z')))).toBe('2026-12-01T00:00:00.000Z 2027-01-01T00:00:00.000Z')
  })

  it('holds exactly the instants that show its date on the wall', () => {
    fc.assert(fc.property(anyZone, anyInstant, fc.double({ min: 0, max: 0.999, noNaN: true }), (zone, now, share) => {
      const window = windowAt('day', zone, now)
      const end = window.end as Instant
      const inside = Math.floor(window.start + share * (end - window.start))
      expect([wall(zone, window.start), wall(zone, inside), wall(zone, end - 1)]).toEqual(Array.from({ length: 3 }, () => wall(zone, now)))
      expect(wall(zone, end)).not.toBe(wall(zone, now))
    }), { numRuns: 300 })
  })

  it('leaves no gap and no overlap: a window ends where the next begins, and holds its own start', () => {
    fc.assert(fc.property(fc.constantFrom(...CALENDAR), anyZone, anyInstant, (kind, zone, now) => {
      const window = windowAt(kind, zone, now)
      expect(now).toBeGreaterThanOrEqual(window.start)
      expect(now).toBeLessThan(window.end as Instant)
      expect(windowAt(kind, zone, window.start)).toEqual(window)
      expect(windowAt(kind, zone, window.end as Instant).start).toBe(window.end)
      expect(windowAt(kind, zone, instant(window.start - 1)).end).toBe(window.start)
    }), { numRuns: 300 })
  })

  it('makes weeks and months of whole days', () => {
    fc.assert(fc.property(anyZone, anyInstant, (zone, now) => {
      for (const kind of ['week', 'month'] as const) {
        const window = windowAt(kind, zone, now)
        expect(windowAt('day', zone, window.start).start).toBe(window.start)
        if (kind === 'week') expect(weekday(zone, window.start)).toBe('Monday')
        else expect(wall(zone, window.start).slice(8)).toBe('01')
      }
    }), { numRuns: 150 })
  })

  it('answers the same in any order, with what it remembers and without', () => {
    fc.assert(fc.property(anyZone, fc.array(anyInstant, { minLength: 2, maxLength: 20 }), (zone, instants) => {
      const there = instants.map(now => span(windowAt('day', zone, now)))
      const back = instants.toReversed().map(now => span(windowAt('day', zone, now))).toReversed()
      expect(back).toEqual(there)
    }), { numRuns: 100 })
  })

  it('asks the runtime about a boundary once, not for every log line', () => {
    const prototype = Intl.DateTimeFormat.prototype as { formatToParts: (this: Intl.DateTimeFormat, when?: number | Date) => Intl.DateTimeFormatPart[] }
    const original = prototype.formatToParts
    let asked = 0
    prototype.formatToParts = function count(when) { asked++; return original.call(this, when) }
    try {
      const start = at('2031-01-01T00:00:00Z')
      for (let line = 0; line < 100_000; line++) windowAt('day', 'Europe/Madrid', instant(start + (line * 7_919_000) % (365 * DAY_MS)))
    } finally {
      prototype.formatToParts = original
    }
    // 365 days, at most 5 questions each for two windows a bucket, and two searches of 60.
    expect(asked).toBeLessThan(5_000)
  })
})

describe('other windows', () => {
  it('rolling ones begin their length before now and never end', () => {
    const now = at('2026-03-29T03:00:00Z')
    for (const kind of ['5h', '24h', '7d'] as const) expect(windowAt(kind, 'Europe/Paris', now)).toEqual({ kind, zone: 'Europe/Paris', start: now - ROLLING_MS[kind], end: null })
    expect([ROLLING_MS['5h'], ROLLING_MS['24h'], ROLLING_MS['7d']]).toEqual([5 * HOUR_MS, DAY_MS, 7 * DAY_MS])
    expect(WINDOW_KINDS.filter(isRolling)).toEqual(['5h', '24h', '7d'])
  })

  it('a lifetime holds everything', () => {
    expect(windowAt('lifetime', 'UTC', at('2026-01-01T00:00:00Z'))).toEqual({ kind: 'lifetime', zone: 'UTC', start: 0, end: null })
  })

  it('refuses a zone that does not exist rather than counting in another', () => {
    expect(() => windowAt('day', 'Europe/Pariss', at('2026-01-01T00:00:00Z'))).toThrow(/not a time zone/)
  })
})

describe('advance', () => {
  it('goes on to the next window at its end, and not a millisecond earlier', () => {
    const today = windowAt('day', 'Europe/Paris', at('2026-11-21T12:00:00Z'))
    expect(advance(today, instant((today.end as Instant) - 1))).toBe(today)
    expect(advance(today, today.end as Instant).start).toBe(today.end)
  })

  it('never reopens a closed window, whatever the clock does', () => {
    fc.assert(fc.property(fc.constantFrom<WindowKind>(...WINDOW_KINDS), anyZone, fc.array(anyInstant, { minLength: 2, maxLength: 12 }), (kind, zone, clock) => {
      const [first, ...later] = clock as [Instant, ...Instant[]]
      let window = windowAt(kind, zone, first)
      for (const now of later) {
        const next = advance(window, now)
        expect(next.start).toBeGreaterThanOrEqual(window.start)
        expect(isOpen(next, now)).toBe(true)
        window = next
      }
    }), { numRuns: 200 })
  })

  it('keeps a window open whose start lies ahead, because the clock went back', () => {
    const today = windowAt('day', 'UTC', at('2026-11-21T12:00:00Z'))
    expect(isOpen(advance(today, at('2026-11-19T00:00:00Z')), at('2026-11-19T00:00:00Z'))).toBe(true)
    expect(isOpen(today, today.end as Instant)).toBe(false)
  })
})
