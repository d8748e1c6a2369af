// One shape for every recurring job: run, wait for the interval or a wake-up, again. Stopping is awaited, idempotent and
// legal before the first run. A failing run backs off and is told once per kind of failure, never swallowed.
import { codeOf } from '../core/errors.ts'
import type { Clock } from '../core/machine/clock.ts'

export interface LoopOptions {
  readonly name: string
  readonly everyMs: number
  readonly clock: Clock
  readonly run: () => Promise<void>
  readonly onError: (name: string, error: unknown) => void
}
export interface Loop { wake(): void; stop(): Promise<void> }

const BACKOFF_MS_MAX = 30_000

export function startLoop(options: LoopOptions): Loop {
  const stopping = new AbortController()
  let waiting = new AbortController()
  let woken = false
  const wake = (): void => { woken = true; waiting.abort() }

  const work = async (): Promise<void> => {
    let failures = 0
    let told = ''
    while (!stopping.signal.aborted) {
      woken = false
      try {
        await options.run()
        failures = 0
        told = ''
      } catch (error) {
        failures++
        const code = codeOf(error)
        if (code !== told || code === 'internal') options.onError(options.name, error)
        told = code
      }
      if (stopping.signal.aborted) return
      if (woken && failures === 0) continue
      waiting = new AbortController()
      await options.clock.sleep(Math.min(BACKOFF_MS_MAX, options.everyMs * 2 ** Math.min(failures, 10)), waiting.signal)
    }
  }

  const done = work()
  return {
    wake,
    stop: () => {
      stopping.abort()
      wake()
      return done
    },
  }
}
