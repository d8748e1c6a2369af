import { describe, expect, it } from 'vitest'
import { roleOf } from '../../../src/agents/opencode/process.ts'
import { aProcess } from '../../support/a-process.ts'

const NPM = '/usr/lib/node_modules/opencode-ai/bin/opencode.exe'

describe('an OpenCode process', () => {
  it('is a session in a terminal or of one prompt', () => {
    expect(roleOf(aProcess(NPM, ['opencode'], 'opencode'))).toBe('session')
    expect(roleOf(aProcess('/home/dev/.opencode/bin/opencode', ['opencode', 'run', 'say hello']))).toBe('session')
    expect(roleOf(aProcess(NPM, ['opencode', '/home/dev/web', '--session', 'ses_1']))).toBe('session')
    expect(roleOf(aProcess(NPM, ['opencode', '--continue']))).toBe('session')
  })

  it('is never a target when it serves many sessions or starts none', () => {
    for (const words of [['serve', '--port', '0'], ['web'], ['acp'], ['attach', 'http://localhost:1'], ['auth', 'login'], ['upgrade'], ['--version'], ['session', 'list'], ['stats']]) expect(roleOf(aProcess(NPM, ['opencode', ...words])), words.join(' ')).toBe('helper')
  })

  it('is not every process that says so', () => {
    expect(roleOf(aProcess('/usr/bin/vim', ['opencode'], 'opencode'))).toBeNull()
    expect(roleOf(aProcess('/bin/bash', ['bash', '-c', 'opencode run x']))).toBeNull()
    expect(roleOf(aProcess('/usr/bin/node', ['node', '/usr/bin/opencode-stats.js']))).toBeNull()
  })
})
