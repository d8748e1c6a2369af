// Goose as an adapter.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import { roleOf } from './process.ts'
import { sessions } from './sessions.ts'

export const goose: AgentAdapter = {
  name: 'goose',
  displayName: 'Goose',
  sources: [sessions],
  process: { role: roleOf },
  resume: { argv: session => ['goose', 'session', '--resume', '--session-id', session] },
}
