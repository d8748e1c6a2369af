// Where Cline and the extensions that grew out of it (Roo Code, Kilo Code) keep tasks and sessions, and what the position
// of a file there says.
import type { Environment } from '../../core/sessions/agent-adapter.ts'
import type { LogPlace, LogRoot } from '../../core/sessions/log-source.ts'
import { safeText } from '../../core/tailing/safe-text.ts'
import { accountOf, applicationData, homesOf, joined } from '../homes.ts'

const EDITORS = ['Code', 'Code - Insiders', 'VSCodium', 'Cursor', 'Windsurf', 'Trae']
/** Below the user's home: editors whose half of an extension runs on another machine. */
const SERVERS = ['.vscode-server/data', '.vscode-server-insiders/data', '.cursor-server/data', '.windsurf-server/data', '.local/share/code-server']

const root = (environment: Environment, storage: string, folder: string): LogRoot =>
  ({ path: joined(environment, storage, folder), account: accountOf(storage, environment.home), configHome: storage })

/** The `tasks` of one extension in every editor. */
export const extensionRoots = (extension: string) => (environment: Environment): readonly LogRoot[] => {
  const editors = [...EDITORS.map(editor => joined(environment, applicationData(environment), editor)), ...SERVERS.map(server => joined(environment, environment.home, ...server.split('/')))]
  return editors.map(editor => root(environment, joined(environment, editor, 'User', 'globalStorage', extension), 'tasks'))
}

/** Cline's own data: CLINE_DATA_DIR, `data` below CLINE_DIR, and always below `~/.cline`. */
const dataHomes = (environment: Environment): readonly string[] => [...new Set([
  ...homesOf(environment, 'CLINE_DATA_DIR'), ...homesOf(environment, 'CLINE_DIR', joined(environment, environment.home, '.cline')).map(home => joined(environment, home, 'data')),
])]

export const clineTaskRoots = (environment: Environment): readonly LogRoot[] =>
  [...extensionRoots('saoudrizwan.claude-dev')(environment), ...dataHomes(environment).map(home => root(environment, home, 'tasks'))]

export const sessionRoots = (environment: Environment): readonly LogRoot[] => {
  const named = homesOf(environment, 'CLINE_SESSION_DATA_DIR').map(path => ({ path, account: accountOf(path, environment.home), configHome: path }))
  return [...named, ...dataHomes(environment).map(home => root(environment, home, 'sessions'))]
}

const TASK = /^([^/]+)\/ui_messages\.json$/
const SESSION = /^([^/]+)\/([^/]+)\.messages\.json$/

export const ownsTask = (path: string): boolean => TASK.test(path)
export const ownsSession = (path: string): boolean => SESSION.test(path)
export const entersFolder = (folder: string): boolean => !folder.includes('/')

export const placeOfTask = (path: string): LogPlace => ({ session: safeText(TASK.exec(path)?.[1] ?? ''), subagent: '' })

/** A file that is not called like its session's folder is a subagent's. */
export function placeOfSession(path: string): LogPlace {
  const found = SESSION.exec(path)
  const session = safeText(found?.[1] ?? ''), stem = safeText(found?.[2] ?? '')
  return { session, subagent: stem === session ? '' : stem }
}

export const HISTORY = '../state/taskHistory.json'
const folderOf = (path: string): string => path.slice(0, path.indexOf('/'))
export const taskMetadata = (path: string): string => `${folderOf(path)}/task_metadata.json`
export const historyItem = (path: string): string => `${folderOf(path)}/history_item.json`
export const sessionManifest = (path: string): string => `${folderOf(path)}/${folderOf(path)}.json`
