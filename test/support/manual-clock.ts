// A clock that only a test moves. `sleeping` resolves when the code under test has gone to sleep, so that no test waits
// for real time.
import type { AbortLike, Clock } from '../../src/core/machine/clock.ts'
import { instant, type Instant } from '../../src/core/time.ts'

interface Sleeper { readonly until: number; readonly wake: () => void }

export class ManualClock implements Clock {
  #now: number
  #sleepers: Sleeper[] = []
  #watchers: { readonly until: number; readonly resolve: () => void }[] = []
  /** Every delay that was asked for, in order. */
  readonly asked: number[] = []

  constructor(start = Date.UTC(2026, 10, 21, 12)) {
    this.#now = start
  }

  now(): Instant { return instant(this.#now) }
  monotonicMs(): number { return this.#now }

  sleep(ms: number, signal?: AbortLike): Promise<void> {
    this.asked.push(ms)
    return new Promise(resolve => {
      if (signal?.aborted || ms <= 0) return resolve()
      const sleeper: Sleeper = { until: this.#now + ms, wake: () => {
        this.#sleepers = this.#sleepers.filter(each => each !== sleeper)
        signal?.removeEventListener('abort', sleeper.wake)
        resolve()
      } }
      this.#sleepers.push(sleeper)
      signal?.addEventListener('abort', sleeper.wake, { once: true })
      for (const watcher of this.#watchers.filter(each => sleeper.until - this.#now === each.until)) watcher.resolve()
      this.#watchers = this.#watchers.filter(each => sleeper.until - this.#now !== each.until)
    })
  }

  /** Resolves when somebody sleeps for exactly this long from now. */
  sleeping(ms: number): Promise<void> {
    if (this.#sleepers.some(each => each.until - this.#now === ms)) return Promise.resolve()
    return new Promise(resolve => this.#watchers.push({ until: ms, resolve }))
  }

  /** Moves time and wakes whoever is due. */
  advance(ms: number): void {
    this.#now += ms
    for (const sleeper of this.#sleepers.filter(each => each.until <= this.#now)) sleeper.wake()
  }
}
