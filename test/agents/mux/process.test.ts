import { expect, it } from 'vitest'
import { roleOf } from '../../../src/agents/mux/process.ts'
import { aProcess } from '../../support/a-process.ts'

it('sees its server and never takes it, or another program of that name, for a session', () => {
  expect(roleOf(aProcess('/usr/bin/node', ['node', '/usr/local/bin/mux', 'run', 'hi']))).toBe('helper')
  expect(roleOf(aProcess('/usr/bin/mux', ['mux'], 'mux'))).toBeNull()
})
