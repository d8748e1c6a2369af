import { describe, expect, it } from 'vitest'
import { roleOf } from '../../../src/agents/goose/process.ts'
import { aProcess } from '../../support/a-process.ts'

const EXE = '/home/dev/.local/bin/goose'

describe('a Goose process', () => {
  it('is a session when it was told to hold one', () => {
    for (const words of [[], ['session'], ['session', '--resume'], ['run', '-t', 'list the files'], ['run', 'list']]) expect(roleOf(aProcess(EXE, ['goose', ...words])), words.join(' ')).toBe('session')
  })
  it('is no target when it serves many or does one thing', () => {
    for (const words of [['session', 'list'], ['session', 'export', 's1'], ['configure'], ['acp'], ['web'], ['serve'], ['--version'], ['brand-new-command']]) expect(roleOf(aProcess(EXE, ['goose', ...words])), words.join(' ')).toBe('helper')
    expect(roleOf(aProcess('/usr/lib/goose/goosed', ['goosed', 'agent']))).toBe('helper')
  })
  it('is not every process that says so', () => {
    expect(roleOf(aProcess('/bin/bash', ['goose', 'session']))).toBeNull()
    expect(roleOf(aProcess('/usr/bin/mongoose', ['mongoose']))).toBeNull()
  })
})
