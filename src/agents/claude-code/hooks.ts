// Claude Code's hook dialect: which of its events we take, what we read from a payload, and the answers it obeys.
// What each answer does was measured against the client; test/fixtures/hooks/decision-matrix.jsonl holds the results.
import type { HookEvent, HookVerdict } from '../../core/enforcement/hook-verdict.ts'
import { unreachable } from '../../core/errors.ts'
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import { instant } from '../../core/time.ts'
import { accountOf } from './paths.ts'

const EVENTS: Readonly<Record<string, HookEvent>> = {
  SessionStart: 'session-start', SessionEnd: 'session-end', UserPromptSubmit: 'prompt', PreToolUse: 'before-tool', PostToolBatch: 'after-tools',
}

// Ids and paths longer than this are not the client's.
const ID_CHARS_MAX = 200
const PATH_CHARS_MAX = 4_096
// Past what a simple command may hold (16,384 characters), so that a cut never hides a tail: it is refused for its length.
const COMMAND_CHARS_MAX = 32_768

type Payload = Readonly<Record<string, unknown>>
type Answer = { readonly exitCode: number; readonly stdout: string; readonly stderr: string }

export const claudeCodeHooks: NonNullable<AgentAdapter['hooks']> = {
  /**
   * Picks by name what a decision needs; prompts, tool inputs and results are left behind. `pid` and `at` are not in a
   * payload: the door that took the call fills them in. null when it is no hook payload of this client.
   */
  decode(event, payload) {
    if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return null
    const fields = payload as Payload
    const session = text(fields, 'session_id', ID_CHARS_MAX)
    const cwd = text(fields, 'cwd', PATH_CHARS_MAX)
    if (session === '' || cwd === '') return null
    const kind: HookEvent = Object.hasOwn(EVENTS, event) ? EVENTS[event] as HookEvent : 'other'
    return {
      event: kind, clientEvent: event, session, cwd, pid: 0, transcript: text(fields, 'transcript_path', PATH_CHARS_MAX),
      subagent: text(fields, 'agent_id', ID_CHARS_MAX), tool: kind === 'before-tool' ? text(fields, 'tool_name', ID_CHARS_MAX) : '',
      command: kind === 'before-tool' ? commandOf(fields) : '', at: instant(0), ...(kind === 'before-tool' ? { ...fileOf(fields), ...(SUBAGENT_TOOLS.includes(text(fields, 'tool_name', ID_CHARS_MAX)) ? { startsSubagent: true } : {}) } : {}),
      ...modelOf(fields),
    }
  },

  encode(call, verdict) {
    switch (call.event) {
      case 'session-start': return onSessionStart(verdict)
      case 'prompt': return onPrompt(verdict)
      case 'before-tool': return beforeTool(verdict)
      case 'after-tools': return afterTools(verdict)
      case 'session-end':
      case 'other': return SILENCE
      default: return unreachable(call.event)
    }
  },
}

/** The account of a session no ledger knows yet: the config home its transcript lies in. '' when it lies elsewhere. */
export function accountOfTranscript(transcript: string, home: string): string {
  const end = transcript.lastIndexOf('/projects/')
  return end < 0 ? '' : accountOf(transcript.slice(0, end), home)
}

function text(fields: Payload, name: string, max: number): string {
  const value = Object.hasOwn(fields, name) ? fields[name] : ''
  return typeof value === 'string' && value.length <= max ? value : ''
}

function commandOf(fields: Payload): string {
  const input = fields.tool_input
  if (text(fields, 'tool_name', ID_CHARS_MAX) !== 'Bash') return ''
  const command = typeof input === 'object' && input !== null ? (input as Payload).command : ''
  // A shell call without a readable command is still a shell call: `(` is no simple command, so it saves nothing.
  return typeof command === 'string' && command !== '' ? command.slice(0, COMMAND_CHARS_MAX) : '('
}

const EDITS: Readonly<Record<string, string>> = { Edit: 'file_path', Write: 'file_path', MultiEdit: 'file_path', NotebookEdit: 'notebook_path' }

/** Nothing for a tool that edits no file; a name that cannot be read is no file either. */
function fileOf(fields: Payload): { file?: string } {
  const tool = text(fields, 'tool_name', ID_CHARS_MAX), input = fields.tool_input
  const name = Object.hasOwn(EDITS, tool) ? EDITS[tool] as string : ''
  const file = name !== '' && typeof input === 'object' && input !== null ? text(input as Payload, name, PATH_CHARS_MAX) : ''
  return file === '' ? {} : { file }
}

// The tool's name today, and before.
const SUBAGENT_TOOLS = ['Agent', 'Task']

/** SessionStart says it at a terminal, not headless. */
function modelOf(fields: Payload): { model?: string } {
  const model = text(fields, 'model', ID_CHARS_MAX)
  return model === '' ? {} : { model }
}

const SILENCE: Answer = { exitCode: 0, stdout: '', stderr: '' }
// JSON with exit 0 for every verdict: exit 2 before a tool is only a bare deny, and the model would go on spending.
const json = (body: Payload): Answer => ({ exitCode: 0, stdout: JSON.stringify(body), stderr: '' })
const context = (hookEventName: string, additionalContext: string): Answer => json({ hookSpecificOutput: { hookEventName, additionalContext } })

/** Nothing stops a session from starting (also exit 2 does not); the text is all there is. */
function onSessionStart(verdict: HookVerdict): Answer {
  switch (verdict.verdict) {
    case 'allow': return SILENCE
    case 'advise': return context('SessionStart', verdict.text)
    case 'deny':
    case 'stop': return context('SessionStart', verdict.reason)
    default: return unreachable(verdict)
  }
}

/** A block makes no request at all; without `suppressOriginalPrompt` the client prints the prompt again. */
function onPrompt(verdict: HookVerdict): Answer {
  switch (verdict.verdict) {
    case 'allow': return SILENCE
    case 'advise': return context('UserPromptSubmit', verdict.text)
    case 'deny':
    case 'stop': return json({ decision: 'block', reason: verdict.reason, suppressOriginalPrompt: true, hookSpecificOutput: { hookEventName: 'UserPromptSubmit', suppressOriginalPrompt: true } })
    default: return unreachable(verdict)
  }
}

/**
 * Allow is silence, never `permissionDecision: allow`: that would skip the person's own permission prompt. A deny alone
 * lets the turn go on; only with `continue: false` is the next request not made.
 */
function beforeTool(verdict: HookVerdict): Answer {
  switch (verdict.verdict) {
    case 'allow': return SILENCE
    case 'advise': return context('PreToolUse', verdict.text)
    case 'deny': return json({ hookSpecificOutput: denied(verdict.reason) })
    case 'stop': return json({ continue: false, stopReason: verdict.reason, hookSpecificOutput: denied(verdict.reason) })
    default: return unreachable(verdict)
  }
}
const denied = (permissionDecisionReason: string): Payload => ({ hookEventName: 'PreToolUse', permissionDecision: 'deny', permissionDecisionReason })

/** The tools have run: a deny can only mean that the turn ends before the next request. */
function afterTools(verdict: HookVerdict): Answer {
  switch (verdict.verdict) {
    case 'allow': return SILENCE
    case 'advise': return context('PostToolBatch', verdict.text)
    case 'deny':
    case 'stop': return json({ continue: false, stopReason: verdict.reason })
    default: return unreachable(verdict)
  }
}
