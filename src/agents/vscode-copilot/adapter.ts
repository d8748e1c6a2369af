// Copilot Chat within VS Code as an adapter: the trace database where the user has it, else the chats' journals.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import { chatJournals } from './journal.ts'
import { roleOf } from './process.ts'
import { traceDatabase } from './traces.ts'

export const vscodeCopilot: AgentAdapter = {
  name: 'vscode-copilot',
  displayName: 'VS Code Copilot',
  sources: [traceDatabase, chatJournals],
  process: { role: roleOf },
}
