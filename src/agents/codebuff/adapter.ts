// Codebuff as an adapter: everything purser knows about this agent, behind the one contract all agents share.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import type { DocumentSource } from '../../core/sessions/log-source.ts'
import { parseChat } from './parse.ts'
import { entersFolder, ownsChat, placeOf, projectRoots, runStateOf } from './paths.ts'
import { roleOf } from './process.ts'

export const chats = {
  name: 'chats', form: 'document', roots: projectRoots, owns: ownsChat, enters: entersFolder, place: placeOf, heads: path => [runStateOf(path)], parse: parseChat,
} satisfies DocumentSource

export const codebuff: AgentAdapter = {
  name: 'codebuff',
  displayName: 'Codebuff',
  estimated: 'its chats record credits, valued here at the one cent anybody pays for one, and mostly no tokens',
  sources: [chats],
  process: { role: roleOf },
  resume: { argv: session => ['codebuff', '--continue', session] },
}
