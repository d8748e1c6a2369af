// GitHub Copilot's command line (and the desktop app, which shares its home) as an adapter.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import { sessionEvents } from './events.ts'
import { roleOf } from './process.ts'
import { sessionStore } from './store.ts'
import { traceFiles } from './traces.ts'

export const copilot: AgentAdapter = {
  name: 'copilot',
  displayName: 'Copilot CLI',
  // Where the store is, the others are silent: all three tell of the same requests, and only rows tell each of them.
  sources: [sessionStore, traceFiles, sessionEvents],
  process: { role: roleOf },
  resume: { argv: session => ['copilot', '--resume', session] },
}
