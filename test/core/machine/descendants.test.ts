import { expect, it } from 'vitest'
import { DESCENDANTS_MAX, descendantsOf } from '../../../src/core/machine/descendants.ts'
import { aProcess } from '../../support/fake-processes.ts'

const child = (pid: number, parent: number, state = 'S'): ReturnType<typeof aProcess> => aProcess({ pid, parent, state })
const pids = (processes: Parameters<typeof descendantsOf>[0], root: number): readonly number[] => descendantsOf(processes, root).map(({ pid }) => pid)

it('finds children and their children, parents first, and nobody else\'s', () => {
  const table = [child(30, 20), child(20, 10), child(21, 10), child(10, 1), child(99, 1), child(31, 99)]
  expect(pids(table, 10)).toEqual([20, 21, 30])
  expect(pids(table, 31)).toEqual([])
})

it('leaves out what has ended', () => {
  expect(pids([child(20, 10, 'Z'), child(30, 10)], 10)).toEqual([30])
})

it('ends on a ring and on a flood', () => {
  expect(pids([child(20, 10), child(10, 20)], 10)).toEqual([20])
  expect(pids(Array.from({ length: 5_000 }, (_, at) => child(1_000 + at, 10)), 10)).toHaveLength(DESCENDANTS_MAX)
})
