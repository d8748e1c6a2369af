// Time for the ladder: follows the wall clock forward and never back. A clock set back an hour must not add an hour to
// a grace or to a wait; windows and expiries keep reading the wall clock itself.
import type { Clock } from '../../core/machine/clock.ts'
import { instant, type Instant } from '../../core/time.ts'

/** Each call returns at least the one before plus the time that truly passed, and at least `floor`. */
export function steadyClock(clock: Clock): (floor?: Instant) => Instant {
  let last: number = clock.now()
  let monotonic = clock.monotonicMs()
  return (floor = instant(0)) => {
    const passed = clock.monotonicMs() - monotonic
    monotonic += passed
    last = Math.max(clock.now(), Math.round(last + passed), floor)
    return instant(last)
  }
}
