// Which processes are Qwen Code itself: node with the package's script. The kernel name is `node` for all of them.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import { argumentsOf, type Program } from '../program.ts'

const QWEN: Program = { binaries: [], script: /[\\/](?:bin[\\/]qwen|@qwen-code[\\/]qwen-code[\\/](?:[^\\/]+[\\/])*[^\\/]+\.m?js)$/ }
// First words of one-shot commands, and of the server that other programs run sessions through.
const HELPER_WORDS = new Set(['mcp', 'extensions', 'extension', 'hooks', 'hook', 'skills', 'auth', 'sessions', 'serve', 'channel', 'update', '--version', '-v', '--help', '-h', '--list-extensions', '-l'])
const EDITOR_FLAGS = new Set(['--acp', '--experimental-acp'])

/** Like Gemini CLI it starts itself again with more memory; the survey of processes tells the waiting launcher by its child. */
export const roleOf: AgentAdapter['process']['role'] = process => {
  const args = argumentsOf(process, QWEN)
  if (args === null) return null
  if (args.some(word => EDITOR_FLAGS.has(word))) return 'ide'
  return HELPER_WORDS.has(args[0] ?? '') ? 'helper' : 'session'
}
