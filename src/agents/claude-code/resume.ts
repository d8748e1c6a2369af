// How Claude Code takes up a session: `--resume` keeps the id, in any folder of the home that holds its log. The log tells
// the permission mode at each prompt; the command line takes every mode back, also the one that asks for nothing, which
// is never given on by us.
import { classifyStop } from '../../core/accounts/stop.ts'
import { typedWords } from '../../core/launch/typed-words.ts'
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import { isObject, objectIn, parsedJson, type JsonObject } from '../../core/tailing/json-fields.ts'
import { CLAUDE_CODE_GRAMMAR } from './launch.ts'
import { CLAUDE_CODE_STOPS } from './stops.ts'

// `default` is what logs and older versions call `manual`.
const ASKING: Readonly<Record<string, string>> = { default: 'manual', manual: 'manual', plan: 'plan', acceptEdits: 'acceptEdits', auto: 'auto', dontAsk: 'dontAsk' }

const said = (mode: string): readonly string[] => ['--permission-mode', mode]

export const claudeCodeResume: NonNullable<AgentAdapter['resume']> = {
  argv: session => ['claude', '--resume', session],
  permissions: {
    marker: '"permission-mode"',
    modeIn(line) {
      const record = objectIn(parsedJson(line))
      const mode = record['type'] === 'permission-mode' ? record['permissionMode'] : null
      return typeof mode === 'string' && /^[A-Za-z]{1,40}$/.test(mode) ? mode : null
    },
    words: mode => (Object.hasOwn(ASKING, mode) ? said(ASKING[mode] as string) : null),
    careful: said('manual'),
  },
  loses(args) {
    const lost = [...typedWords(args, CLAUDE_CODE_GRAMMAR).options.keys()].find(name => !KEPT.has(name))
    return lost === undefined ? '' : `--${lost}`
  },
  stopped: {
    marker: '"assistant"',
    stoppedIn(line) {
      const record = objectIn(parsedJson(line))
      if (record['type'] !== 'assistant' || record['isSidechain'] === true) return null
      return record['isApiErrorMessage'] === true ? isQuotaStop(record) : false
    },
  },
}

// What says which conversation and in which mode is said anew; what allows more is asked for again; the rest is how it
// looks. Whatever is not here (denied tools, settings, a system prompt, servers) would be gone without a word.
const KEPT: ReadonlySet<string> = new Set(['resume', 'continue', 'session-id', 'fork-session', 'permission-mode', 'allowedTools', 'allowed-tools', 'add-dir', 'name', 'verbose', 'debug', 'ide'])

function isQuotaStop(record: JsonObject): boolean {
  if (record['apiError'] === 'usage_limit_reached' || objectIn(record, 'quotaLimits')['status'] === 'rejected') return true
  const { kind } = classifyStop(textIn(record['message']), CLAUDE_CODE_STOPS)
  return kind === 'quota' || kind === 'model_quota'
}

function textIn(message: unknown): string {
  const { content } = objectIn(message)
  const part: unknown = Array.isArray(content) ? content[0] : content
  const text = isObject(part) ? part['text'] : part
  return typeof text === 'string' ? text : ''
}
