import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountOfTranscript, claudeCodeHooks } from '../../../src/agents/claude-code/hooks.ts'
import type { HookCall, HookVerdict } from '../../../src/core/enforcement/hook-verdict.ts'

const lines = <T>(name: string): T[] => readFileSync(new URL(`../../fixtures/hooks/${name}`, import.meta.url), 'utf8').trim().split('\n').map(line => JSON.parse(line) as T)
const payloads = lines<{ event: string; pid: string; payload: Record<string, unknown> }>('payloads.jsonl')
interface Case { readonly case: string; readonly event: string; readonly answer: unknown; readonly requests: number; readonly firstToolRan: boolean; readonly shown: string }
const matrix = lines<Case>('decision-matrix.jsonl')

const decoded = (event: string, payload: unknown): HookCall => {
  const call = claudeCodeHooks.decode(event, payload)
  if (!call) throw new Error('not decoded')
  return call
}

describe('captured payloads', () => {
  it('every one decodes to its session, folder and transcript', () => {
    for (const { event, payload } of payloads) {
      expect(decoded(event, payload)).toMatchObject({ clientEvent: event, session: payload.session_id, cwd: payload.cwd, transcript: payload.transcript_path })
    }
  })
  it('the five events that are registered are told apart, the others are other', () => {
    const kinds = Object.fromEntries(payloads.map(({ event, payload }) => [event, decoded(event, payload).event]))
    expect(kinds).toEqual({
      SessionStart: 'session-start', UserPromptSubmit: 'prompt', PreToolUse: 'before-tool', PostToolBatch: 'after-tools', SessionEnd: 'session-end',
      PostToolUse: 'other', Stop: 'other', SubagentStop: 'other',
    })
  })
  it('a subagent is named, with its parent\'s session', () => {
    const inside = payloads.find(({ event, payload }) => event === 'PreToolUse' && payload.agent_id)
    expect(decoded('PreToolUse', inside?.payload)).toMatchObject({ subagent: 'aed888769fdfcec6d', session: inside?.payload.session_id })
  })
  it('no text of a prompt, a result or a file is taken; a command only before a tool', () => {
    for (const { event, payload } of payloads) {
      const { command, ...rest } = decoded(event, payload)
      expect(JSON.stringify(rest)).not.toContain('CANARY')
      expect(command === '' || event === 'PreToolUse').toBe(true)
    }
  })
  it('only the shell tool has a command, and a shell call without one is not taken for another tool', () => {
    const base = { session_id: 's', cwd: '/a/b' }
    expect(decoded('PreToolUse', { ...base, tool_name: 'Bash', tool_input: { command: 'git status' } }).command).toBe('git status')
    expect(decoded('PreToolUse', { ...base, tool_name: 'Other', tool_input: { command: 'git status' } }).command).toBe('')
    for (const tool_input of [{}, null, { command: 7 }, { command: '' }]) expect(decoded('PreToolUse', { ...base, tool_name: 'Bash', tool_input }).command).not.toBe('')
  })
  it.each([null, 7, 'x', [], {}, { session_id: 's' }, { cwd: '/a' }, { session_id: 7, cwd: '/a' }, { session_id: 'x'.repeat(201), cwd: '/a' }])('%j is no payload', payload => {
    expect(claudeCodeHooks.decode('PreToolUse', payload)).toBeNull()
  })
  it('any JSON is decoded or refused, never a crash', () => {
    fc.assert(fc.property(fc.string(), fc.json().map(text => JSON.parse(text) as unknown), (event, payload) => {
      const call = claudeCodeHooks.decode(event, payload)
      if (call) claudeCodeHooks.encode(call, { verdict: 'stop', reason: 'x' })
    }), { numRuns: 500 })
  })
})

describe('the account of a transcript', () => {
  it('is the config home it lies in, as people write it', () => {
    expect(accountOfTranscript('/home/dev/.claude/projects/-home-dev-web/s1.jsonl', '/home/dev')).toBe('~/.claude')
    expect(accountOfTranscript('/srv/work/projects/x/s1/subagents/agent-1.jsonl', '/home/dev')).toBe('/srv/work')
    expect(accountOfTranscript('/home/dev/.claude/s1.jsonl', '/home/dev')).toBe('')
    expect(accountOfTranscript('', '/home/dev')).toBe('')
  })
})

describe('answers, against what the client was measured to do', () => {
  const answered = (event: string, verdict: HookVerdict): unknown => {
    const { exitCode, stdout, stderr } = claudeCodeHooks.encode(decoded(event, { session_id: 's', cwd: '/a/b' }), verdict)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    return stdout === '' ? null : JSON.parse(stdout)
  }
  /** The measured case whose answer has the same shape: same fields and fixed values, other texts. */
  const measured = (event: string, answer: unknown): Case | undefined => matrix.find(one => (answer === null || one.event === event) && shape(one.answer) === shape(answer))
  const TEXTS = new Set(['reason', 'stopReason', 'permissionDecisionReason', 'additionalContext'])
  const shape = (value: unknown): string => JSON.stringify(value, (key, inner: unknown) => TEXTS.has(key) ? 'text' : inner)

  it.each([
    ['UserPromptSubmit', { verdict: 'stop', reason: 'x' }, 'prompt-block-quiet', 0],
    ['UserPromptSubmit', { verdict: 'deny', reason: 'x' }, 'prompt-block-quiet', 0],
    ['UserPromptSubmit', { verdict: 'advise', text: 'x' }, 'prompt-context', 3],
    ['PreToolUse', { verdict: 'stop', reason: 'x' }, 'pre-deny-and-stop', 1],
    ['PreToolUse', { verdict: 'deny', reason: 'x' }, 'pre-deny', 3],
    ['PostToolBatch', { verdict: 'stop', reason: 'x' }, 'batch-continue-false', 1],
    ['PostToolBatch', { verdict: 'deny', reason: 'x' }, 'batch-continue-false', 1],
    ['PostToolBatch', { verdict: 'advise', text: 'x' }, 'batch-context', 3],
    ['SessionStart', { verdict: 'stop', reason: 'x' }, 'start-context', 3],
    ['SessionStart', { verdict: 'advise', text: 'x' }, 'start-context', 3],
  ] as const)('%s %j is the measured case %s with %i requests', (event, verdict, name, requests) => {
    const found = measured(event, answered(event, verdict))
    expect(found?.case).toBe(name)
    expect(found?.requests).toBe(requests)
  })

  it('the hard stop lets no tool run, and the block shows no prompt', () => {
    expect(measured('PreToolUse', answered('PreToolUse', { verdict: 'stop', reason: 'x' }))?.firstToolRan).toBe(false)
    expect(measured('UserPromptSubmit', answered('UserPromptSubmit', { verdict: 'stop', reason: 'x' }))?.shown).not.toContain('Original prompt')
  })
  it('allow is silence on every event: it must not answer the person\'s own permission prompt', () => {
    for (const event of ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolBatch', 'SessionEnd', 'Stop']) expect(answered(event, { verdict: 'allow' })).toBeNull()
    expect(JSON.stringify(answered('PreToolUse', { verdict: 'advise', text: 'x' }))).not.toContain('permissionDecision')
  })
  it('an event that is not gated is never answered', () => {
    for (const event of ['SessionEnd', 'Stop', 'PostToolUse', 'Anything']) expect(answered(event, { verdict: 'stop', reason: 'x' })).toBeNull()
  })
})
