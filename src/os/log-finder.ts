// Walks the roots of every agent and says which logs exist. Follows no link below a root, opens no file, decides nothing
// about what is gone. Synchronous on purpose: 2,400 files take 50 ms this way and five times that through promises.
import { lstatSync, readdirSync, realpathSync, statSync, type Dirent } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import type { AgentAdapter, Environment } from '../core/sessions/agent-adapter.ts'
import type { LogRoot, LogSource } from '../core/sessions/log-source.ts'
import type { Finding, FoundLog, LogFinder } from '../core/tailing/scan.ts'
import { codeOfFault, isGone, modifiedAt } from './log-file.ts'

export interface FinderOptions {
  readonly adapters: ReadonlyMap<string, AgentAdapter>
  readonly environment: Environment
  /** Roots the user named in the config; read with every agent's rules. `~` is the home. */
  readonly extraRoots: readonly string[]
  readonly allowOutsideHome: boolean
  /** 0 = all. */
  readonly maxFiles: number
}

/** A root that exists and may be read. */
export interface ResolvedRoot { readonly path: string; readonly agent: string; readonly source: LogSource; readonly account: string; readonly configHome: string }
export interface Resolution { readonly roots: readonly ResolvedRoot[]; readonly refused: Finding['refused']; readonly unreadable: Finding['unreadable'] }

export function createLogFinder(options: FinderOptions): LogFinder {
  return {
    find: () => find(options),
    isGone: ({ path, root }) => isGone(path, root),
  }
}

// Deeper than any agent nests; a folder loop without links does not exist, but a hostile tree may be deep.
const DEPTH_MAX = 12

function find(options: FinderOptions): Finding {
  const { roots, refused, unreadable } = resolveRoots(options)
  const walk: Walk = { logs: new Map(), unreadable: [...unreadable], links: 0 }
  for (const root of roots) walkFolder(root.path, '', root, walk, 0)
  const logs = [...walk.logs.values()].toSorted((a, b) => b.modifiedAt - a.modifiedAt || (a.path < b.path ? -1 : 1))
  const followed = options.maxFiles > 0 ? logs.slice(0, options.maxFiles) : logs
  return { logs: followed, waiting: logs.length - followed.length, roots: roots.map(root => root.path), refused, unreadable: walk.unreadable, links: walk.links }
}

interface Walk { readonly logs: Map<string, FoundLog>; readonly unreadable: { path: string; code: string }[]; links: number }

function walkFolder(folder: string, relative: string, root: ResolvedRoot, walk: Walk, depth: number): void {
  for (const entry of entriesOf(folder, walk)) {
    const path = join(folder, entry.name)
    const inside = relative === '' ? entry.name : `${relative}/${entry.name}`
    if (entry.isSymbolicLink()) walk.links++
    else if (entry.isDirectory()) {
      if (depth < DEPTH_MAX) walkFolder(path, inside, root, walk, depth + 1)
    } else if (entry.isFile() && root.source.owns(inside)) {
      const log = foundLog(path, inside, root, walk)
      if (log && !walk.logs.has(path)) walk.logs.set(path, log)
    }
  }
}

/** A folder that cannot be listed is noted and skipped; one that vanished meanwhile is nothing at all. */
function entriesOf(folder: string, walk: Walk): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    note(folder, error, walk)
    return []
  }
}

/** The log at `path`, or null when it cannot be looked at. */
export function foundLog(path: string, relative: string, root: ResolvedRoot, walk: Pick<Walk, 'unreadable'>): FoundLog | null {
  try {
    const stat = lstatSync(path)
    if (!stat.isFile()) return null
    return { path, agent: root.agent, source: root.source.name, root: root.path, account: root.account, place: root.source.place(relative), size: stat.size, modifiedAt: modifiedAt(stat.mtimeMs) }
  } catch (error) {
    note(path, error, walk)
    return null
  }
}

function note(path: string, error: unknown, walk: Pick<Walk, 'unreadable'>): void {
  const code = codeOfFault(error)
  if (code !== 'ENOENT') walk.unreadable.push({ path, code })
}

/**
 * Resolves every root once. Two names of one folder are one root; when they belong to two accounts, its account is not
 * known. A root within another of the same agent is left to the outer one's walk.
 */
export function resolveRoots({ adapters, environment, extraRoots, allowOutsideHome }: FinderOptions): Resolution {
  const refused: { path: string; why: string }[] = [], unreadable: { path: string; code: string }[] = []
  const home = real(environment.home, [])
  const roots = [...adapters].flatMap(([agent, adapter]) => adapter.sources.flatMap(source => {
    const byPath = new Map<string, ResolvedRoot>()
    const candidates = [...source.roots(environment), ...extraRoots.map(path => extraRoot(path, environment.home, unreadable))]
    for (const candidate of candidates.flatMap(root => expanded(root, unreadable))) {
      const path = real(candidate.path, unreadable)
      if (path === null) continue
      if (!allowOutsideHome && (home === null || !isWithin(path, home))) refused.push({ path: candidate.path, why: outsideText(candidate.path, path) })
      else byPath.set(path, joined(byPath.get(path), { path, agent, source, account: candidate.account, configHome: real(candidate.configHome, []) ?? candidate.configHome }))
    }
    return [...byPath.values()].filter(root => ![...byPath.keys()].some(other => other !== root.path && isWithin(root.path, other)))
  }))
  return { roots, refused, unreadable }
}

/** The same home under two names keeps the first; two homes that share this folder leave its account unknown. */
const joined = (known: ResolvedRoot | undefined, root: ResolvedRoot): ResolvedRoot =>
  !known ? root : known.configHome === root.configHome ? known : { ...known, account: '' }

function outsideText(named: string, path: string): string {
  const where = named === path ? 'lies outside your home' : `leads to ${path}, outside your home`
  return `${named} ${where}; to read it set allow_outside_home = true under [logs]`
}

/** An extra root is a config home or its projects folder. The user named it, so that it does not exist is worth saying. */
function extraRoot(named: string, home: string, unreadable: { path: string; code: string }[]): LogRoot {
  const path = named === '~' || /^~[\\/]/.test(named) ? join(home, named.slice(1)) : named
  if (!isFolder(path)) unreadable.push({ path: named, code: 'ENOENT' })
  const isProjects = basename(path) === 'projects' || !isFolder(join(path, 'projects'))
  const account = basename(path) === 'projects' ? dirname(named) : named
  return { path: isProjects ? path : join(path, 'projects'), account, configHome: basename(path) === 'projects' ? dirname(path) : path }
}

/** A root that holds roots becomes those: every folder of the given name, not looking below one. */
function expanded(root: LogRoot, unreadable: { path: string; code: string }[]): LogRoot[] {
  const { nested } = root
  if (!nested) return [root]
  const roots: LogRoot[] = []
  const look = (folder: string, depth: number): void => {
    for (const entry of entriesOf(folder, { logs: new Map(), unreadable, links: 0 })) {
      const path = join(folder, entry.name)
      if (!entry.isDirectory() || (depth === 1 && nested.first !== undefined && !entry.name.toLowerCase().includes(nested.first))) continue
      if (entry.name === nested.folder) roots.push({ path, account: root.account, configHome: folder })
      else if (depth < nested.depth) look(path, depth + 1)
    }
  }
  look(root.path, 1)
  return roots
}

function real(path: string, unreadable: { path: string; code: string }[]): string | null {
  try {
    return realpathSync.native(path)
  } catch (error) {
    note(path, error, { unreadable })
    return null
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

/** Equal to `folder` or below it: `/a/bc` is not within `/a/b`. */
const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
