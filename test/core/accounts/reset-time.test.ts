import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseResetTime, type BannerTime } from '../../../src/core/accounts/reset-time.ts'
import { DAY_MS, HOUR_MS, instant, isoText, MINUTE_MS } from '../../../src/core/time.ts'

// A Saturday.
const NOON = instant(Date.UTC(2026, 10, 21, 12))
const banner = (change: Partial<BannerTime> = {}): BannerTime => ({ at: NOON, zone: 'UTC', minutes: null, ...change })
const read = (text: string, change: Partial<BannerTime> = {}): string => { const found = parseResetTime(text, banner(change)); return found === null ? 'unknown' : isoText(found).slice(0, 16) }

describe('a reset that a client wrote', () => {
  it.each([
    ['Claude AI usage limit reached|1795269600', '2026-11-21T14:00'],
    ['Claude AI usage limit reached|1795269600000', '2026-11-21T14:00'],
    ['resets at 2026-11-21T14:00:00Z', '2026-11-21T14:00'],
    ['resets at 2026-11-21T16:00:00+02:00', '2026-11-21T14:00'],
    ['5-hour limit reached ∙ resets 3pm', '2026-11-21T15:00'],
    ["You've hit your 5-hour limit · resets 3:39pm (UTC)", '2026-11-21T15:39'],
    ["You've hit your session limit · resets 8pm (Europe/Paris)", '2026-11-21T19:00'],
    ["You've hit your weekly limit · resets Nov 24 at 12:30am (America/New_York)", '2026-11-24T05:30'],
    ["You've hit your usage limit. Try again at 3:51 PM.", '2026-11-21T15:51'],
    ['try again at Nov 23rd, 2026 9:01 PM', '2026-11-23T21:01'],
    ['Try again in 4 days 20 hours 9 minutes.', '2026-11-26T08:09'],
    ['Usage limit reached for gemini-9-pro. Access resets at 10:57 PM GMT-3', '2026-11-22T01:57'],
    ['Refreshes in 6 days and 18 hours', '2026-11-28T06:00'],
    ['[retrying in 2h5m attempt #4]', '2026-11-21T14:05'],
    ['resets in 2 hours 30 minutes', '2026-11-21T14:30'],
    ['resets in 45s', '2026-11-21T12:00'],
    ['resets in 0 minutes', '2026-11-21T12:00'],
    ['resets Monday at 9am', '2026-11-23T09:00'],
    ['resets Sat 9am', '2026-11-28T09:00'],
    ['resets Tuesday', '2026-11-24T00:00'],
    ['Usage limit reached · continuing automatically at 15:30 · esc to cancel', '2026-11-21T15:30'],
  ])('%s', (text, expected) => { expect(read(text)).toBe(expected) })

  it('without am or pm is the earlier of both that is still to come', () => {
    expect(read('resets 3:30')).toBe('2026-11-21T15:30')
    expect(read('resets 11:30')).toBe('2026-11-21T23:30')
  })
  it('at a clock that has passed is tomorrow across midnight, and over otherwise', () => {
    expect(read('resets 3am', { at: instant(NOON + 11 * HOUR_MS) })).toBe('2026-11-22T03:00')
    expect(read('resets 11am')).toBe('2026-11-21T12:00')
  })
  it('is about the day it was written on', () => {
    expect(read('resets 3pm', { at: instant(NOON - 3 * DAY_MS) })).toBe('2026-11-18T15:00')
  })
})

describe('a reset that is not known', () => {
  it.each([
    'try again later', 'workspace is out of credits', '', 'resets 45:99', 'resets 13pm', 'resets 3pm (Mars/Olympus)', 'resets Nov 12 at 3pm', 'resets Jul 4 at 3pm', 'resets Feb 30 at 3pm',
    'try again at Nov 20th, 2026 9:01 PM', 'usage limit reached|1700000000', 'resets at 2026-13-41T00:00:00Z', 'resets soon',
  ])('%s', text => { expect(read(text)).toBe('unknown') })
  it('is a clock without a zone, where nobody knows whose clock', () => {
    expect(read('resets 3pm', { zone: null })).toBe('unknown')
    expect(read('resets in 3 hours', { zone: null })).toBe('2026-11-21T15:00')
    expect(read('resets 3pm (UTC)', { zone: null })).toBe('2026-11-21T15:00')
  })
  it('is one after the window could end', () => {
    expect(read('resets in 300 hours', { minutes: 300 })).toBe('unknown')
    expect(read('resets in 5 hours 20 minutes', { minutes: 300 })).toBe('2026-11-21T17:20')
    expect(read('resets in 8 days', { minutes: 10_080 })).toBe('unknown')
  })
})

describe('clocks that change', () => {
  const at = (text: string, iso: string): string => read(text, { at: instant(Date.parse(iso)), zone: 'Europe/Paris' })
  it('go forward: a time that is skipped is the moment after', () => {
    expect(at('resets 4am', '2026-03-28T23:30:00Z')).toBe('2026-03-29T02:00')
    expect(at('resets 2:30am', '2026-03-28T23:30:00Z')).toBe('2026-03-29T01:30')
  })
  it('go back: a time that comes twice is the first', () => {
    expect(at('resets 2:30am', '2026-10-24T22:30:00Z')).toBe('2026-10-25T00:30')
    expect(at('resets 4am', '2026-10-24T22:30:00Z')).toBe('2026-10-25T03:00')
  })
})

it('whatever the text, a reset is never before it nor past its window, and nothing is thrown', () => {
  const word = fc.constantFrom('resets', 'at', 'in', '3', '45', ':', '99', 'pm', 'am', 'mon', 'jul', '4', 'days', 'h', 'm', '(UTC)', '(Asia/Tokyo)', 'gmt+9', '2026', '|', '1795269600')
  fc.assert(fc.property(fc.array(fc.oneof(word, fc.string({ maxLength: 5 })), { maxLength: 9 }), fc.constantFrom(null, 300, 10_080), (words, minutes) => {
    const found = parseResetTime(words.join(' '), banner({ minutes }))
    expect(found === null || (found >= NOON && found - NOON <= (minutes ?? 32 * 1_440) * MINUTE_MS + 30 * MINUTE_MS)).toBe(true)
  }), { numRuns: 500 })
})
