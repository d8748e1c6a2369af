// Kilo's command line as an adapter: a product built on OpenCode, read by the same knowledge.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import type { Build } from '../opencode/paths.ts'
import { roleBy } from '../opencode/process.ts'
import { sourcesOf } from '../opencode/sources.ts'

export const KILO: Build = { agent: 'kilo', folder: 'kilo', variable: 'KILO_DATA_DIR', nestedCosts: true }

export const kilo: AgentAdapter = {
  name: KILO.agent,
  displayName: 'Kilo',
  sources: sourcesOf(KILO),
  // Also installed as `kilocode`; the editor extension starts it with `serve`, which is never a target.
  process: { role: roleBy({ binaries: ['kilo', 'kilocode'] }) },
  resume: { argv: session => ['kilo', '--session', session] },
}
