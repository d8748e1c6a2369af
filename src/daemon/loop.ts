// One shape for every recurring job: run, wait for the interval, a sooner time the run asked for, or a wake-up, again.
// There is one wait at a time and so one timer. Stopping is awaited, idempotent and legal before the first run. A failing
// run backs off and is told once per kind of failure, never swallowed.
import { codeOf } from '../core/errors.ts'
import type { Clock } from '../core/machine/clock.ts'

export interface LoopOptions {
  readonly name: string
  readonly everyMs: number
  readonly clock: Clock
  /** `again` asks for the next run within so many milliseconds; the last word counts, and only until that run. */
  readonly run: (again: (withinMs: number) => void) => Promise<void>
  readonly onError: (name: string, error: unknown) => void
}
export interface Loop { wake(): void; stop(): Promise<void> }

const BACKOFF_MS_MAX = 30_000
// What is due already is done after a breath, so that whoever asks again and again leaves the daemon its turns.
const SOONEST_MS = 10

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
      let wait = options.everyMs
      try {
        await options.run(withinMs => { wait = Math.min(options.everyMs, Math.max(SOONEST_MS, withinMs)) })
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
      if (failures > 0) wait = Math.min(BACKOFF_MS_MAX, options.everyMs * 2 ** Math.min(failures, 10))
      await options.clock.sleep(wait, waiting.signal)
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
