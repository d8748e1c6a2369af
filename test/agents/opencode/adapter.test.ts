import { describe, expect, it } from 'vitest'
import { KNOWN_AGENTS } from '../../../src/agents/known-agents.ts'
import { opencode } from '../../../src/agents/opencode/adapter.ts'

describe('the OpenCode adapter', () => {
  it('is known by its name', () => { expect(KNOWN_AGENTS.get('opencode')).toBe(opencode) })
  it('reads databases before the files that were moved into them', () => { expect(opencode.sources.map(({ name, form }) => `${name} ${form}`)).toEqual(['databases database', 'messages document']) })
  it('takes a session up by its id', () => { expect(opencode.resume?.argv('ses_1')).toEqual(['opencode', '--session', 'ses_1']) })
  it('leaves message files alone where there is a database', () => {
    expect(opencode.sources[1]?.roots({ home: '/home/dev', platform: 'linux', variables: {} })).toMatchObject([{ unless: ['opencode.db'] }])
  })
})
