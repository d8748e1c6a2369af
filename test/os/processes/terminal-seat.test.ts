import { describe, expect, it } from 'vitest'
import { NO_SEAT } from '../../../src/core/launch/pass-signal.ts'
import { fromPs, fromStat, seatNow } from '../../../src/os/processes/terminal-seat.ts'

describe('a seat at a terminal', () => {
  it('is read from the kernel: a group in front, one behind, a leader, none', () => {
    expect(fromStat('4711 (node (x)) S 4700 4711 4700 34816 4711 4194304')).toEqual({ terminal: true, foreground: true, leader: false })
    expect(fromStat('4711 (node) S 4700 4711 4700 34816 4700 4194304')).toEqual({ terminal: true, foreground: false, leader: false })
    expect(fromStat('4711 (node) S 1 4711 4711 34816 4711 4194304')).toEqual({ terminal: true, foreground: true, leader: true })
    expect(fromStat('4711 (node) S 1 4711 4711 0 -1 4194304')).toEqual({ terminal: false, foreground: false, leader: true })
    expect([fromStat(''), fromStat('4711 (node) S')]).toEqual([null, null])
  })
  it('is read from ps where there is no /proc', () => {
    expect(fromPs('S+   ttys003')).toEqual({ terminal: true, foreground: true, leader: false })
    expect(fromPs('Ss   ttys003')).toEqual({ terminal: true, foreground: false, leader: true })
    expect(fromPs('S    ??')).toEqual({ terminal: false, foreground: false, leader: false })
    expect(fromPs('')).toBeNull()
  })
  it('is nowhere on a platform that is not known', () => {
    expect(seatNow('win32')).toEqual(NO_SEAT)
  })
})
