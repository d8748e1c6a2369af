import { describe, expect, it } from 'vitest'
import { anyProgram, recognised } from '../../../src/core/launch/agent-launch.ts'
import { KNOWN_AGENTS } from '../../../src/agents/known-agents.ts'

const agents = [...KNOWN_AGENTS.values()]

describe('a program', () => {
  it('is known as an agent by the name it is typed with, wherever it lies', () => {
    for (const [typed, agent] of [['claude', 'claude-code'], ['/opt/bin/claude', 'claude-code'], ['C:\\bin\\codex.exe', 'codex'], ['./gemini', 'gemini'], ['opencode', 'opencode']] as const) {
      expect(recognised(typed, agents)?.name, typed).toBe(agent)
    }
  })
  it('is no agent because its name or its folder contains one', () => {
    for (const typed of ['claude-wrapper', 'myclaude', '/opt/claude/run', 'sh', '']) expect(recognised(typed, agents), typed).toBeNull()
  })
  it('of no agent is started as it was typed', () => {
    expect(anyProgram(['--session-id', 'x'])).toMatchObject({ ok: true, args: ['--session-id', 'x'], session: '', limited: false })
  })
})
