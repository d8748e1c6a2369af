// Which processes are Gemini CLI itself: node with the package's script. The kernel name is `node` for all of them.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import { argumentsOf, type Program } from '../program.ts'

const GEMINI: Program = {
  binaries: [],
  script: /[\\/](?:bin[\\/]gemini|@google[\\/]gemini-cli[\\/](?:[^\\/]+[\\/])*[^\\/]+\.m?js)$/,
}
// First words of one-shot commands.
const HELPER_WORDS = new Set(['mcp', 'extensions', 'extension', 'skills', 'skill', 'hooks', 'hook', 'gemma', '--version', '-v', '--help', '-h', '--list-sessions', '--list-extensions', '-l', '--delete-session'])
/** The first word of a command that is no conversation. */
export const isHelperWord = (word: string): boolean => HELPER_WORDS.has(word)
const EDITOR_FLAGS = new Set(['--acp', '--experimental-acp'])

/**
 * The client starts itself again with more memory and waits; signals to the first process have no effect. Both have the
 * same arguments, so both are sessions here, and the survey of processes tells a launcher by its child.
 */
export const roleOf: AgentAdapter['process']['role'] = process => {
  const args = argumentsOf(process, GEMINI)
  if (args === null) return null
  if (args.some(word => EDITOR_FLAGS.has(word))) return 'ide'
  return isHelperWord(args[0] ?? '') ? 'helper' : 'session'
}
