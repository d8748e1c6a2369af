// Hermes as an adapter.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import { state } from './counters.ts'
import { roleOf } from './process.ts'

export const hermes: AgentAdapter = {
  name: 'hermes',
  displayName: 'Hermes',
  sources: [state],
  process: { role: roleOf },
  resume: { argv: session => ['hermes', '--resume', session] },
}
