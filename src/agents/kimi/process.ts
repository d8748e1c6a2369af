// Which processes are Kimi CLI (python) or Kimi Code (node, or an executable of its own). Both give themselves a title,
// which takes the place of their command line.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import { argumentsOf, baseName, type Program } from '../program.ts'

const KIMI: Program = { binaries: ['kimi', 'kimi-cli'], script: /[\\/](?:bin[\\/]kimi(?:-cli)?|@moonshot-ai[\\/]kimi-code[\\/](?:[^\\/]+[\\/])*[^\\/]+\.m?js)$/ }
const TITLES = new Set(['Kimi Code', 'kimi-code'])
const WORKER_TITLES = new Set(['kimi-code-bg-worker', 'kimi-code-worker'])
const RUNTIME = /^(?:node|bun|python(?:\d+(?:\.\d+)*)?)$/
const HELPER_WORDS = new Set([
  'login', 'logout', 'term', 'info', 'export', 'mcp', 'plugin', 'vis', 'web', 'server', 'doctor', 'provider', 'upgrade', '__background-task-worker', '__web-worker', '__plugin_run_node',
  '__update_download', '--version', '-V', '--help', '-h',
])

export const roleOf: AgentAdapter['process']['role'] = process => {
  const title = process.argv[0] ?? ''
  // A title is a claim of the process: it counts only of a runtime whose kernel name says the same.
  if (RUNTIME.test(baseName(process.exe)) && (TITLES.has(title) || WORKER_TITLES.has(title)) && title.startsWith(process.name)) return WORKER_TITLES.has(title) ? 'helper' : 'session'
  const args = argumentsOf(process, KIMI)
  if (args === null) return null
  if (args[0] === 'acp' || args.includes('--acp')) return 'ide'
  return HELPER_WORDS.has(args[0] ?? '') ? 'helper' : 'session'
}
