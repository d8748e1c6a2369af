import { expect, it } from 'vitest'
import { seatState } from '../../../src/core/sessions/seats.ts'
import type { Terminal } from '../../../src/core/sessions/terminals.ts'
import { aProcess } from '../../support/fake-processes.ts'

const seat = { boot: 'b1', process: { pid: 4711, startTime: '395962' } }
const terminal: Terminal = { name: 'x-1', stamp: 'ab'.repeat(8), handle: '%1', pid: 4711, ended: null }
const state = (change: Partial<Parameters<typeof seatState>[1]> = {}, own: Partial<typeof seat> | { process: null } = {}) => seatState({ ...seat, ...own }, { terminal, found: aProcess(), boot: 'b1', ...change })

it('lives while its terminal holds the very process that was written down', () => {
  expect(state()).toMatchObject({ state: 'lives', process: { pid: 4711 } })
})
it('is unproven with another pid, another start time, or nobody behind the pid', () => {
  expect(state({ terminal: { ...terminal, pid: 5 } })).toEqual({ state: 'unproven', because: 'process 5 sits there, not 4711' })
  expect(state({ found: aProcess({ startTime: '1' }) })).toMatchObject({ state: 'unproven' })
  expect(state({ found: null })).toMatchObject({ state: 'unproven' })
  expect(state({ found: aProcess({ state: 'Z' }) })).toMatchObject({ state: 'unproven' })
})
it('is gone without its terminal, and after every boot', () => {
  expect(state({ terminal: undefined })).toEqual({ state: 'gone' })
  expect(state({ boot: 'b2' })).toEqual({ state: 'gone' })
})
it('has ended when its terminal says so, and is opening until its process is known', () => {
  expect(state({ terminal: { ...terminal, ended: { code: 7 } } })).toEqual({ state: 'ended', end: { code: 7 } })
  expect(state({}, { process: null })).toEqual({ state: 'opening' })
})
