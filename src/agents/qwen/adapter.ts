// Qwen Code as an adapter: everything purser knows about this agent, behind the one contract all agents share.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import type { LineSource } from '../../core/sessions/log-source.ts'
import { MARKERS, openChat } from './parse.ts'
import { chatRoots } from './paths.ts'
import { entersFolder, ownsChat, placeOf } from './place.ts'
import { roleOf } from './process.ts'

export const chats = {
  name: 'chats', form: 'lines', roots: chatRoots, owns: ownsChat, enters: entersFolder, place: placeOf, markers: MARKERS, open: openChat,
} satisfies LineSource

export const qwen: AgentAdapter = {
  name: 'qwen',
  displayName: 'Qwen Code',
  sources: [chats],
  process: { role: roleOf, relaunches: true },
  resume: { argv: session => ['qwen', '--resume', session] },
}
