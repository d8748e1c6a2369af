import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { claudeCode } from '../../../src/agents/claude-code/adapter.ts'
import type { Environment } from '../../../src/core/sessions/agent-adapter.ts'
import { readRegistry } from '../../../src/os/processes/registry.ts'
import { tempHome, type TempHome } from '../../support/home.ts'

describe("the client's registry of live sessions", () => {
  let home: TempHome
  beforeEach(() => { home = tempHome('registry') })
  afterEach(() => home.remove())
  const put = (name: string, text: string, config = '.claude'): void => {
    mkdirSync(path.join(home.path, config, 'sessions'), { recursive: true })
    writeFileSync(path.join(home.path, config, 'sessions', name), text)
  }
  const entry = (pid: number, more = {}): string => JSON.stringify({ pid, sessionId: `s${pid}`, cwd: '/w', procStart: '77', kind: 'interactive', status: 'busy', ...more })
  const read = (variables: Record<string, string> = {}) => {
    const environment: Environment = { home: home.path, platform: 'linux', variables: { HOME: home.path, ...variables } }
    return readRegistry([claudeCode], environment).map(({ agent, account, session }) => `${agent} ${account} ${session.session}`).sort()
  }

  it('is empty where no client ever ran', () => {
    expect(read()).toEqual([])
  })

  it('holds one session per file, with the account of its config home', () => {
    put('4711.json', entry(4711))
    put('12.json', entry(12), '.claude-work')
    expect(read()).toEqual(['claude-code ~/.claude s4711'])
    expect(read({ CLAUDE_CONFIG_DIR: path.join(home.path, '.claude-work') })).toContain('claude-code ~/.claude-work s12')
  })

  it('goes on past a file that is damaged, too large, a folder, or another process\'s', () => {
    put('1234.json', '{"pid":')
    put('1235.json', entry(1235, { padding: 'x'.repeat(70_000) }))
    put('1236.json', entry(9))
    mkdirSync(path.join(home.path, '.claude', 'sessions', '1237.json'))
    put('4711.json', entry(4711))
    expect(read()).toEqual(['claude-code ~/.claude s4711'])
  })

  it('opens nothing but session files: never the keys beside them', () => {
    put('4711.key', entry(4711))
    put('4711.json.key', entry(4711))
    put('x4711.json', entry(4711))
    put('../4712.json', entry(4712))
    expect(read()).toEqual([])
    rmSync(path.join(home.path, '.claude', 'sessions'), { recursive: true })
    writeFileSync(path.join(home.path, '.claude', 'sessions'), '')
    expect(read()).toEqual([])
  })
})
