// Where Kimi CLI and Kimi Code keep their sessions, and what the position of a file there says.
import type { Environment } from '../../core/sessions/agent-adapter.ts'
import type { LogPlace, LogRoot } from '../../core/sessions/log-source.ts'
import { safeText } from '../../core/tailing/safe-text.ts'
import { accountOf, applicationData, homesOf, joined } from '../homes.ts'

const sessionsOf = (environment: Environment, homes: readonly string[]): readonly LogRoot[] => [...new Set(homes.map(home => home.replace(/[\\/]sessions$/, '')))]
  .map(home => ({ path: joined(environment, home, 'sessions'), account: accountOf(home, environment.home), configHome: home }))

/** Kimi CLI: KIMI_SHARE_DIR (other tools: KIMI_DATA_DIR) and always `~/.kimi`. */
export const cliRoots = (environment: Environment): readonly LogRoot[] =>
  sessionsOf(environment, [...homesOf(environment, 'KIMI_SHARE_DIR'), ...homesOf(environment, 'KIMI_DATA_DIR'), joined(environment, environment.home, '.kimi')])

/** Kimi Code: KIMI_CODE_HOME, always `~/.kimi-code`, and the home that the desktop application brings. */
export const codeRoots = (environment: Environment): readonly LogRoot[] => sessionsOf(environment, [
  ...homesOf(environment, 'KIMI_CODE_HOME'), joined(environment, environment.home, '.kimi-code'),
  joined(environment, applicationData(environment), 'kimi-desktop', 'daimon-share', 'daimon', 'runtime', 'kimi-code', 'home'),
])

const CLI = /^[^/]+\/([^/]+)\/(?:subagents\/([^/]+)\/)?wire\.jsonl$/
const CODE = /^wd_[^/]*\/([^/]+)\/agents\/([^/]+)\/wire\.jsonl$/
const CLI_FOLDERS = /^[^/]+(?:\/[^/]+(?:\/subagents(?:\/[^/]+)?)?)?$/
const CODE_FOLDERS = /^wd_[^/]*(?:\/[^/]+(?:\/agents(?:\/[^/]+)?)?)?$/

export const ownsCli = (path: string): boolean => CLI.test(path)
export const ownsCode = (path: string): boolean => CODE.test(path)
export const entersCli = (folder: string): boolean => folder === '' || CLI_FOLDERS.test(folder)
export const entersCode = (folder: string): boolean => folder === '' || CODE_FOLDERS.test(folder)

export function placeOfCli(path: string): LogPlace {
  const found = CLI.exec(path)
  return { session: safeText(found?.[1] ?? ''), subagent: safeText(found?.[2] ?? '') }
}

/** Every agent of a session has its folder; `main` is the session itself. */
export function placeOfCode(path: string): LogPlace {
  const found = CODE.exec(path)
  const agent = found?.[2] ?? ''
  return { session: safeText(found?.[1] ?? ''), subagent: agent === 'main' ? '' : safeText(agent) }
}

/** The session's state, two folders above the agent's. */
export const stateOf = (path: string): string => path.replace(/\/agents\/[^/]+\/wire\.jsonl$/, '/state.json')
