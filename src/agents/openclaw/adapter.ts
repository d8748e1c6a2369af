// OpenClaw as an adapter: Pi's entries, first as files and later as rows.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import type { DatabaseSource, LineSource } from '../../core/sessions/log-source.ts'
import { MARKERS, openSession } from '../pi/transcript.ts'
import { placeOfDatabase, transcriptRows } from './database.ts'
import { agentRoots, entersFolder, ownsDatabase, ownsSession, placeOf } from './paths.ts'
import { roleOf } from './process.ts'

export const sessions = {
  name: 'sessions', form: 'lines', roots: agentRoots, owns: ownsSession, enters: entersFolder, place: placeOf, markers: MARKERS, open: openSession('openclaw'),
} satisfies LineSource
export const databases = {
  name: 'databases', form: 'database', roots: agentRoots, owns: ownsDatabase, enters: entersFolder, place: placeOfDatabase, passes: [transcriptRows],
} satisfies DatabaseSource

export const openclaw: AgentAdapter = { name: 'openclaw', displayName: 'OpenClaw', sources: [sessions, databases], process: { role: roleOf } }
