// Where Codebuff (once Manicode: its folder still says so) keeps its chats, and what the position of a file there says.
import type { Environment } from '../../core/sessions/agent-adapter.ts'
import type { LogPlace, LogRoot } from '../../core/sessions/log-source.ts'
import { safeText } from '../../core/tailing/safe-text.ts'
import { accountOf, homesOf, joined } from '../homes.ts'

const CHANNELS = ['manicode', 'manicode-dev', 'manicode-staging']

/** `projects` below CODEBUFF_DATA_DIR (other tools use it) and below the folder of every channel. */
export function projectRoots(environment: Environment): readonly LogRoot[] {
  const channels = CHANNELS.map(channel => joined(environment, environment.home, '.config', channel))
  return homesOf(environment, 'CODEBUFF_DATA_DIR', ...channels).map(home => ({ path: joined(environment, home, 'projects'), account: accountOf(home, environment.home), configHome: home }))
}

const CHAT = /^[^/]+\/chats\/([^/]+)\/chat-messages\.json$/
const ENTERED = /^[^/]+(?:\/chats(?:\/[^/]+)?)?$/

export const ownsChat = (path: string): boolean => CHAT.test(path)
export const entersFolder = (folder: string): boolean => folder === '' || ENTERED.test(folder)
export const placeOf = (path: string): LogPlace => ({ session: safeText(CHAT.exec(path)?.[1] ?? ''), subagent: '' })
/** The state of the last run, which begins with the project's folder. */
export const runStateOf = (path: string): string => path.replace(/chat-messages\.json$/, 'run-state.json')
