// Cline, Roo Code and Kilo Code's earlier extension as one adapter: they write the same kind of task.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import type { DocumentSource } from '../../core/sessions/log-source.ts'
import type { Client } from './counts.ts'
import { parseSession, parseTask } from './parse.ts'
import { clineTaskRoots, entersFolder, extensionRoots, historyItem, HISTORY, ownsSession, ownsTask, placeOfSession, placeOfTask, sessionManifest, sessionRoots, taskMetadata } from './paths.ts'
import { roleOf } from './process.ts'

const tasksOf = (name: string, roots: DocumentSource['roots'], client: Client) => ({
  name, form: 'document', roots, owns: ownsTask, enters: entersFolder, place: placeOfTask, companions: path => [historyItem(path), taskMetadata(path), HISTORY], parse: parseTask(client),
}) satisfies DocumentSource

export const clineTasks = tasksOf('tasks', clineTaskRoots, { since: null })
// 3.29.5 and 4.119.0: from these releases on `tokensIn` is the whole prompt.
export const rooTasks = tasksOf('roo', extensionRoots('rooveterinaryinc.roo-cline'), { since: Date.UTC(2025, 10, 1) })
export const kiloTasks = tasksOf('kilo', extensionRoots('kilocode.kilo-code'), { since: Date.UTC(2025, 10, 12) })
export const sessions = {
  name: 'sessions', form: 'document', roots: sessionRoots, owns: ownsSession, enters: entersFolder, place: placeOfSession, companions: path => [sessionManifest(path)], parse: parseSession,
} satisfies DocumentSource

export const cline: AgentAdapter = { name: 'cline', displayName: 'Cline', sources: [clineTasks, rooTasks, kiloTasks, sessions], process: { role: roleOf } }
