// Which processes are Cline's command line. The extensions run in their editor's extension host, which is never a target.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import { argumentsOf, firstWord, type Program } from '../program.ts'

const CLINE: Program = { binaries: ['cline'], script: /[\\/](?:bin[\\/]cline|node_modules[\\/]cline[\\/](?:[^\\/]+[\\/])*[^\\/]+\.[cm]?js)$/ }
const HELPER_WORDS = new Set(['auth', 'config', 'version', 'update', 'doctor', 'history', 'mcp', 'instance', 'instances', 'hub', 'connect', 'schedule', 'dashboard', 'kanban', 'skills', 'help'])

export const roleOf: AgentAdapter['process']['role'] = process => {
  const args = argumentsOf(process, CLINE)
  if (args === null) return null
  if (args.includes('--acp')) return 'ide'
  return HELPER_WORDS.has(firstWord(args)) || args.includes('--version') || args.includes('--help') ? 'helper' : 'session'
}
