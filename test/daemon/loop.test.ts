import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import { startLoop, type LoopOptions } from '../../src/daemon/loop.ts'
import { ManualClock } from '../support/manual-clock.ts'

const EVERY = 1_000

/** A loop whose every run is started by the test and ends as the test says. */
function aLoop() {
  const clock = new ManualClock()
  const errors: unknown[] = []
  const runs: PromiseWithResolvers[] = []
  const again: Parameters<LoopOptions['run']>[0][] = []
  let notify: (() => void) | null = null
  const loop = startLoop({ name: 'job', everyMs: EVERY, clock, onError: (_, error) => errors.push(error), run: ask => {
    const run = withResolvers()
    runs.push(run)
    again.push(ask)
    notify?.()
    return run.promise
  } })
  const started = async (count: number): Promise<PromiseWithResolvers> => {
    while (runs.length < count) await new Promise<void>(resolve => { notify = resolve })
    return runs[count - 1] as PromiseWithResolvers
  }
  return { clock, errors, runs, again, loop, started }
}
interface PromiseWithResolvers { readonly promise: Promise<void>; resolve(): void; reject(error: unknown): void }
function withResolvers(): PromiseWithResolvers {
  let resolve: PromiseWithResolvers['resolve'] = () => undefined, reject: PromiseWithResolvers['reject'] = () => undefined
  const promise = new Promise<void>((yes, no) => { resolve = yes; reject = no })
  return { promise, resolve, reject }
}

describe('a loop', () => {
  it('runs at once, and again only after the interval', async () => {
    const { clock, runs, loop, started } = aLoop()
    ;(await started(1)).resolve()
    await clock.sleeping(EVERY)
    expect(runs).toHaveLength(1)
    clock.advance(EVERY)
    ;(await started(2)).resolve()
    await loop.stop()
  })

  it('runs again at once when woken while it waits, and once more when woken while it runs, never twice at a time', async () => {
    const { clock, runs, loop, started } = aLoop()
    ;(await started(1)).resolve()
    await clock.sleeping(EVERY)
    loop.wake()
    const second = await started(2)
    loop.wake()
    loop.wake()
    expect(runs).toHaveLength(2)
    second.resolve()
    ;(await started(3)).resolve()
    await clock.sleeping(EVERY)
    expect(runs).toHaveLength(3)
    await loop.stop()
  })

  it('backs off while it fails, up to half a minute, and is prompt again after a success', async () => {
    const { clock, loop, started } = aLoop()
    let run = 0
    for (const wait of [2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      ;(await started(++run)).reject(new AppError('store_busy', 'busy'))
      await clock.sleeping(wait)
      clock.advance(wait)
    }
    ;(await started(++run)).resolve()
    await clock.sleeping(EVERY)
    await loop.stop()
  })

  it('tells a kind of failure once, a bug every time, and tells again after a success', async () => {
    const { clock, errors, loop, started } = aLoop()
    const busy = new AppError('store_busy', 'busy'), bug = new Error('a bug')
    let run = 0
    for (const [error, wait] of [[busy, 2_000], [busy, 4_000], [bug, 8_000], [bug, 16_000], [null, EVERY], [busy, 2_000]] as const) {
      const current = await started(++run)
      if (error) current.reject(error)
      else current.resolve()
      await clock.sleeping(wait)
      clock.advance(wait)
    }
    ;(await started(++run)).resolve()
    expect(errors).toEqual([busy, bug, bug, busy])
    await loop.stop()
  })

  it('does not let a wake-up shorten its back-off to nothing while it keeps failing', async () => {
    const { clock, runs, loop, started } = aLoop()
    const first = await started(1)
    loop.wake()
    first.reject(new AppError('store_busy', 'busy'))
    await clock.sleeping(2 * EVERY)
    expect(runs).toHaveLength(1)
    await loop.stop()
  })

  it('runs sooner when a run asks for it, once for each time it is asked, never later than the interval', async () => {
    const { clock, runs, again, loop, started } = aLoop()
    for (const [count, [asked, waits]] of ([[250, 250], [60_000, EVERY], [-5, 10]] as const).entries()) {
      const run = await started(count + 1)
      again[count]?.(asked)
      run.resolve()
      await clock.sleeping(waits)
      clock.advance(waits)
    }
    ;(await started(4)).resolve()
    await clock.sleeping(EVERY)
    expect(runs).toHaveLength(4)
    await loop.stop()
  })

  it('keeps one wait however often it is woken before the time it asked for', async () => {
    const { clock, runs, again, loop, started } = aLoop()
    for (let count = 1; count <= 20; count++) {
      const run = await started(count)
      again[count - 1]?.(100)
      run.resolve()
      await clock.sleeping(100)
      if (count < 20) loop.wake()
    }
    clock.advance(100)
    ;(await started(21)).resolve()
    await clock.sleeping(EVERY)
    expect(runs).toHaveLength(21)
    await loop.stop()
  })

  it('forgets what a failing run asked for', async () => {
    const { clock, again, loop, started } = aLoop()
    const run = await started(1)
    again[0]?.(10)
    run.reject(new AppError('store_busy', 'busy'))
    await clock.sleeping(2 * EVERY)
    await loop.stop()
  })

  it('ends after the run it is in, and not before, however often it is stopped', async () => {
    const { runs, loop, started } = aLoop()
    const first = await started(1)
    let ended = false
    const stopping = (async () => { await loop.stop(); ended = true })()
    await Promise.resolve()
    expect(ended).toBe(false)
    first.resolve()
    await Promise.all([stopping, loop.stop()])
    expect([ended, runs.length]).toEqual([true, 1])
  })
})
