import { describe, expect, it } from 'vitest'
import { claudeCodeLaunch } from '../../../src/agents/claude-code/launch.ts'
import { codexLaunch } from '../../../src/agents/codex/launch.ts'
import { launchEnvironment } from '../../../src/core/launch/launch-environment.ts'

const known = [claudeCodeLaunch, codexLaunch]
const FROM = {
  PATH: '/bin', ANTHROPIC_API_KEY: 'k', CLAUDE_CONFIG_DIR: '/home/me/.claude-work', CLAUDE_CODE_MAX_OUTPUT_TOKENS: '4096', CODEX_HOME: '/home/me/.codex', NOTHING: undefined,
  CLAUDECODE: '1', CLAUDE_CODE_CHILD_SESSION: '1', CLAUDE_CODE_SESSION_ID: 'outer', CLAUDE_PID: '1', CODEX_THREAD_ID: 'outer', PURSER_SESSION_ID: 'outer',
}

describe('the environment of a supervised start', () => {
  it('leaves out what an outer session of any agent left, and nothing a person set', () => {
    const { variables, left } = launchEnvironment(FROM, { launch: claudeCodeLaunch, known, session: 's1' })
    expect(left).toEqual(['CLAUDECODE', 'CLAUDE_CODE_CHILD_SESSION', 'CLAUDE_CODE_SESSION_ID', 'CLAUDE_PID', 'CODEX_THREAD_ID'])
    expect(variables).toEqual({
      PATH: '/bin', ANTHROPIC_API_KEY: 'k', CLAUDE_CONFIG_DIR: '/home/me/.claude-work', CLAUDE_CODE_MAX_OUTPUT_TOKENS: '4096', CODEX_HOME: '/home/me/.codex',
      CLAUDE_CODE_FORCE_SESSION_PERSISTENCE: '1', PURSER_SESSION_ID: 's1',
    })
  })
  it('of a program of no agent is the caller\'s own', () => {
    const { variables, left } = launchEnvironment(FROM, { launch: null, known, session: 'r1' })
    expect(left).toEqual([])
    expect(variables).toMatchObject({ CLAUDECODE: '1', CODEX_THREAD_ID: 'outer', PURSER_SESSION_ID: 'r1' })
    expect(variables).not.toHaveProperty('CLAUDE_CODE_FORCE_SESSION_PERSISTENCE')
  })
})
