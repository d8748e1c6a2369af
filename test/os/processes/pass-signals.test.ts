import { afterEach, describe, expect, it } from 'vitest'
import { NO_SEAT, type Seat } from '../../../src/core/launch/pass-signal.ts'
import { passSignals } from '../../../src/os/processes/pass-signals.ts'

const FRONT: Seat = { terminal: true, foreground: true, leader: false, keysSignal: true }
let stop: () => void = () => undefined
afterEach(() => { stop() })

/** What the child is sent when the process emits these; emitting runs the listeners as a signal would. */
function sentBy(seat: Seat, ...signals: readonly NodeJS.Signals[]): string[] {
  const sent: string[] = []
  stop = passSignals({ pid: process.pid, send: signal => { sent.push(signal) } }, 'linux', { seat: () => seat, suspend: () => { sent.push('suspend') } })
  for (const signal of signals) process.emit(signal)
  return sent
}

describe('between terminal and agent', () => {
  it('hands on what reached only the supervisor', () => {
    expect(sentBy(NO_SEAT, 'SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2')).toEqual(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'])
  })
  it('keeps what the keyboard sent to both', () => {
    expect(sentBy(FRONT, 'SIGINT', 'SIGTERM')).toEqual(['SIGTERM'])
  })
  it('wakes and sleeps nobody who does neither', () => {
    expect(sentBy(FRONT, 'SIGCONT', 'SIGCHLD')).toEqual([])
  })
  it('stops listening when the agent is over', () => {
    const before = process.listenerCount('SIGTERM')
    sentBy(NO_SEAT)
    expect(process.listenerCount('SIGTERM')).toBe(before + 1)
    stop()
    expect(process.listenerCount('SIGTERM')).toBe(before)
    stop = () => undefined
  })
})
