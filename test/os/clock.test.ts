import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/os/clock.ts'

describe('the real clock', () => {
  it('tells the time of day, and a time that never goes back', () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000)
    const first = systemClock.monotonicMs()
    expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(first)
  })

  it('sleeps at least as long as it is asked to', async () => {
    const before = systemClock.monotonicMs()
    await systemClock.sleep(20)
    expect(systemClock.monotonicMs() - before).toBeGreaterThanOrEqual(19)
  })

  it('wakes at once when told to, also when told before, and leaves no listener behind', async () => {
    const stopping = new AbortController()
    const listeners: string[] = []
    const signal = {
      get aborted() { return stopping.signal.aborted },
      addEventListener: (type: 'abort', listener: () => void, options?: { once?: boolean }) => { listeners.push('+'); stopping.signal.addEventListener(type, listener, options) },
      removeEventListener: (type: 'abort', listener: () => void) => { listeners.push('-'); stopping.signal.removeEventListener(type, listener) },
    }
    const before = systemClock.monotonicMs()
    const sleeping = systemClock.sleep(60_000, signal)
    stopping.abort()
    await sleeping
    await systemClock.sleep(60_000, signal)
    expect(systemClock.monotonicMs() - before).toBeLessThan(10_000)
    expect(listeners).toEqual(['+', '-'])
  })
})
