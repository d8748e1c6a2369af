// Where Copilot's command line and desktop app keep what they write: one home for all sessions.
import { accountOf, homesOf, joined } from '../homes.ts'
import type { Environment } from '../../core/sessions/agent-adapter.ts'
import type { LogPlace, LogRoot } from '../../core/sessions/log-source.ts'

export const STORE = 'session-store.db'
const EVENTS = /^session-state\/([^/]+)\/events\.jsonl$/
const TRACES = /^otel\/[^/]+\.jsonl$/

/** The homes; a source that knows less than another stays silent where the other's files are. */
export const homeRoots = (...unless: readonly string[]) => (environment: Environment): readonly LogRoot[] =>
  homesOf(environment, 'COPILOT_HOME', joined(environment, environment.home, '.copilot'))
    .map(path => ({ path, account: accountOf(path, environment.home), configHome: path, ...(unless.length > 0 ? { unless } : {}) }))

export const ownsStore = (relativePath: string): boolean => relativePath === STORE
export const ownsEvents = (relativePath: string): boolean => EVENTS.test(relativePath)
export const ownsTraces = (relativePath: string): boolean => TRACES.test(relativePath)
export const entersSessions = (folder: string): boolean => /^session-state(?:\/[^/]+)?$/.test(folder)
export const placeOf = (relativePath: string): LogPlace => ({ session: EVENTS.exec(relativePath)?.[1] ?? '', subagent: '' })
