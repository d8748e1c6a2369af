// Claude Code as an adapter: everything purser knows about this agent, behind the one contract all agents share.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import type { LineSource } from '../../core/sessions/log-source.ts'
import { claudeCodeAccounts } from './accounts.ts'
import { claudeCodeCalls } from './calls.ts'
import { RECORD_PLAN } from './found-record.ts'
import { claudeCodeHooks } from './hooks.ts'
import { claudeCodeLaunch } from './launch.ts'
import { MARKERS, openLog } from './parse.ts'
import { logRoots } from './paths.ts'
import { ownsLog, placeOf } from './place.ts'
import { roleOf } from './process.ts'
import { parseRegistered } from './registry.ts'
import { claudeCodeResume } from './resume.ts'

/** Every session's log: each line speaks for itself. */
export const sessionLogs = {
  name: 'sessions', form: 'lines', roots: logRoots, owns: ownsLog, place: placeOf, markers: MARKERS, plan: RECORD_PLAN, open: openLog,
  anyFolder: 'rest',
} satisfies LineSource

export const claudeCode: AgentAdapter = {
  name: 'claude-code',
  displayName: 'Claude Code',
  sources: [sessionLogs],
  process: { role: roleOf },
  launch: claudeCodeLaunch,
  accounts: claudeCodeAccounts,
  resume: claudeCodeResume,
  registry: { folder: configHome => `${configHome}/sessions`, parse: parseRegistered },
  hooks: claudeCodeHooks,
  calls: claudeCodeCalls,
}
