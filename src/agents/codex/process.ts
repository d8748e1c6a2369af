// Which processes are Codex itself. The npm launcher waits for a native child, which is the session; the app server works
// for every project at once, so ending it would end strangers' turns: it is never a target.
import type { ProcessInfo } from '../../core/machine/process-table.ts'
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import { argumentsOf, baseName, firstWord } from '../program.ts'

const PACKAGE_SCRIPT = /[\\/]@openai[\\/]codex[\\/]bin[\\/]codex\.m?js$|[\\/]bin[\\/]codex$/
// Release builds are named after their platform.
const PLATFORM_BINARY = /^codex-(?:x86_64|aarch64)-[\w-]+$/
const HELPER_WORDS = new Set([
  'app-server', 'mcp-server', 'mcp', 'login', 'logout', 'completion', 'apply', 'a', 'debug', 'sandbox', 'features', 'update', 'cloud', 'responses-api-proxy',
  'exec-server', 'migrate-rollouts', 'agents', 'help', 'archive', 'unarchive', 'delete', 'doctor', 'plugin',
])
/** The first word of a command that is no conversation. */
export const isHelperWord = (word: string): boolean => HELPER_WORDS.has(word)
const HELPER_FLAGS = new Set(['--version', '-V', '--help', '-h', '--managed-daemon'])

export function roleOf(process: ProcessInfo): ReturnType<AgentAdapter['process']['role']> {
  const program = baseName(process.exe.replace(/ \(deleted\)$/, '') || (process.argv[0] ?? ''))
  const args = argumentsOf(process, { binaries: PLATFORM_BINARY.test(program) ? [program] : ['codex'], script: PACKAGE_SCRIPT })
  if (args === null) return null
  // A runtime runs only the launcher; versions before the native one are long gone.
  if (program !== 'codex' && !PLATFORM_BINARY.test(program)) return 'helper'
  return isHelperWord(firstWord(args)) || args.some(word => HELPER_FLAGS.has(word)) ? 'helper' : 'session'
}
