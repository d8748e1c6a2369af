// Which processes are Hermes: a Python program whose chat is a session; its gateway speaks with many people at once.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import type { ProcessInfo } from '../../core/machine/process-table.ts'
import { argumentsOf, firstWord } from '../program.ts'

const PROGRAM = { binaries: ['hermes'], script: /[\\/](?:bin[\\/]hermes|hermes_cli[\\/]main\.py|hermes\.py)$/ }
const WITH_VALUE = ['--resume', '-r', '--profile', '-p', '--model', '-m', '--provider', '--query', '-q', '--toolsets', '-t', '--skills', '-s', '--continue', '-c']
const HELPER_FLAGS = new Set(['--version', '-V', '--help', '-h'])

/** Every word but `chat` is another command: a new one is nobody's session until it is known. */
export function roleOf(process: ProcessInfo): ReturnType<AgentAdapter['process']['role']> {
  const args = argumentsOf(process, PROGRAM)
  if (args === null) return null
  const word = firstWord(args, WITH_VALUE)
  return (word === '' || word === 'chat') && !HELPER_FLAGS.has(args[0] ?? '') ? 'session' : 'helper'
}
