import { describe, expect, it } from 'vitest'
import { goose } from '../../../src/agents/goose/adapter.ts'
import { KNOWN_AGENTS } from '../../../src/agents/known-agents.ts'

describe('the Goose adapter', () => {
  it('is known by its name', () => { expect(KNOWN_AGENTS.get('goose')).toBe(goose) })
  it('takes a session up by its id', () => { expect(goose.resume?.argv('20260923_1')).toEqual(['goose', 'session', '--resume', '--session-id', '20260923_1']) })
})
