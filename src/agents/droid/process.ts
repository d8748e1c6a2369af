// Which processes are Droid itself: its own executable. The npm package's script starts it and waits.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import { argumentsOf, type Program } from '../program.ts'

const DROID: Program = { binaries: ['droid'] }
const LAUNCHER: Program = { binaries: [], script: /[\\/](?:bin[\\/]droid|node_modules[\\/]droid[\\/](?:[^\\/]+[\\/])*[^\\/]+\.[cm]?js)$/ }
const HELPER_WORDS = new Set(['mcp', 'plugin', 'plugins', 'update', 'daemon', 'computer', 'search', 'find', 'help', '--version', '-v', '--help', '-h'])

export const roleOf: AgentAdapter['process']['role'] = process => {
  if (argumentsOf(process, LAUNCHER) !== null) return 'helper'
  const args = argumentsOf(process, DROID)
  if (args === null) return null
  return HELPER_WORDS.has(args[0] ?? '') || args.includes('--list-tools') ? 'helper' : 'session'
}
