import { describe, expect, it } from 'vitest'
import { NO_SEAT, PASSED, passesOn, type Seat } from '../../../src/core/launch/pass-signal.ts'

const FRONT: Seat = { terminal: true, foreground: true, leader: false, keysSignal: true }
const passed = (now: Seat, before: Seat = now): string[] => PASSED.filter(signal => passesOn(signal, now, before))

describe('a signal that comes to the supervisor', () => {
  it('is passed on where no terminal is', () => {
    expect(passed(NO_SEAT)).toEqual([...PASSED])
  })
  it('is not passed on when the keyboard has sent it to the agent as well', () => {
    expect(passed(FRONT)).toEqual(['SIGTERM', 'SIGHUP', 'SIGUSR2'])
  })
  it('is passed on while the agent reads keys raw, or behind another program: then no key sent it', () => {
    expect(passed({ ...FRONT, keysSignal: false })).toEqual([...PASSED])
    expect(passed({ ...FRONT, foreground: false })).toEqual([...PASSED])
  })
  it('is not passed on when a terminal hung up, which tells everybody in front, unless we led its session', () => {
    expect(passesOn('SIGHUP', NO_SEAT, FRONT)).toBe(false)
    expect(passesOn('SIGHUP', NO_SEAT, { ...FRONT, leader: true })).toBe(true)
    expect(passesOn('SIGHUP', FRONT, FRONT)).toBe(true)
  })
})
