// OpenCode as an adapter.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import { opencodeLaunch } from './launch.ts'
import { OPENCODE } from './paths.ts'
import { roleOf } from './process.ts'
import { sourcesOf } from './sources.ts'

export const opencode: AgentAdapter = {
  name: OPENCODE.agent,
  displayName: 'OpenCode',
  sources: sourcesOf(OPENCODE),
  process: { role: roleOf },
  launch: opencodeLaunch,
  resume: { argv: session => ['opencode', '--session', session] },
}
