// How Claude Code takes up a session: `--resume` keeps the id, in any folder of the home that holds its log. The log tells
// the permission mode at each prompt; the command line takes every mode back, also the one that asks for nothing, which
// is never given on by us.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'

// `default` is what logs and older versions call `manual`.
const ASKING: Readonly<Record<string, string>> = { default: 'manual', manual: 'manual', plan: 'plan', acceptEdits: 'acceptEdits', auto: 'auto', dontAsk: 'dontAsk' }

const said = (mode: string): readonly string[] => ['--permission-mode', mode]

export const claudeCodeResume: NonNullable<AgentAdapter['resume']> = {
  argv: session => ['claude', '--resume', session],
  permissions: {
    marker: '"permission-mode"',
    modeIn(line) {
      const record = parsed(line)
      const mode = record?.['type'] === 'permission-mode' ? record['permissionMode'] : null
      return typeof mode === 'string' && /^[A-Za-z]{1,40}$/.test(mode) ? mode : null
    },
    words: mode => (Object.hasOwn(ASKING, mode) ? said(ASKING[mode] as string) : null),
    careful: said('manual'),
  },
}

function parsed(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
