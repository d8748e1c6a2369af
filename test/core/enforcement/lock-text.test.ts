import { describe, expect, it } from 'vitest'
import { amountsText, nearText, plain, saveNowText, spentText, standingsText, stopText, unansweredText, untilText, type Standing } from '../../../src/core/enforcement/lock-text.ts'
import { parseUsd } from '../../../src/core/money.ts'
import { HOUR_MS, instant, MINUTE_MS } from '../../../src/core/time.ts'
import { aLock, lastingLock, NOON } from '../../support/a-lock.ts'

const standing = (change: Partial<Standing> = {}): Standing => ({ budget: 'web', per: '', perValue: '', window: 'day', spent: parseUsd('19.5'), limit: parseUsd('20'), ...change })
const zoned = (zone: string, expiresAt: number) => untilText(aLock({ expiresAt: instant(expiresAt), window: { ...aLock().window, zone } }), NOON)

describe('amounts', () => {
  it('say what of what in which window', () => {
    expect((['day', 'week', 'month', '5h', '24h', '7d', 'lifetime'] as const).map(window => amountsText(standing({ window })))).toEqual([
      'today', 'this week', 'this month', 'in this 5-hour window', 'in this 24-hour window', 'in this 7-day window', 'in all',
    ].map(window => `$19.50 of $20.00 ${window}`))
  })
  it('say whose balance it is, a project by its name', () => {
    expect(amountsText(standing({ per: 'project', perValue: '/home/dev/web' }))).toContain('(project web)')
    expect(amountsText(standing({ per: 'branch', perValue: 'fix/a' }))).toContain('(branch fix/a)')
    expect(amountsText(standing({ per: 'branch', perValue: '' }))).toContain('(branch unknown)')
  })
})

describe('the end of a lock', () => {
  it('is told in the budget\'s zone, across the days on which clocks change', () => {
    expect(zoned('Europe/Paris', NOON + 11 * HOUR_MS)).toBe('until 2026-11-22 00:00 Europe/Paris (in 11h 00m)')
    expect(zoned('America/New_York', Date.UTC(2027, 2, 14, 7))).toMatch(/^until 2027-03-14 03:00 America\/New_York/)
    expect(zoned('Asia/Kolkata', NOON + 30 * MINUTE_MS)).toBe('until 2026-11-21 18:00 Asia/Kolkata (in 30m)')
  })
  it('is told in UTC where the zone is not known', () => {
    expect(zoned('Mars/Olympus', NOON + HOUR_MS)).toBe('until 2026-11-21 13:00 UTC (in 1h 00m)')
  })
  it('is a person\'s decision for a lasting one', () => {
    expect(untilText(lastingLock(), NOON)).toBe('until a person releases it')
  })
})

describe('texts', () => {
  it('for a person name the lock and the commands', () => {
    expect(stopText(aLock(), 0, NOON)).toMatch(/purser lock show L0011aabb.*purser lock release L0011aabb --reason/)
    expect(stopText(aLock(), 2, NOON)).toContain('2 more locks hold this session')
  })
  it('for a model never do', () => {
    for (const text of [saveNowText(aLock(), ['git commit']), nearText([standing()]), standingsText([standing()]), spentText(aLock())]) expect(text).not.toContain('purser lock')
  })
  it('for a model name what is still open, and in which form', () => {
    expect(saveNowText(aLock(), ['git commit', 'Write'])).toMatch(/git commit, Write; each as one plain command/)
  })
  it('say what is not known where that, and no amount, locked it', () => {
    const unpriced = aLock({ spent: parseUsd('0'), limit: parseUsd('1'), reason: '8 responses have no known price, so the limit of $1 cannot be vouched for' })
    expect(spentText(unpriced)).toBe('budget web-daily is locked: 8 responses have no known price, so the limit of $1 cannot be vouched for')
    expect(spentText(aLock())).toBe('budget web-daily is spent: $20.41 of $20.00 today')
  })
  it('for a silent daemon name the ways out', () => {
    expect(unansweredText(['a'])).toMatch(/budget a is fail-closed.*purser up --detach.*purser hooks uninstall/)
  })
  it('show foreign names as one short line of visible characters', () => {
    expect(plain('a\u001b[31mb\nc\u202ed')).toBe('ab cd')
    expect(plain('x'.repeat(200))).toHaveLength(80)
  })
})
