// Which folders are read, and by which sources: the agents' own roots and those the user named, each resolved once.
// Says what is refused and what cannot be looked at; lists no log.
import { lstatSync, readFileSync, readdirSync, realpathSync, statSync, type Dirent } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import type { AgentAdapter, Environment } from '../../core/sessions/agent-adapter.ts'
import { COMPANION_BYTES_MAX, type LogRoot, type LogSource } from '../../core/sessions/log-source.ts'
import type { Finding } from '../../core/tailing/scan.ts'
import { codeOfFault } from './log-file.ts'

export interface FinderOptions {
  readonly adapters: ReadonlyMap<string, AgentAdapter>
  readonly environment: Environment
  /** Roots the user named in the config; read with every agent's rules. `~` is the home. */
  readonly extraRoots: readonly string[]
  readonly allowOutsideHome: boolean
  /** 0 = all. */
  readonly maxFiles: number
}

/** A root that exists and may be read, for one source. Several sources may share its folder. */
export interface ResolvedRoot { readonly path: string; readonly agent: string; readonly source: LogSource; readonly account: string; readonly configHome: string }
export interface Resolution { readonly roots: readonly ResolvedRoot[]; readonly refused: Finding['refused']; readonly unreadable: Finding['unreadable'] }

export interface Unreadable { readonly path: string; readonly code: string }

interface Candidate { readonly agent: string; readonly source: LogSource; readonly root: LogRoot }

/**
 * Resolves every root once. Two names of one folder are one root; when they belong to two accounts, its account is not
 * known. A root within another of the same source is left to the outer one's walk.
 */
export function resolveRoots({ adapters, environment, extraRoots, allowOutsideHome }: FinderOptions): Resolution {
  const refused = new Map<string, { path: string; why: string }>(), unreadable: Unreadable[] = []
  const home = real(environment.home, [])
  const sources = [...adapters].flatMap(([agent, adapter]) => adapter.sources.map(source => ({ agent, source })))
  const named = extraRoots.flatMap(path => extraCandidates(path, sources, environment, unreadable))
  const roots = sources.flatMap(({ agent, source }) => {
    const byPath = new Map<string, ResolvedRoot>()
    const candidates = [...source.roots(environment), ...listedRoots(source, environment), ...named.filter(each => each.source === source).map(each => each.root)]
    for (const candidate of candidates.flatMap(root => expanded(root, unreadable))) {
      const path = real(candidate.path, unreadable)
      if (path === null) continue
      if (!allowOutsideHome && (home === null || !isWithin(path, home))) refused.set(candidate.path, { path: candidate.path, why: outsideText(candidate.path, path) })
      else if (!candidate.unless?.some(name => exists(join(path, name)))) {
        byPath.set(path, joined(byPath.get(path), { path, agent, source, account: candidate.account, configHome: real(candidate.configHome, []) ?? candidate.configHome }))
      }
    }
    return [...byPath.values()].filter(root => ![...byPath.keys()].some(other => other !== root.path && isWithin(root.path, other)))
  })
  // Where sources share a folder the first that owns a path reads it.
  const inTurn = roots.toSorted((a, b) => Number(a.source.anyFolder === 'rest') - Number(b.source.anyFolder === 'rest'))
  return { roots: inTurn, refused: [...refused.values()], unreadable }
}

/** The same home under two names keeps the first; two homes that share this folder leave its account unknown. */
const joined = (known: ResolvedRoot | undefined, root: ResolvedRoot): ResolvedRoot =>
  !known ? root : known.configHome === root.configHome ? known : { ...known, account: '' }

function outsideText(named: string, path: string): string {
  const where = named === path ? 'lies outside your home' : `leads to ${path}, outside your home`
  return `${named} ${where}; to read it set allow_outside_home = true under [logs]`
}

type Reader = Omit<Candidate, 'root'>

/**
 * What a root that the user named is: a config home (a source's folder lies in it), such a folder itself, or, where no
 * layout is recognised, a plain folder of logs, for the sources that read any. The user named it, so that it does not
 * exist is worth saying.
 */
function extraCandidates(named: string, sources: readonly Reader[], environment: Environment, unreadable: Unreadable[]): Candidate[] {
  const path = named === '~' || /^~[\\/]/.test(named) ? join(environment.home, named.slice(1)) : named
  if (!isFolder(path)) {
    unreadable.push({ path: named, code: 'ENOENT' })
    return []
  }
  const found = sources.flatMap(reader => layoutsOf(reader.source, environment).flatMap(({ layout, unless }): Candidate[] => {
    const root = rootInLayout({ named, path }, layout)
    return root ? [{ ...reader, root: { ...root, ...(unless ? { unless } : {}) } }] : []
  }))
  if (found.length > 0) return found
  return sources.filter(({ source }) => source.anyFolder !== undefined).map(reader => ({ ...reader, root: { path, account: named, configHome: path } }))
}

/** The roots an agent's own lists name. A list that is absent, or too large to be one, names none. */
function listedRoots(source: LogSource, environment: Environment): readonly LogRoot[] {
  return (source.rootLists?.(environment) ?? []).flatMap(list => {
    try {
      const stat = statSync(list.path)
      return stat.isFile() && stat.size <= COMPANION_BYTES_MAX ? list.roots(readFileSync(list.path, 'utf8')) : []
    } catch {
      return []
    }
  })
}

/** Where below a config home this source has its roots: `projects`; '' where the home is the root. */
function layoutsOf(source: LogSource, environment: Environment): { readonly layout: string; readonly unless?: readonly string[] }[] {
  const layouts = new Map<string, readonly string[] | undefined>()
  for (const { path, configHome, nested, unless } of source.roots(environment)) {
    const layout = relative(configHome, path)
    if (!nested && !layout.startsWith('..')) layouts.set(layout, unless)
  }
  return [...layouts].map(([layout, unless]) => ({ layout, ...(unless ? { unless } : {}) }))
}

function rootInLayout({ named, path }: { readonly named: string; readonly path: string }, layout: string): LogRoot | null {
  if (layout === '') return null
  if (isFolder(join(path, layout))) return { path: join(path, layout), account: named, configHome: path }
  if (basename(path) !== basename(layout)) return null
  // A copy of one folder alone need not lie as deep as the original.
  const levels = path.endsWith(sep + layout) ? layout.split(sep) : [basename(layout)]
  const above = (folder: string): string => levels.reduce(inner => dirname(inner), folder)
  return { path, account: above(named), configHome: above(path) }
}

/** A root that holds roots becomes those: every folder of the given name, not looking below one. */
function expanded(root: LogRoot, unreadable: Unreadable[]): LogRoot[] {
  const { nested } = root
  if (!nested) return [root]
  const roots: LogRoot[] = []
  const look = (folder: string, depth: number): void => {
    for (const entry of entriesOf(folder, unreadable)) {
      const path = join(folder, entry.name)
      if (!entry.isDirectory() || (depth === 1 && nested.first !== undefined && !entry.name.toLowerCase().includes(nested.first))) continue
      if (entry.name === nested.folder) roots.push({ path, account: root.account, configHome: folder })
      else if (depth < nested.depth) look(path, depth + 1)
    }
  }
  look(root.path, 1)
  return roots
}

/** A folder that cannot be listed is noted and skipped; one that vanished meanwhile is nothing at all. */
export function entriesOf(folder: string, unreadable: Unreadable[]): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    note(folder, error, unreadable)
    return []
  }
}

export function note(path: string, error: unknown, unreadable: Unreadable[]): void {
  const code = codeOfFault(error)
  if (code !== 'ENOENT') unreadable.push({ path, code })
}

function real(path: string, unreadable: Unreadable[]): string | null {
  try {
    return realpathSync.native(path)
  } catch (error) {
    note(path, error, unreadable)
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

export function exists(path: string): boolean {
  try {
    lstatSync(path)
    return true
  } catch {
    return false
  }
}

/** Equal to `folder` or below it: `/a/bc` is not within `/a/b`. */
const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
