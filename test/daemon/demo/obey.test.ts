import { describe, expect, it } from 'vitest'
import { claudeCodeHooks } from '../../../src/agents/claude-code/hooks.ts'
import type { HookCall, HookVerdict } from '../../../src/core/enforcement/hook-verdict.ts'
import { instant } from '../../../src/core/time.ts'
import { obeyed } from '../../../src/daemon/demo/obey.ts'

const call = (event: HookCall['event'], clientEvent: string): HookCall =>
  ({ event, clientEvent, session: 's', cwd: '/p', pid: 0, transcript: '', subagent: '', tool: '', command: '', at: instant(0) })
const prompt = call('prompt', 'UserPromptSubmit'), tool = call('before-tool', 'PreToolUse'), batch = call('after-tools', 'PostToolBatch')
const STOP: HookVerdict = { verdict: 'stop', reason: 'spent' }
const obeys = (of: HookCall, verdict: HookVerdict): unknown => {
  const { exitCode, stdout, stderr } = claudeCodeHooks.encode(of, verdict)
  return obeyed({ code: exitCode, stdout, stderr })
}

describe('the demo agent reads a hook answer as the client does', () => {
  it('takes every verdict in our own dialect for what it means', () => {
    expect(obeys(prompt, STOP)).toEqual({ verdict: 'blocked', text: 'spent' })
    expect(obeys(tool, STOP)).toEqual({ verdict: 'stopped', text: 'spent' })
    expect(obeys(tool, { verdict: 'deny', reason: 'save now' })).toEqual({ verdict: 'denied', text: 'save now' })
    expect(obeys(batch, STOP)).toEqual({ verdict: 'stopped', text: 'spent' })
    expect(obeys(batch, { verdict: 'advise', text: 'nearly' })).toEqual({ verdict: 'allowed', text: 'nearly' })
    expect(obeys(tool, { verdict: 'allow' })).toEqual({ verdict: 'allowed', text: '' })
  })

  it('is refused by exit 2, and goes on after any other failure, as the client fails open', () => {
    expect(obeyed({ code: 2, stdout: '', stderr: 'no\n' })).toEqual({ verdict: 'denied', text: 'no' })
    expect(obeyed({ code: 1, stdout: '{"continue":false}', stderr: '' }).verdict).toBe('allowed')
    expect(obeyed({ code: null, stdout: '', stderr: '' }).verdict).toBe('allowed')
    for (const stdout of ['not json', '[]', 'null', '']) expect(obeyed({ code: 0, stdout, stderr: '' }).verdict, stdout).toBe('allowed')
  })
})
