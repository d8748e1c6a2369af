import { describe, expect, it } from 'vitest'
import { copilot } from '../../../src/agents/copilot/adapter.ts'
import { KNOWN_AGENTS } from '../../../src/agents/known-agents.ts'

describe('the Copilot adapter', () => {
  it('is known by its name', () => { expect(KNOWN_AGENTS.get('copilot')).toBe(copilot) })
  it('reads one telling of each request: the store, else traces, else the journals', () => {
    const environment = { home: '/home/dev', platform: 'linux' as const, variables: {} }
    expect(copilot.sources.map(source => [source.name, source.roots(environment)[0]?.unless ?? []])).toEqual([['store', []], ['traces', ['session-store.db']], ['events', ['session-store.db', 'otel']]])
  })
  it('takes a session up by its id', () => { expect(copilot.resume?.argv('s1')).toEqual(['copilot', '--resume', 's1']) })
})
