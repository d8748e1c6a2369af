// Which processes are OpenCode, or a product built on it. One process holds a terminal session; a server holds many.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import type { ProcessInfo } from '../../core/machine/process-table.ts'
import { argumentsOf, firstWord, type Program } from '../program.ts'

type Role = ReturnType<AgentAdapter['process']['role']>

// A server answers several sessions of several projects, so it is never a target; the others start no conversation.
const HELPER_WORDS = new Set([
  'serve', 'web', 'acp', 'attach', 'auth', 'login', 'logout', 'providers', 'agent', 'models', 'mcp', 'upgrade', 'uninstall', 'stats', 'export', 'import',
  'github', 'pr', 'session', 'debug', 'db', 'completion', 'plugin', 'generate', 'console', 'service',
])
/** The first word of a command that is no conversation. */
export const isHelperWord = (word: string): boolean => HELPER_WORDS.has(word)
const HELPER_FLAGS = new Set(['--version', '-v', '--help', '-h'])

/** The role by this program's arguments; null when the process is another program. */
export function roleBy(program: Program): (process: ProcessInfo) => Role {
  return process => {
    const args = argumentsOf(process, program)
    if (args === null) return null
    return isHelperWord(firstWord(args)) || HELPER_FLAGS.has(args[0] ?? '') ? 'helper' : 'session'
  }
}

/** The executable is `opencode` or `opencode.exe` everywhere, also below node_modules/opencode-ai. */
export const roleOf = roleBy({ binaries: ['opencode'] })
