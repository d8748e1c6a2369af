// Where OpenClaw and its earlier names keep the sessions of their agents, and what the position of a file there says.
import type { Environment } from '../../core/sessions/agent-adapter.ts'
import type { LogPlace, LogRoot } from '../../core/sessions/log-source.ts'
import { safeText } from '../../core/tailing/safe-text.ts'
import { accountOf, homesOf, joined } from '../homes.ts'

const NAMES = ['.openclaw', '.clawdbot', '.moltbot', '.moldbot']

/** `agents` below what OPENCLAW_STATE_DIR and (other tools) OPENCLAW_DIR name, and below the home of every name it has had. */
export function agentRoots(environment: Environment): readonly LogRoot[] {
  const named = ['OPENCLAW_STATE_DIR', 'OPENCLAW_DIR'].flatMap(variable => homesOf(environment, variable))
  const homes = new Set([...named, ...NAMES.map(name => joined(environment, environment.home, name))].map(home => home.replace(/[\\/]agents$/, '')))
  return [...homes].map(home => ({ path: joined(environment, home, 'agents'), account: accountOf(home, environment.home), configHome: home }))
}

// A session that was deleted or begun anew is renamed and stays: it was billed.
const SESSION = /^[^/]+\/sessions\/([^/]+?)\.jsonl(?:\.(?:deleted|reset)\.[^/]+)?$/
const DATABASE = /^[^/]+\/agent\/openclaw-agent\.sqlite$/
const ENTERED = /^[^/]+(?:\/(?:sessions|agent))?$/

export const ownsSession = (path: string): boolean => SESSION.test(path)
export const ownsDatabase = (path: string): boolean => DATABASE.test(path)
export const entersFolder = (folder: string): boolean => folder === '' || ENTERED.test(folder)
export const placeOf = (path: string): LogPlace => ({ session: safeText(SESSION.exec(path)?.[1] ?? ''), subagent: '' })
