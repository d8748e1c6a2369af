// Which processes are Codebuff itself: its own executable. The npm package's script fetches it, starts it and waits.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import { argumentsOf, firstWord, type Program } from '../program.ts'

const CODEBUFF: Program = { binaries: ['codebuff'] }
const LAUNCHER: Program = { binaries: [], script: /[\\/](?:bin[\\/]codebuff|node_modules[\\/]codebuff[\\/](?:[^\\/]+[\\/])*[^\\/]+\.[cm]?js)$/ }
const HELPER_WORDS = new Set(['login', 'logout', 'publish', 'save-agent'])

export const roleOf: AgentAdapter['process']['role'] = process => {
  if (argumentsOf(process, LAUNCHER) !== null) return 'helper'
  const args = argumentsOf(process, CODEBUFF)
  if (args === null) return null
  return HELPER_WORDS.has(firstWord(args)) || args.includes('--version') || args.includes('--help') ? 'helper' : 'session'
}
