// Which processes are Mux. The application and its server run all workspaces in one process: there is none of a session
// that purser could stop without stopping everything.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import { argumentsOf, type Program } from '../program.ts'

const MUX: Program = { binaries: [], script: /[\\/](?:bin[\\/](?:mux|xum)|node_modules[\\/](?:mux|xum|@coder[\\/](?:mux|xum))[\\/](?:[^\\/]+[\\/])*[^\\/]+\.[cm]?js)$/ }

export const roleOf: AgentAdapter['process']['role'] = process => (argumentsOf(process, MUX) === null ? null : 'helper')
