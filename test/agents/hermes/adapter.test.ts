import { describe, expect, it } from 'vitest'
import { hermes } from '../../../src/agents/hermes/adapter.ts'
import { KNOWN_AGENTS } from '../../../src/agents/known-agents.ts'

describe('the Hermes adapter', () => {
  it('is known by its name', () => { expect(KNOWN_AGENTS.get('hermes')).toBe(hermes) })
  it('takes a session up by its id', () => { expect(hermes.resume?.argv('s1')).toEqual(['hermes', '--resume', 's1']) })
})
