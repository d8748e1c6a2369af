// Which processes are Goose: the command line holds a session; the desktop app's server holds many.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import type { ProcessInfo } from '../../core/machine/process-table.ts'
import { argumentsOf, firstWord } from '../program.ts'

const SESSION_WORDS = new Set(['session', 's', 'run'])
const LISTING_WORDS = new Set(['list', 'remove', 'export', 'import', 'diagnostics'])

/** `goosed`, and every word but those that start a conversation, is a helper: a new command is nobody's session until known. */
export function roleOf(process: ProcessInfo): ReturnType<AgentAdapter['process']['role']> {
  if (argumentsOf(process, { binaries: ['goosed', 'goose-server'] }) !== null) return 'helper'
  const args = argumentsOf(process, { binaries: ['goose'] })
  if (args === null) return null
  const word = firstWord(args)
  if (word === '') return args.length === 0 ? 'session' : 'helper'
  return SESSION_WORDS.has(word) && !(word !== 'run' && LISTING_WORDS.has(args[args.indexOf(word) + 1] ?? '')) ? 'session' : 'helper'
}
