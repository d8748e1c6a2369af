// Where Pi and OMP (oh-my-pi, which keeps everything the same below another name) keep their sessions, and what the
// position of a file there says.
import type { Environment } from '../../core/sessions/agent-adapter.ts'
import type { LogPlace, LogRoot } from '../../core/sessions/log-source.ts'
import { safeText } from '../../core/tailing/safe-text.ts'
import { accountOf, homesOf, joined } from '../homes.ts'

/** `sessions` below the folders that PI_CODING_AGENT_DIR, OMP_CODING_AGENT_DIR and (other tools) PI_AGENT_DIR name, and always below both defaults. */
export function sessionRoots(environment: Environment): readonly LogRoot[] {
  const named = ['PI_CODING_AGENT_DIR', 'OMP_CODING_AGENT_DIR', 'PI_AGENT_DIR'].flatMap(variable => homesOf(environment, variable))
  const homes = new Set([...named, ...['.pi', '.omp'].map(name => joined(environment, environment.home, name, 'agent'))].map(home => home.replace(/[\\/]sessions$/, '')))
  return [...homes].map(home => ({ path: joined(environment, home, 'sessions'), account: accountOf(home, environment.home), configHome: home }))
}

const STEM = /([^/]+)\.jsonl$/
const OWNED = /^[^/]+\/(?:[^/]+\/)?[^/]+\.jsonl$/

/** `<slug>/<time>_<session>.jsonl`, and a subagent's file in a folder called like its parent's. */
export const ownsSession = (path: string): boolean => OWNED.test(path)
export const entersFolder = (folder: string): boolean => folder.split('/').length <= 2

export function placeOf(path: string): LogPlace {
  const parts = path.split('/')
  const stem = safeText(STEM.exec(path)?.[1] ?? '')
  return parts.length === 3 ? { session: idIn(safeText(parts[1] ?? '')), subagent: idIn(stem) } : { session: idIn(stem), subagent: '' }
}

/** `2026-10-05T08-00-00-000Z_5e55...`: the time is for people. */
const idIn = (name: string): string => /^\d{4}-\d\d-\d\dT[^_]*_(.+)$/.exec(name)?.[1] ?? name
