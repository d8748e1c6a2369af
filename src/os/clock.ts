// The real clock. The only place that reads wall time and sets timers on behalf of rules.
import type { AbortLike, Clock } from '../core/machine/clock.ts'
import { instant } from '../core/time.ts'

export const systemClock: Clock = {
  now: () => instant(Date.now()),
  monotonicMs: () => performance.now(),
  sleep: (ms: number, signal?: AbortLike) => new Promise(resolve => {
    if (signal?.aborted) return resolve()
    const finish = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, ms)
    signal?.addEventListener('abort', finish, { once: true })
  }),
}
