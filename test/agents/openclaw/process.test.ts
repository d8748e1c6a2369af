import { expect, it } from 'vitest'
import { roleOf } from '../../../src/agents/openclaw/process.ts'
import { aProcess } from '../../support/a-process.ts'

it('sees the gateway and never takes it, or anything else, for a session', () => {
  expect(roleOf(aProcess('/usr/bin/node', ['node', '/usr/local/bin/openclaw', 'agent', '--message', 'hi']))).toBe('helper')
  expect(roleOf(aProcess('/usr/bin/node', ['openclaw-gateway'], 'openclaw-gatewa'))).toBe('helper')
  expect(roleOf(aProcess('/usr/bin/node', ['openclaw'], 'node'))).toBeNull()
  expect(roleOf(aProcess('/usr/bin/vim', ['vim', '/usr/local/bin/openclaw'], 'openclaw'))).toBeNull()
})
