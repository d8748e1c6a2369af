// Pi and OMP as one adapter: everything purser knows about this agent, behind the one contract all agents share.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import type { LineSource } from '../../core/sessions/log-source.ts'
import { entersFolder, ownsSession, placeOf, sessionRoots } from './paths.ts'
import { roleOf } from './process.ts'
import { MARKERS, openSession } from './transcript.ts'

export const sessions = {
  name: 'sessions', form: 'lines', roots: sessionRoots, owns: ownsSession, enters: entersFolder, place: placeOf, markers: MARKERS, open: openSession('pi'),
} satisfies LineSource

export const pi: AgentAdapter = {
  name: 'pi',
  displayName: 'Pi',
  sources: [sessions],
  process: { role: roleOf },
  resume: { argv: session => ['pi', '--session', session] },
}
