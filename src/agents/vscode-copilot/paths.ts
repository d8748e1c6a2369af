// Where VS Code and its builds keep what Copilot Chat writes. The same folder serves every agent that lives in the editor.
import { accountOf, applicationData, joined } from '../homes.ts'
import type { Environment } from '../../core/sessions/agent-adapter.ts'
import type { LogRoot } from '../../core/sessions/log-source.ts'

const BUILDS = ['Code', 'Code - Insiders', 'VSCodium', 'Code - OSS']
// The editor's own half on a machine that is worked on from another one.
const SERVERS = ['.vscode-server', '.vscode-server-insiders', '.vscodium-server']

export const TRACES = 'globalStorage/github.copilot-chat/agent-traces.db'
const JOURNAL = /^(?:workspaceStorage\/([^/]+)\/chatSessions|globalStorage\/emptyWindowChatSessions)\/([^/]+)\.jsonl?$/

/** The editor's user folders. A source that knows less stays silent where one of `unless` exists. */
export const userFolders = (...unless: readonly string[]) => (environment: Environment): readonly LogRoot[] => {
  const { home } = environment
  const desktop = BUILDS.map(build => joined(environment, applicationData(environment), build, 'User'))
  const remote = SERVERS.map(server => joined(environment, home, server, 'data', 'User'))
  return [...desktop, ...remote].map(path => ({ path, account: accountOf(path, home), configHome: path, ...(unless.length > 0 ? { unless } : {}) }))
}

export const ownsTraces = (relativePath: string): boolean => relativePath === TRACES
export const entersTraces = (folder: string): boolean => folder === 'globalStorage' || folder === 'globalStorage/github.copilot-chat'

export const ownsJournal = (relativePath: string): boolean => JOURNAL.test(relativePath)
export const entersJournals = (folder: string): boolean => /^(?:workspaceStorage(?:\/[^/]+(?:\/chatSessions)?)?|globalStorage(?:\/emptyWindowChatSessions)?)$/.test(folder)
export const sessionOf = (relativePath: string): string => JOURNAL.exec(relativePath)?.[2] ?? ''

/** The file that says which folder a workspace's storage is for; none for a window without one. */
export function workspaceFile(relativePath: string): string | null {
  const storage = JOURNAL.exec(relativePath)?.[1]
  return storage === undefined ? null : `workspaceStorage/${storage}/workspace.json`
}
