import { expect, it } from 'vitest'
import { instant } from '../../../src/core/time.ts'
import { steadyClock } from '../../../src/flows/enforce/steady-clock.ts'
import { NOON } from '../../support/a-lock.ts'
import { ManualClock } from '../../support/enforcement-world.ts'

it('goes on at the true pace when the wall clock is set back, follows it forward, and never goes back', () => {
  const clock = new ManualClock(), steady = steadyClock(clock)
  clock.pass(1_000)
  expect(steady()).toBe(NOON + 1_000)
  clock.at -= 3_600_000
  clock.monotonic += 500
  expect(steady()).toBe(NOON + 1_500)
  clock.at = NOON + 10_000
  expect(steady()).toBe(NOON + 10_000)
})

it('starts no earlier than what rows say has happened', () => {
  const clock = new ManualClock(), steady = steadyClock(clock)
  expect(steady(instant(NOON + 7_000))).toBe(NOON + 7_000)
  clock.pass(10)
  expect(steady()).toBe(NOON + 7_010)
})
