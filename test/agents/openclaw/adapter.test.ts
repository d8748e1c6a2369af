import { expect, it } from 'vitest'
import { databases, openclaw, sessions } from '../../../src/agents/openclaw/adapter.ts'

it('is read from files and from its store, and has no session to resume', () => {
  expect(openclaw.sources).toEqual([sessions, databases])
  expect(openclaw.resume).toBeUndefined()
})
