import { describe, expect, it } from 'vitest'
import { KNOWN_AGENTS } from '../../../src/agents/known-agents.ts'
import { vscodeCopilot } from '../../../src/agents/vscode-copilot/adapter.ts'

describe('the VS Code Copilot adapter', () => {
  it('is known by its name', () => { expect(KNOWN_AGENTS.get('vscode-copilot')).toBe(vscodeCopilot) })
  it('reads chats only where there are no traces of them', () => {
    const environment = { home: '/home/dev', platform: 'linux' as const, variables: {} }
    expect(vscodeCopilot.sources.map(source => [source.name, source.roots(environment)[0]?.unless ?? []])).toEqual([['traces', []], ['chats', ['globalStorage/github.copilot-chat/agent-traces.db']]])
  })
  it('has no session that could be taken up outside the editor', () => { expect(vscodeCopilot.resume).toBeUndefined() })
})
