// Amp as an adapter: everything purser knows about this agent, behind the one contract all agents share.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import type { DocumentSource } from '../../core/sessions/log-source.ts'
import { safeText } from '../../core/tailing/safe-text.ts'
import { parseThread } from './parse.ts'
import { entersFolder, ownsThread, threadRoots } from './paths.ts'
import { roleOf } from './process.ts'

export const threads = {
  name: 'threads', form: 'document', roots: threadRoots, owns: ownsThread, enters: entersFolder,
  place: path => ({ session: safeText(path.replace(/\.json$/, '')), subagent: '' }), parse: parseThread,
} satisfies DocumentSource

export const amp: AgentAdapter = {
  name: 'amp',
  displayName: 'Amp',
  sources: [threads],
  process: { role: roleOf },
  resume: { argv: session => ['amp', 'threads', 'continue', session] },
}
