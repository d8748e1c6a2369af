// Crush as an adapter.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import type { ProcessInfo } from '../../core/machine/process-table.ts'
import { argumentsOf, firstWord } from '../program.ts'
import { sessions } from './sessions.ts'

const WITH_VALUE = ['--session', '-s', '--cwd', '-c', '--data-dir', '-D', '--host', '-H', '--profile']
const HELPER_FLAGS = new Set(['--version', '-v', '--help', '-h'])

/** Alone or with `run` it holds a session; a server, and every other word, is a helper. */
export function roleOf(process: ProcessInfo): ReturnType<AgentAdapter['process']['role']> {
  const args = argumentsOf(process, { binaries: ['crush'] })
  if (args === null) return null
  const word = firstWord(args, WITH_VALUE)
  return (word === '' || word === 'run' || word === 'r') && !HELPER_FLAGS.has(args[0] ?? '') ? 'session' : 'helper'
}

export const crush: AgentAdapter = {
  name: 'crush',
  displayName: 'Crush',
  sources: [sessions],
  process: { role: roleOf },
  resume: { argv: session => ['crush', '--session', session] },
}
