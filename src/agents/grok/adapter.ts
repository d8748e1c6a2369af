// Grok Build as an adapter.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import type { ProcessInfo } from '../../core/machine/process-table.ts'
import { argumentsOf, firstWord } from '../program.ts'
import { updates } from './updates.ts'

const WITH_VALUE = ['-p', '--prompt', '-m', '--model', '-r', '--resume', '-c', '--cwd']

/** Alone, or with flags only, it holds a session. Its words are not all known, so any word is a helper. */
export function roleOf(process: ProcessInfo): ReturnType<AgentAdapter['process']['role']> {
  const args = argumentsOf(process, { binaries: ['grok'] })
  if (args === null) return null
  return firstWord(args, WITH_VALUE) === '' && !['--version', '-v', '--help', '-h'].includes(args[0] ?? '') ? 'session' : 'helper'
}

export const grok: AgentAdapter = {
  name: 'grok',
  displayName: 'Grok Build',
  sources: [updates],
  process: { role: roleOf },
}
