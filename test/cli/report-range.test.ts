import { describe, expect, it } from 'vitest'
import { dateBefore, dateIn, sinceOf } from '../../src/cli/report-range.ts'
import type { ReportKind } from '../../src/core/reports/keys.ts'
import { instant } from '../../src/core/time.ts'

const NOW = instant(Date.parse('2026-11-21T23:30:00.000Z'))

const asked = (zone: string, kind: ReportKind = 'total') => ({ kind, now: NOW, zoneOf: async () => zone })

describe('--last', () => {
  it.each([
    ['1d', '2026-11-22'], ['7d', '2026-11-16'], ['2w', '2026-11-09'], ['30d', '2026-10-24'], ['24h', '2026-11-20T23:30:00.000Z'], ['90m', '2026-11-21T22:00:00.000Z'],
  ])('%s begins at %s, today being one of the days', async (last, since) => {
    expect(await sinceOf(last, asked('Europe/Paris'))).toBe(since)
  })
  it.each(['999999d', '99999999999999d', '1000000'])('says that %s is more than there is, and what to type for all of it', async last => {
    await expect(sinceOf(last, asked('UTC'))).rejects.toThrow(`--last ${last} reaches back further than anything was ever logged; leave --last out for all of it`)
  })
  it.each(['7x', '', '0d', '-3d', '1.5d', 'd'])('refuses "%s"', async last => {
    await expect(sinceOf(last, asked('UTC'))).rejects.toThrow('write it like 7d, 2w, 24h or 90m')
  })
  it.each([
    ['daily', '1', '2026-11-22'], ['daily', '7', '2026-11-16'], ['weekly', '1', '2026-11-16'], ['weekly', '2', '2026-11-09'], ['monthly', '1', '2026-11-01'], ['monthly', '12', '2025-12-01'],
  ] as const)('of a %s report takes a bare %s as so many of its rows, from %s', async (kind, last, since) => {
    expect(await sinceOf(last, asked('Europe/Paris', kind))).toBe(since)
  })
  it('refuses a bare number where rows are no stretches of time', async () => {
    await expect(sinceOf('7', asked('UTC', 'session'))).rejects.toThrow('write it like 7d')
  })
  it('refuses a zone that does not exist, by name', async () => {
    await expect(sinceOf('7d', asked('Mars/Olympus'))).rejects.toThrow('there is no time zone "Mars/Olympus"')
  })
  it('counts days of 23 and 25 hours as days', () => {
    expect(dateBefore('2026-10-26', 2)).toBe('2026-10-24')
    expect(dateBefore('2026-03-30', 2)).toBe('2026-03-28')
    expect(dateBefore('2026-03-01', 1)).toBe('2026-02-28')
    expect(dateIn(NOW, 'Europe/Paris')).toBe('2026-11-22')
  })
})
