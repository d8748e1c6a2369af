// Droid (Factory) as an adapter: everything purser knows about this agent, behind the one contract all agents share.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import type { DocumentSource } from '../../core/sessions/log-source.ts'
import { parseSettings } from './parse.ts'
import { conversationOf, ownsSettings, placeOf, sessionRoots } from './paths.ts'
import { roleOf } from './process.ts'

export const sessions = {
  name: 'sessions', form: 'document', roots: sessionRoots, owns: ownsSettings, place: placeOf, heads: path => [conversationOf(path)], parse: parseSettings,
} satisfies DocumentSource

export const droid: AgentAdapter = {
  name: 'droid',
  displayName: 'Droid',
  sources: [sessions],
  process: { role: roleOf },
  resume: { argv: session => ['droid', '--resume', session] },
}
