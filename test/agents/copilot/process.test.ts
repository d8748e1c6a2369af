import { describe, expect, it } from 'vitest'
import { roleOf } from '../../../src/agents/copilot/process.ts'
import { aProcess } from '../../support/a-process.ts'

const NATIVE = '/usr/lib/node_modules/@github/copilot/node_modules/@github/copilot-linux-x64/copilot'

describe('a Copilot process', () => {
  it('is a session as an executable and as a script', () => {
    expect(roleOf(aProcess(NATIVE, ['copilot']))).toBe('session')
    expect(roleOf(aProcess('/usr/bin/node', ['node', '--no-warnings', '/usr/lib/node_modules/@github/copilot/index.js', '--allow-all-tools']))).toBe('session')
  })

  it('stays a session whatever its prompt says', () => {
    for (const prompt of ['login', 'update the server', '--acp']) expect(roleOf(aProcess(NATIVE, ['copilot', '-p', prompt])), prompt).toBe('session')
  })

  it('is no target when it is npm\'s script, which waits for the executable', () => {
    expect(roleOf(aProcess('/usr/bin/node', ['node', '/usr/bin/copilot', '--resume', 's1']))).toBe('helper')
    expect(roleOf(aProcess('/usr/bin/node', ['node', '/usr/lib/node_modules/@github/copilot/npm-loader.js']))).toBe('helper')
  })

  it('is no target when it serves a program or starts no conversation', () => {
    for (const words of [['--acp'], ['--server', '--stdio'], ['update'], ['login'], ['--version'], ['mcp', 'list']]) expect(roleOf(aProcess(NATIVE, ['copilot', ...words])), words.join(' ')).toBe('helper')
  })

  it('is not every process that says so', () => {
    expect(roleOf(aProcess('/bin/bash', ['copilot']))).toBeNull()
    expect(roleOf(aProcess('/usr/bin/node', ['node', '/w/index.js', 'copilot']))).toBeNull()
  })
})
