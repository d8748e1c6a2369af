// Which processes are Copilot's command line: an executable of its own, or (older versions) a script that node runs.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import type { ProcessInfo } from '../../core/machine/process-table.ts'
import { argumentsOf, firstWord } from '../program.ts'

const PROGRAM = { binaries: ['copilot'], script: /[\\/]@github[\\/]copilot[\\/](?:[^\\/]+[\\/])*(?:index|app)\.js$/ }
// npm's script starts the executable as its child and waits: ended by itself it would leave the session running.
const LAUNCHER = { binaries: [], script: /[\\/](?:@github[\\/]copilot[\\/]npm-loader\.js|bin[\\/]copilot)$/ }
// They start no conversation, or (servers) answer a program's many.
const HELPER_WORDS = new Set(['help', 'version', 'update', 'login', 'logout', 'plugin', 'mcp', 'init', 'completion'])
const PROMPT_FLAGS = ['-p', '--prompt', '-i', '--interactive']
const HELPER_FLAGS = ['--version', '-v', '--help', '-h', '--server', '--headless', '--acp', '--stdio']

export function roleOf(process: ProcessInfo): ReturnType<AgentAdapter['process']['role']> {
  if (argumentsOf(process, LAUNCHER) !== null) return 'helper'
  const args = argumentsOf(process, PROGRAM)
  if (args === null) return null
  // The text of a prompt is an argument of its own and may read like a word of ours: only what leads counts.
  const prompt = args.findIndex(word => PROMPT_FLAGS.includes(word))
  const leading = prompt === -1 ? args : args.slice(0, prompt)
  return HELPER_FLAGS.some(flag => leading.includes(flag)) || HELPER_WORDS.has(firstWord(leading)) ? 'helper' : 'session'
}
