import { expect, it } from 'vitest'
import { identityText, isAlive, isSuspended, sameProcess } from '../../../src/core/machine/process-table.ts'
import { aProcess } from '../../support/fake-processes.ts'

it('takes a pid and a start time together for a process', () => {
  expect(identityText(aProcess())).toBe('4711@395962')
  expect(sameProcess(aProcess(), aProcess({ cwd: '/elsewhere' }))).toBe(true)
  expect(sameProcess(aProcess(), aProcess({ startTime: '395963' }))).toBe(false)
  expect(sameProcess(aProcess(), aProcess({ pid: 4712 }))).toBe(false)
})

it('counts a zombie as ended and a stopped process as alive', () => {
  expect([null, ...['S', 'R', 'D', 'T', 't', 'Z', 'X'].map(state => aProcess({ state }))].map(isAlive)).toEqual([false, true, true, true, true, true, false, false])
  expect(['S', 'T', 't'].map(state => isSuspended(aProcess({ state })))).toEqual([false, true, true])
})
