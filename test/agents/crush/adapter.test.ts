import { describe, expect, it } from 'vitest'
import { crush, roleOf } from '../../../src/agents/crush/adapter.ts'
import { KNOWN_AGENTS } from '../../../src/agents/known-agents.ts'
import { aProcess } from '../../support/a-process.ts'

describe('the Crush adapter', () => {
  it('is known by its name', () => { expect(KNOWN_AGENTS.get('crush')).toBe(crush) })
  it('takes a session up by its id', () => { expect(crush.resume?.argv('s1')).toEqual(['crush', '--session', 's1']) })
  it('knows a session from a server and a one-shot command', () => {
    for (const words of [[], ['run', 'do it'], ['--session', 'server'], ['-c', '/w']]) expect(roleOf(aProcess('/usr/bin/crush', ['crush', ...words])), words.join(' ')).toBe('session')
    for (const words of [['server'], ['stats'], ['--session', 's1', 'server'], ['--version'], ['projects']]) expect(roleOf(aProcess('/usr/bin/crush', ['crush', ...words])), words.join(' ')).toBe('helper')
    expect(roleOf(aProcess('/bin/bash', ['crush']))).toBeNull()
  })
})
