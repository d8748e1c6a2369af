// Crush keeps a database in every project, and one list of them.
import { isObject, parsedJson } from '../../core/tailing/json-fields.ts'
import type { Environment } from '../../core/sessions/agent-adapter.ts'
import type { LogRoot } from '../../core/sessions/log-source.ts'
import { accountOf, dataHomes, homesOf, joined } from '../homes.ts'

// A list of more is no list of a person's projects.
const PROJECTS_MAX = 2_000
const ABSOLUTE = /^(?:\/|[A-Za-z]:[\\/])/

interface RootList { readonly path: string; roots(text: string): readonly LogRoot[] }

/** The lists, and the data folder of each project they name. */
export function projectLists(environment: Environment): readonly RootList[] {
  const { home, platform, variables } = environment
  const windows = platform === 'win32' ? [joined(environment, variables['LOCALAPPDATA'] || joined(environment, home, 'AppData', 'Local'), 'crush')] : []
  return homesOf(environment, 'CRUSH_GLOBAL_DATA', ...dataHomes(environment, 'crush'), ...windows).map(data => ({
    path: joined(environment, data, 'projects.json'),
    roots: text => foldersIn(environment, text).map(path => ({ path, account: accountOf(data, home), configHome: path })),
  }))
}

function foldersIn(environment: Environment, text: string): readonly string[] {
  const list = parsedJson(text)
  const projects = isObject(list) ? list['projects'] ?? Object.values(list) : list
  if (!Array.isArray(projects)) return []
  return [...new Set((projects as unknown[]).slice(0, PROJECTS_MAX).flatMap(project => {
    const { path, data_dir: data } = isObject(project) ? project : {}
    if (typeof path !== 'string' || !ABSOLUTE.test(path)) return []
    const folder = typeof data === 'string' && data !== '' ? data : '.crush'
    return [ABSOLUTE.test(folder) ? folder : joined(environment, path, folder)]
  }))]
}

/** The project of a data folder, where it lies in its usual place. */
export const projectOf = (root: string): string => /^(.+)[\\/]\.crush$/.exec(root)?.[1] ?? ''
