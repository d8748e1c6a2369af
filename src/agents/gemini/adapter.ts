// Gemini CLI as an adapter: everything purser knows about this agent, behind the one contract all agents share.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import type { DocumentSource, LineSource } from '../../core/sessions/log-source.ts'
import { geminiLaunch } from './launch.ts'
import { MARKERS, openChat, parseDocument } from './parse.ts'
import { chatRoots } from './paths.ts'
import { companionsOf, entersFolder, ownsChat, ownsDocument, placeOf } from './place.ts'
import { roleOf } from './process.ts'

const located = { roots: chatRoots, enters: entersFolder, place: placeOf, companions: companionsOf }

export const chats = { ...located, name: 'chats', form: 'lines', owns: ownsChat, markers: MARKERS, open: openChat } satisfies LineSource
export const documents = { ...located, name: 'documents', form: 'document', owns: ownsDocument, parse: parseDocument } satisfies DocumentSource

export const gemini: AgentAdapter = {
  name: 'gemini',
  displayName: 'Gemini CLI',
  sources: [chats, documents],
  process: { role: roleOf, relaunches: true },
  launch: geminiLaunch,
  resume: { argv: session => ['gemini', '--resume', session] },
}
