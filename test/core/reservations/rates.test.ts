import { describe, expect, it } from 'vitest'
import { parseUsd } from '../../../src/core/money.ts'
import { burnRate, forecast, parseProgress } from '../../../src/core/reservations/rates.ts'
import { HOUR_MS, instant, MINUTE_MS } from '../../../src/core/time.ts'

const NOW = instant(Date.UTC(2026, 10, 21, 12))
const ago = (ms: number) => instant(NOW - ms)

describe('the burn rate', () => {
  it('is of the last hour, or of the time since it began, and of a minute at least', () => {
    expect(burnRate({ spent: parseUsd('6'), since: ago(HOUR_MS), now: NOW })).toEqual({ perMinute: parseUsd('0.1'), overMs: HOUR_MS })
    expect(burnRate({ spent: parseUsd('6'), since: ago(5 * HOUR_MS), now: NOW }).overMs).toBe(HOUR_MS)
    expect(burnRate({ spent: parseUsd('6'), since: ago(10 * MINUTE_MS), now: NOW }).perMinute).toBe(parseUsd('0.6'))
    expect(burnRate({ spent: parseUsd('6'), since: ago(1_000), now: NOW }).perMinute).toBe(parseUsd('6'))
  })
  it('keeps what an integer of cents would lose', () => {
    expect(burnRate({ spent: 10n, since: ago(HOUR_MS), now: NOW }).perMinute).toBe(0n)
    expect(burnRate({ spent: 31n, since: ago(HOUR_MS), now: NOW }).perMinute).toBe(1n)
  })
})

describe('the forecast', () => {
  const rate = { perMinute: parseUsd('0.1'), overMs: HOUR_MS }
  const of = (more: object) => forecast({ limit: parseUsd('10'), spent: parseUsd('4'), reserved: parseUsd('1'), progressPpm: 400_000, rate, now: NOW, ...more })
  it('says when what is left ends, and what the whole will cost by the progress made', () => {
    expect(of({})).toEqual({ runsOutAt: instant(NOW + 50 * MINUTE_MS), atCompletion: parseUsd('10'), fits: true })
    expect(of({ progressPpm: 300_000 })).toMatchObject({ fits: false })
  })
  it('knows no end without a rate, with nothing left, or a century off, and none of the whole without progress', () => {
    expect([of({ rate: { ...rate, perMinute: 0n } }).runsOutAt, of({ spent: parseUsd('9') }).runsOutAt, of({ limit: parseUsd('9000000000'), rate: { ...rate, perMinute: 1n } }).runsOutAt]).toEqual([null, null, null])
    expect(of({ progressPpm: null })).toMatchObject({ atCompletion: null, fits: null })
    expect(of({ progressPpm: 0 }).atCompletion).toBeNull()
  })
})

it.each([['0', 0], ['1', 1_000_000], ['0.4', 400_000], ['.25', 250_000], ['1.0', 1_000_000], ['1.1', null], ['-0.1', null], ['NaN', null], ['2', null], ['', null], ['0.1234567', null]])('progress "%s" is %s', (text, ppm) => {
  expect(parseProgress(text)).toBe(ppm)
})
