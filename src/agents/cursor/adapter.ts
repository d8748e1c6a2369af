// Cursor as an adapter. Its spend is shown as estimated and never triggers a hard action.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import { baseName } from '../program.ts'
import { chats } from './bubbles.ts'

export const cursor: AgentAdapter = {
  name: 'cursor',
  displayName: 'Cursor',
  estimated: 'Cursor writes no token counts of its own: they are guessed from the length of its answers, without prompts and tools',
  sources: [chats],
  process: { role: process => (['cursor', 'Cursor'].includes(baseName(process.exe)) ? 'ide' : null) },
}
