import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { civilDay, offsetMs, startOfDay, zoneValid } from '../../../src/core/budgets/zone.ts'
import { DAY_MS, HOUR_MS, instant, MINUTE_MS } from '../../../src/core/time.ts'

const at = (iso: string) => instant(Date.parse(iso))

describe('zoneValid', () => {
  it.each(['UTC', 'Europe/Paris', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5', 'Asia/Kolkata'])('knows %s', zone => {
    expect(zoneValid(zone)).toBe(true)
  })

  // Node 22 takes offsets and Node 20 does not; a budget must mean the same on both.
  it.each(['', ' ', 'Europe/Pariss', 'Mars/Olympus', '+05:30', '-08:00', 'Europe/Paris ', '../etc/passwd'])('refuses %j', zone => {
    expect(zoneValid(zone)).toBe(false)
  })
})

describe('offsetMs', () => {
  it('is exact to the minute, and right in milliseconds within a second', () => {
    expect(offsetMs('Asia/Kathmandu', at('2026-01-01T00:00:00.999Z'))).toBe((5 * 60 + 45) * MINUTE_MS)
    expect(offsetMs('America/St_Johns', at('2026-01-01T00:00:00Z'))).toBe(-(3 * 60 + 30) * MINUTE_MS)
    expect(offsetMs('Pacific/Kiritimati', at('2026-01-01T00:00:00Z'))).toBe(14 * HOUR_MS)
  })

  it('names the zone that is none', () => {
    expect(() => offsetMs('Europe/Pariss', at('2026-01-01T00:00:00Z'))).toThrow(/"Europe\/Pariss" is not a time zone/)
  })
})

describe('startOfDay', () => {
  it.each([
    // Midnight does not exist: the clock jumps from 00:00 to 01:00.
    ['Asia/Beirut', '2022-03-27', '2022-03-26T22:00:00Z'],
    ['Africa/Cairo', '2024-04-26', '2024-04-25T22:00:00Z'],
    ['America/Havana', '2023-03-12', '2023-03-12T05:00:00Z'],
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00Z'],
    ['America/Santiago', '2024-09-08', '2024-09-08T04:00:00Z'],
    // Midnight happens twice: the first one begins the day.
    ['America/Havana', '2023-11-05', '2023-11-05T04:00:00Z'],
    // The hour before midnight happens twice: the day begins after the second.
    ['America/Sao_Paulo', '2018-02-18', '2018-02-18T03:00:00Z'],
    ['Asia/Beirut', '2022-10-30', '2022-10-29T22:00:00Z'],
    // One minute of the day is shown, then yesterday's last hour again: what has begun stays.
    ['America/St_Johns', '2010-11-07', '2010-11-07T02:30:00Z'],
    // The whole date is skipped: its start is the next one's.
    ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00Z'],
    ['Pacific/Apia', '2011-12-31', '2011-12-30T10:00:00Z'],
  ])('finds the first instant of %s %s', (zone, date, start) => {
    expect(new Date(startOfDay(zone, Date.parse(`${date}T00:00:00Z`) / DAY_MS)).toISOString()).toBe(new Date(start).toISOString())
  })

  it('is the first instant that shows the date: one millisecond earlier the wall still shows an earlier one', () => {
    const zones = ['UTC', 'Europe/Paris', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Africa/Casablanca', 'America/Nuuk', 'Asia/Tehran', 'America/Asuncion', 'Pacific/Chatham']
    fc.assert(fc.property(fc.constantFrom(...zones), fc.integer({ min: Date.UTC(2020, 0, 1) / DAY_MS, max: Date.UTC(2038, 0, 1) / DAY_MS }), (zone, day) => {
      const start = startOfDay(zone, day)
      expect(civilDay(zone, start)).toBe(day)
      expect(civilDay(zone, instant(start - 1))).toBe(day - 1)
    }), { numRuns: 400 })
  })
})
