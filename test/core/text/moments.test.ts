import { describe, expect, it } from 'vitest'
import { agoText, dayAndTime, momentText, preciseText, untilText, wallTime } from '../../../src/core/text/moments.ts'

const NOW = Date.parse('2026-11-21T15:12:00.000Z')

describe('moments', () => {
  it('say the day only when it is another one, in the zone asked for', () => {
    expect(momentText('2026-11-21T13:02:11.000Z', 'Europe/Paris', NOW)).toBe('14:02')
    expect(momentText('2026-11-20T23:30:00.000Z', 'Europe/Paris', NOW)).toBe('00:30')
    expect(momentText('2026-11-20T22:30:00.000Z', 'Europe/Paris', NOW)).toBe('2026-11-20 23:30')
    expect(preciseText('2026-11-21T13:02:11.000Z', 'UTC', NOW)).toBe('13:02:11')
  })
  it('tell midnight as 00:00, never 24:00', () => {
    expect(wallTime(Date.parse('2026-11-20T23:00:00.000Z'), 'Europe/Paris')).toEqual({ date: '2026-11-21', time: '00:00:00' })
  })
  it('fall back to UTC for a zone this runtime does not know', () => {
    expect(dayAndTime('2026-11-21T13:02:11.000Z', 'Mars/Olympus')).toBe('2026-11-21 13:02')
  })
  it('leave text that is no instant as it is', () => {
    expect([momentText('soon', 'UTC', NOW), preciseText('soon', 'UTC', NOW), dayAndTime('soon', 'UTC'), agoText('soon', NOW)]).toEqual(['soon', 'soon', 'soon', 'soon'])
  })
  it.each([['2026-11-21T15:11:59.500Z', 'just now'], ['2026-11-21T15:11:48.000Z', '12s ago'], ['2026-11-21T12:00:00.000Z', '3h 12m ago'], ['2026-11-21T15:13:00.000Z', 'just now']])('%s was %s', (iso, said) => {
    expect(agoText(iso, NOW)).toBe(said)
  })
  it('say how long a lock lasts, and who ends one without an end', () => {
    expect(untilText('2026-11-21T23:00:00.000Z', 'Europe/Paris', NOW)).toBe('until 2026-11-22 00:00 (in 7h 48m)')
    expect(untilText('2026-11-21T15:00:00.000Z', 'Europe/Paris', NOW)).toBe('until 16:00 (over)')
    expect(untilText(null, 'UTC', NOW)).toBe('until released by hand')
  })
})
