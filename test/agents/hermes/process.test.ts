import { describe, expect, it } from 'vitest'
import { roleOf } from '../../../src/agents/hermes/process.ts'
import { aProcess } from '../../support/a-process.ts'

const PYTHON = '/usr/bin/python3.12', SCRIPT = '/home/dev/.local/bin/hermes'

describe('a Hermes process', () => {
  it('is a session when it chats', () => {
    for (const words of [[], ['chat'], ['--resume', '20260901_100000_ab12cd'], ['chat', '-q', 'gateway'], ['-m', 'gpt-5']]) expect(roleOf(aProcess(PYTHON, ['python3', SCRIPT, ...words])), words.join(' ')).toBe('session')
  })
  it('is no target when it serves many or does one thing', () => {
    for (const words of [['gateway'], ['--profile', 'coder', 'gateway', 'run'], ['cron'], ['setup'], ['--version'], ['brand-new-command']]) expect(roleOf(aProcess(PYTHON, ['python3', SCRIPT, ...words])), words.join(' ')).toBe('helper')
  })
  it('is not every process that says so', () => {
    expect(roleOf(aProcess(PYTHON, ['python3', '/w/main.py', 'hermes']))).toBeNull()
    expect(roleOf(aProcess('/bin/bash', ['hermes', 'chat']))).toBeNull()
  })
})
