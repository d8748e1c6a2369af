import { describe, expect, it } from 'vitest'
import { grok, roleOf } from '../../../src/agents/grok/adapter.ts'
import { KNOWN_AGENTS } from '../../../src/agents/known-agents.ts'
import { aProcess } from '../../support/a-process.ts'

describe('the Grok adapter', () => {
  it('is known by its name', () => { expect(KNOWN_AGENTS.get('grok')).toBe(grok) })
  it('knows a session from every word it does not know', () => {
    for (const words of [[], ['-p', 'agent'], ['--model', 'grok-build']]) expect(roleOf(aProcess('/home/dev/.grok/bin/grok', ['grok', ...words])), words.join(' ')).toBe('session')
    for (const words of [['agent'], ['mcp', 'list'], ['--version'], ['login']]) expect(roleOf(aProcess('/home/dev/.grok/bin/grok', ['grok', ...words])), words.join(' ')).toBe('helper')
    expect(roleOf(aProcess('/usr/bin/node', ['node', '/usr/bin/grok']))).toBeNull()
  })
})
