// Where Droid keeps its sessions, and what the position of a file there says.
import type { Environment } from '../../core/sessions/agent-adapter.ts'
import type { LogPlace, LogRoot } from '../../core/sessions/log-source.ts'
import { safeText } from '../../core/tailing/safe-text.ts'
import { accountOf, homesOf, joined } from '../homes.ts'

/** `sessions` below FACTORY_DIR and below `~/.factory`, and what DROID_SESSIONS_DIR names (other tools use it). */
export function sessionRoots(environment: Environment): readonly LogRoot[] {
  const homes = homesOf(environment, 'FACTORY_DIR', joined(environment, environment.home, '.factory'))
  const folders = [...homesOf(environment, 'DROID_SESSIONS_DIR'), ...homes.map(home => joined(environment, home, 'sessions'))]
  return [...new Set(folders)].map(path => {
    const configHome = path.replace(/[\\/]sessions$/, '')
    return { path, account: accountOf(configHome, environment.home), configHome }
  })
}

const SETTINGS = /(?:^|\/)([^/]+)\.settings\.json$/

export const ownsSettings = (path: string): boolean => SETTINGS.test(path)
export const placeOf = (path: string): LogPlace => ({ session: safeText(SETTINGS.exec(path)?.[1] ?? ''), subagent: '' })
/** The conversation beside the settings; its first line names the folder. */
export const conversationOf = (path: string): string => path.replace(/\.settings\.json$/, '.jsonl')
