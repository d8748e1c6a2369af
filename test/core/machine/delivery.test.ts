import { describe, expect, it } from 'vitest'
import { afterSend, ATTEMPTS_MAX, backoffMs } from '../../../src/core/machine/delivery.ts'
import type { SendResult } from '../../../src/core/machine/notifier.ts'
import { HOUR_MS, instant } from '../../../src/core/time.ts'

const NOW = instant(Date.UTC(2026, 10, 21))
const state = (over: Partial<Parameters<typeof afterSend>[1]> = {}) => ({ attempts: 0, failures: 0, now: NOW, random: 0, ...over })
const retry = (afterMs: number | null = null): SendResult => ({ result: 'retry', afterMs, why: 'busy' })

describe('afterSend', () => {
  it('marks what was sent', () => {
    expect(afterSend({ result: 'sent' }, state({ attempts: 5 }))).toEqual({ mark: 'sent' })
  })

  it('gives up at once on a refusal', () => {
    expect(afterSend({ result: 'failed', permanent: true, why: 'no such topic' }, state())).toEqual({ mark: 'failed', why: 'no such topic' })
  })

  it.each([[0, 2_000], [1, 4_000], [2, 8_000], [9, 1_024_000], [10, 1_800_000]])('waits twice as long after each of %i attempts', (attempts, waitMs) => {
    expect(afterSend(retry(), state({ attempts }))).toMatchObject({ mark: 'retry', at: NOW + waitMs })
  })

  it('is bounded: the twelfth attempt is the last', () => {
    expect(afterSend(retry(), state({ attempts: ATTEMPTS_MAX - 2 }))).toMatchObject({ mark: 'retry' })
    expect(afterSend(retry(), state({ attempts: ATTEMPTS_MAX - 1 }))).toEqual({ mark: 'failed', why: 'busy; given up after 12 attempts' })
  })

  it('tries for about an hour in all', () => {
    const waits = Array.from({ length: ATTEMPTS_MAX - 1 }, (_, attempts) => backoffMs(attempts, 0))
    const total = waits.reduce((sum, wait) => sum + wait, 0)
    expect(total).toBeGreaterThan(HOUR_MS)
    expect(total).toBeLessThan(1.5 * HOUR_MS)
  })

  it('waits as long as the server asks, for the whole channel, and at most a second more', () => {
    expect(afterSend(retry(17_000), state())).toEqual({ mark: 'retry', at: NOW + 17_000, restMs: 17_000, why: 'busy' })
    expect(afterSend(retry(17_000), state({ random: 0.999 }))).toMatchObject({ at: NOW + 17_999, restMs: 17_999 })
  })

  it.each([[0, 1_000], [-5, 1_000], [10 * HOUR_MS, HOUR_MS]])('takes a wait of %i for %i', (asked, waitMs) => {
    expect(afterSend(retry(asked), state())).toMatchObject({ at: NOW + waitMs })
  })

  it('rests a failing channel longer with each failure, at most a minute', () => {
    expect([0, 1, 2, 3, 10].map(failures => afterSend(retry(), state({ failures })))).toMatchObject([2_000, 4_000, 8_000, 16_000, 60_000].map(restMs => ({ restMs })))
  })
})

describe('backoffMs', () => {
  it('is shortened at random by up to half, and never by more', () => {
    expect(backoffMs(3, 0)).toBe(16_000)
    expect(backoffMs(3, 0.5)).toBe(12_000)
    expect(backoffMs(3, 0.999_999)).toBe(8_000)
  })

  it('stays finite for absurd counts', () => {
    expect(backoffMs(100_000, 0)).toBe(1_800_000)
  })
})
