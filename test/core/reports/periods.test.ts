import { describe, expect, it } from 'vitest'
import { windowAt } from '../../../src/core/budgets/window.ts'
import { dayText, mondayOf, monthText, parseDay, weekText } from '../../../src/core/reports/periods.ts'
import { DAY_MS, instant } from '../../../src/core/time.ts'

const day = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS

describe('an ISO week', () => {
  it.each([
    ['2026-11-20', '2026-W47'], ['2026-01-01', '2026-W01'], ['2025-12-29', '2026-W01'], ['2025-12-28', '2025-W52'], ['2021-01-03', '2020-W53'], ['2021-01-04', '2021-W01'], ['2027-01-01', '2026-W53'], ['2024-12-30', '2025-W01'],
  ])('of %s is %s', (date, week) => {
    expect(weekText(day(date))).toBe(week)
  })
  it('begins on the Monday that a weekly budget begins on', () => {
    for (let each = day('2019-12-20'); each < day('2028-01-10'); each++) expect(mondayOf(each) * DAY_MS).toBe(windowAt('week', 'UTC', instant(each * DAY_MS)).start)
  })
})

describe('dates', () => {
  it('are read with and without dashes, and written back', () => {
    expect(dayText(parseDay('20261120') ?? 0)).toBe('2026-11-20')
    expect(monthText(parseDay('2024-02-29') ?? 0)).toBe('2024-02')
  })
  it.each(['2026-02-29', '2026-13-01', '2026-00-10', '2026-11', 'today', '', '2026-11-20T00:00:00Z'])('"%s" is none', text => {
    expect(parseDay(text)).toBeNull()
  })
})
