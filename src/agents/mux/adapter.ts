// Mux (Coder) as an adapter: everything purser knows about this agent, behind the one contract all agents share.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import type { LineSource } from '../../core/sessions/log-source.ts'
import { MARKERS, openChat } from './parse.ts'
import { CONFIG, entersFolder, ownsChat, placeOf, sessionRoots } from './paths.ts'
import { roleOf } from './process.ts'

export const chats = {
  name: 'chats', form: 'lines', roots: sessionRoots, owns: ownsChat, enters: entersFolder, place: placeOf, companions: () => [CONFIG], markers: MARKERS, open: openChat,
} satisfies LineSource

export const mux: AgentAdapter = { name: 'mux', displayName: 'Mux', sources: [chats], process: { role: roleOf } }
