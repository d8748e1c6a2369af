import { describe, expect, it } from 'vitest'
import { failureOf } from '../../src/cli/report-error.ts'
import { AppError } from '../../src/core/errors.ts'
import { plainLine } from '../../src/core/text/line.ts'

const told = (error: unknown, debug = false): string => failureOf(error, debug).lines.map(plainLine).join('\n')

describe('a failure', () => {
  it('of the machine is no bug of ours', () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device, write '/x'"), { code: 'ENOSPC', syscall: 'write', errno: -28 })
    expect(failureOf(full, false).exit).toBe(69)
    expect(told(full)).toBe("purser: ENOSPC: no space left on device, write '/x'")
  })
  it('keeps the command to type next in one piece', () => {
    const { lines } = failureOf(new AppError('not_found', 'there is no budget "x"; list them with: purser budget list\nor: purser up'), false)
    expect(lines.map(line => line.at(-1))).toEqual([{ text: 'purser budget list', tone: 'command' }, { text: 'purser up', tone: 'command' }])
  })
  it('at a place that is closed says how to look at it and how to name another', () => {
    const closed = Object.assign(new Error("EACCES: permission denied, open '/a b'"), { code: 'EACCES', syscall: 'open', errno: -13, path: '/a b' })
    expect(told(Object.assign(new Error('EACCES'), { code: 'EACCES', syscall: 'mkdir', errno: -13, path: '/a' }))).not.toContain('ls -ld')
    expect(told(closed).split('\n').slice(1)).toEqual(["        who may write there: ls -ld '/a b'", '        another place: PURSER_STATE=FOLDER for the records, PURSER_CONFIG=FILE for the configuration'])
  })
  it('that is no Error still says what it is', () => {
    expect(told('boom')).toContain('this is a bug: boom')
  })
  it('shows its causes, and ends at one that points at itself', () => {
    const cause = new Error('the cause')
    const looped = new AppError('internal', 'outer', { cause })
    cause.cause = looped
    expect(told(looped, true)).toContain('the cause')
  })
})
