// Codex as an adapter: everything purser knows about this agent, behind the one contract all agents share.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import type { LineSource } from '../../core/sessions/log-source.ts'
import { codexAccounts } from './accounts.ts'
import { codexLaunch } from './launch.ts'
import { ownsRollout, ownsSaved, rolloutPlace, rolloutRoots, savedPlace, savedRoots, threadOf } from './paths.ts'
import { roleOf } from './process.ts'
import { MARKERS, openRollout } from './rollout.ts'
import { openSaved, SAVED_MARKERS } from './saved-output.ts'
import { CONFIG } from './tier.ts'

export const rollouts = {
  name: 'rollouts', form: 'lines', roots: rolloutRoots, owns: ownsRollout, place: rolloutPlace, anyFolder: true, markers: MARKERS,
  companions: () => [CONFIG], kin: { folders: ['.', '../sessions', '../archived_sessions'], idOf: threadOf }, open: openRollout,
} satisfies LineSource

export const savedOutput = {
  name: 'saved-output', form: 'lines', roots: savedRoots, owns: ownsSaved, enters: () => false, place: savedPlace, markers: SAVED_MARKERS, open: openSaved,
} satisfies LineSource

export const codex: AgentAdapter = {
  name: 'codex',
  displayName: 'Codex',
  sources: [rollouts, savedOutput],
  process: { role: roleOf },
  launch: codexLaunch,
  accounts: codexAccounts,
  resume: { argv: session => ['codex', 'resume', session] },
}
