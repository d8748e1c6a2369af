import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hookCommand } from '../../src/daemon/hook-command.ts'
import type { Environment } from '../../src/core/sessions/agent-adapter.ts'
import { tempHome, type TempHome } from '../support/home.ts'

describe('purser hook', () => {
  let home: TempHome
  let environment: Environment
  beforeEach(() => {
    home = tempHome('hook')
    environment = { home: home.path, platform: 'linux', variables: { ...home.env, PURSER_STATE: path.join(home.path, 'state'), ANTHROPIC_API_KEY: 'secret' } }
  })
  afterEach(() => home.remove())
  const install = (text: string): void => {
    const script = path.join(home.path, 'state', 'hook', 'purser-hook.sh')
    mkdirSync(path.dirname(script), { recursive: true })
    writeFileSync(script, text)
    chmodSync(script, 0o600)
  }

  it('gives the installed script the event and the payload, and ends as it ends', async () => {
    install('printf "%s:%s" "$1" "$(cat)"; echo no >&2; exit 2\n')
    expect(await hookCommand({ agent: 'claude-code', event: 'PreToolUse', body: '{"a":1}', environment })).toEqual({ exitCode: 2, stdout: 'PreToolUse:{"a":1}', stderr: 'no\n' })
  })
  it('allows an event it does not listen to, and says which it does', async () => {
    install('exit 0\n')
    expect(await hookCommand({ agent: 'claude-code', event: 'Nope', body: '{}', environment })).toEqual({ exitCode: 0, stdout: '', stderr: 'purser: nothing is listening to "Nope", so it is always allowed; purser listens to: SessionStart, UserPromptSubmit, PreToolUse, PostToolBatch, SessionEnd\n' })
    expect((await hookCommand({ agent: 'claude-code', event: 'PreToolUse', body: '{}', environment })).stderr).toBe('')
  })
  it('survives a script that allows without reading', async () => {
    install('exit 0\n')
    expect(await hookCommand({ agent: 'claude-code', event: 'PreToolUse', body: 'x'.repeat(1_000_000), environment })).toMatchObject({ exitCode: 0 })
  })
  it("hands none of the caller's secrets on", async () => {
    install('env\n')
    expect((await hookCommand({ agent: 'claude-code', event: 'Stop', body: '', environment })).stdout).not.toContain('secret')
  })
  it('says what to type when hooks are not installed, and which agents have any', async () => {
    await expect(hookCommand({ agent: 'claude-code', event: 'Stop', body: '', environment })).rejects.toThrow('purser hooks install')
    await expect(hookCommand({ agent: 'gemini', event: 'Stop', body: '', environment })).rejects.toThrow('there are: claude-code')
  })
})
