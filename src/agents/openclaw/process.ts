// Which processes are OpenClaw. It is a gateway that runs the conversations of all its agents and channels in one
// process: there is no process of a session, so there is none that purser could stop without stopping everything.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import { argumentsOf, baseName, type Program } from '../program.ts'

const OPENCLAW: Program = { binaries: [], script: /[\\/](?:bin[\\/](?:openclaw|clawdbot|moltbot)|node_modules[\\/](?:openclaw|clawdbot|moltbot)[\\/](?:[^\\/]+[\\/])*[^\\/]+\.m?js)$/ }
const TITLE = /^openclaw(?:-[a-z]+)*$/

export const roleOf: AgentAdapter['process']['role'] = process => {
  const title = process.argv[0] ?? ''
  if (argumentsOf(process, OPENCLAW) !== null) return 'helper'
  // The kernel keeps fifteen characters of a name.
  return /^(?:node|bun)$/.test(baseName(process.exe)) && TITLE.test(title) && title.startsWith(process.name) ? 'helper' : null
}
