// Where Codex keeps its rollouts, and what a rollout's name says. Candidates only: whether they exist is os/'s business.
import type { Environment } from '../../core/sessions/agent-adapter.ts'
import type { LogPlace, LogRoot } from '../../core/sessions/log-source.ts'
import { accountOf, homesOf, joined } from '../homes.ts'

const FOLDERS = ['sessions', 'archived_sessions'] as const

/** Every entry of CODEX_HOME and always ~/.codex: which shell started us must not decide whose spend is seen. */
const codexHomes = (environment: Environment): readonly string[] => homesOf(environment, 'CODEX_HOME', joined(environment, environment.home, '.codex'))

export const rolloutRoots = (environment: Environment): readonly LogRoot[] => codexHomes(environment).flatMap(configHome =>
  FOLDERS.map(folder => ({ path: joined(environment, configHome, folder), account: accountOf(configHome, environment.home), configHome })))

/** A home without rollouts that holds saved output of `codex exec --json`. */
export const savedRoots = (environment: Environment): readonly LogRoot[] => codexHomes(environment).map(configHome =>
  ({ path: configHome, account: accountOf(configHome, environment.home), configHome, unless: FOLDERS }))

const ROLLOUT = /^rollout-.*\.jsonl(?:\.zst)?$/
const THREAD = /([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.jsonl(?:\.zst)?$/i

const fileOf = (relativePath: string): string => relativePath.slice(relativePath.lastIndexOf('/') + 1)

/** `2026/11/21/rollout-2026-11-21T03-02-18-<thread>.jsonl`, flat in the archive, `.zst` once it is old. */
export const ownsRollout = (relativePath: string): boolean => ROLLOUT.test(fileOf(relativePath))

/** The thread whose rollout bears this name; null when it names none. */
export const threadOf = (fileName: string): string | null => THREAD.exec(fileName)?.[1]?.toLowerCase() ?? null

export function rolloutPlace(relativePath: string): LogPlace {
  const file = fileOf(relativePath)
  return { session: threadOf(file) ?? file.replace(/\.jsonl(?:\.zst)?$/, ''), subagent: '' }
}

// The client's own lists in a home: neither is anybody's saved output.
const OWN_LISTS = new Set(['history.jsonl', 'session_index.jsonl'])

export const ownsSaved = (relativePath: string): boolean => /^[^/]+\.jsonl$/.test(relativePath) && !OWN_LISTS.has(relativePath)
export const savedPlace = (relativePath: string): LogPlace => ({ session: relativePath.replace(/\.jsonl$/, ''), subagent: '' })
