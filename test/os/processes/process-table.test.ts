import { describe, expect, it } from 'vitest'
import { narrowed, noProcesses, processTable } from '../../../src/os/processes/process-table.ts'
import { aProcess, FakeTable } from '../../support/fake-processes.ts'

describe('the table of a platform', () => {
  it('on Windows and elsewhere reports nothing, and says so', async () => {
    for (const [platform, words] of [['win32', /on Windows/], ['sunos', /on sunos/]] as const) {
      const table = processTable(platform, () => true)
      expect(table.shortfall).toMatch(words)
      expect([await table.list(), await table.inspect(1), await table.hold(1), table.startedAt({ pid: 1, startTime: '' })]).toEqual([[], null, null, null])
      expect((await table.self()).uid).toBe(-1)
    }
    expect(processTable('linux', () => true).shortfall).toBe('')
    expect(processTable('darwin', () => true).shortfall).toBe('')
    expect(noProcesses('why').shortfall).toBe('why')
  })
})

it('narrowed to a demo\'s children, shows and holds nobody else', async () => {
  const table = narrowed(new FakeTable([aProcess(), aProcess({ pid: 9 })]), pid => pid === 9)
  expect((await table.list()).map(({ pid }) => pid)).toEqual([9])
  expect([await table.inspect(4711), await table.hold(4711)]).toEqual([null, null])
  expect([(await table.inspect(9))?.pid, (await table.hold(9))?.pid]).toEqual([9, 9])
})
