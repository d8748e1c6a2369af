// What can be claimed, and what collides with what. A resource has one spelling: two names that mean the same are the
// same text. Names are values in a database and never become names of files.
import { nearestWord } from '../config/nearest.ts'
import { AppError } from '../errors.ts'

export type ResourceKind = 'free' | 'repo' | 'branch' | 'path'

export interface Resource {
  /** `deploy`, `repo:/home/dev/web`, `branch:/home/dev/web#main`, `path:/home/dev/web/src`. */
  readonly name: string
  readonly kind: ResourceKind
  /** Root of the repository it is or lies in; '' outside any. */
  readonly root: string
  /** `path` only: absolute, links resolved. */
  readonly path: string
}

/** What the file system says, asked while a name is read and never again. */
export interface ResourcePorts {
  /** Absolute in, absolute out: links resolved as far as the path exists, the rest as it is. */
  real(path: string): string
  /** The repository a path lies in, whether the path exists or not; null outside any. `branch` is '' when detached. */
  repositoryOf(path: string): { readonly root: string; readonly branch: string } | null
  readonly home: string
}

const KINDS = ['repo', 'branch', 'path'] as const
/** Enough for any word people agree on; a sentence belongs into the reason. */
export const NAME_CHARS_MAX = 200
/** PATH_MAX of every platform, with room for the prefix. */
const PATH_CHARS_MAX = 4_200
/** As many names as one take may hold: a bound on a transaction, far above what anyone types. */
export const NAMES_MAX = 64

// Controls, surrogates without a partner, and marks that nobody sees: two names must not look alike and differ.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u

/** Reads names as typed; throws `invalid_input` naming the first that is none. In the order given, each once. */
export function resourcesFrom(typed: readonly string[], cwd: string, ports: ResourcePorts): readonly Resource[] {
  if (typed.length === 0) throw refusal('name what is to be claimed, such as: purser claim take path:src')
  if (typed.length > NAMES_MAX) throw refusal(`${typed.length} names at once are too many; at most ${NAMES_MAX}`)
  return [...new Map(typed.map(each => resourceFrom(each, cwd, ports)).map(resource => [resource.name, resource])).values()]
}

export function resourceFrom(typed: string, cwd: string, ports: ResourcePorts): Resource {
  const name = typed.normalize('NFC')
  if (name.trim() === '') throw refusal('an empty name cannot be claimed')
  const seen = UNSEEN.exec(name)
  if (seen) throw refusal(`"${shown(name)}" holds a character that cannot be seen (U+${(seen[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')})`)
  if (name.length > PATH_CHARS_MAX) throw refusal(`a name of ${name.length} characters is too long`)
  if (name !== name.trim()) throw refusal(`"${shown(name)}" begins or ends with a blank`)
  const colon = name.indexOf(':')
  const kind = KINDS.find(each => each === name.slice(0, Math.max(colon, 0)))
  if (kind === undefined) return freeName(name, colon)
  const rest = name.slice(colon + 1)
  switch (kind) {
    case 'repo': return repository(rest, cwd, ports)
    case 'branch': return branch(rest, cwd, ports)
    case 'path': return folder(rest, cwd, ports)
  }
}

function freeName(name: string, colon: number): Resource {
  const prefix = colon > 0 ? name.slice(0, colon) : ''
  const close = prefix === '' ? null : nearestWord(prefix, KINDS)
  if (close) throw refusal(`"${shown(prefix)}:" is no kind of name; did you mean ${close}:${shown(name.slice(colon + 1))}?`)
  if (/[/\\]/.test(name)) {
    throw refusal(prefix === '' ? `"${shown(name)}" holds a slash; for a file or folder type path:${shown(name)}` : `"${shown(prefix)}:" is no kind of name; names with a slash are ${KINDS.map(each => `${each}:...`).join(', ')}`)
  }
  if (name.startsWith('.')) throw refusal(`"${shown(name)}" begins with a dot; for a file or folder type path:${shown(name)}`)
  if (name.length > NAME_CHARS_MAX) throw refusal(`a name of ${name.length} characters is too long; at most ${NAME_CHARS_MAX}`)
  return { name, kind: 'free', root: '', path: '' }
}

/** The repository that owns a folder's worktree; every worktree of it means the same. */
function repository(typed: string, cwd: string, ports: ResourcePorts): Resource {
  const { root } = repositoryAt(absolute(typed === '' ? '.' : typed, cwd, ports), ports, `repo:${typed}`)
  return { name: `repo:${root}`, kind: 'repo', root, path: '' }
}

/** `main`, here; `/home/dev/web#main`, there; '', the branch checked out here. */
function branch(typed: string, cwd: string, ports: ResourcePorts): Resource {
  const elsewhere = typed.startsWith('/') ? splitAtRepository(typed, cwd, ports) : null
  if (typed.startsWith('/') && !elsewhere) throw refusal(`"branch:${shown(typed)}" names no repository and branch; it looks like branch:/folder/of/repository#name`)
  const { root, branch: current } = elsewhere ?? repositoryAt(ports.real(cwd), ports, `branch:${typed}`)
  const named = elsewhere ? elsewhere.rest : typed
  const word = named === '' ? current : named
  if (word === '') throw refusal('no branch is checked out here; name one: branch:main')
  if (!isBranch(word)) throw refusal(`"${shown(word)}" cannot be the name of a branch`)
  return { name: `branch:${root}#${word}`, kind: 'branch', root, path: '' }
}

/** A `#` may stand in a folder's name and in a branch's: the first one that follows a repository counts. */
function splitAtRepository(typed: string, cwd: string, ports: ResourcePorts): { root: string; branch: string; rest: string } | null {
  for (let at = typed.indexOf('#'); at > 0; at = typed.indexOf('#', at + 1)) {
    const found = ports.repositoryOf(absolute(typed.slice(0, at), cwd, ports))
    if (found) return { ...found, rest: typed.slice(at + 1) }
  }
  return null
}

function folder(typed: string, cwd: string, ports: ResourcePorts): Resource {
  const path = absolute(typed, cwd, ports)
  if (path === '/') throw refusal('path:/ is the whole machine; claim a folder below it')
  return { name: `path:${path}`, kind: 'path', root: ports.repositoryOf(path)?.root.normalize('NFC') ?? '', path }
}

/** A place on disk that something is about to write to: whatever it is called, it is somewhere. null when it is not absolute. */
export function placeOf(path: string, ports: ResourcePorts): Resource | null {
  if (!path.startsWith('/')) return null
  const real = ports.real(path).normalize('NFC')
  return { name: `path:${real}`, kind: 'path', root: ports.repositoryOf(real)?.root.normalize('NFC') ?? '', path: real }
}

function absolute(typed: string, cwd: string, ports: ResourcePorts): string {
  if (typed === '') throw refusal('path: names nothing; for this folder type path:.')
  if (typed.includes('\\')) throw refusal(`"${shown(typed)}" holds a backslash; folders are separated by /`)
  const parts = typed.split('/')
  if (parts.includes('..')) throw refusal(`"${shown(typed)}" goes up with ".."; write the folder itself`)
  if (!cwd.startsWith('/')) throw refusal(`the working directory "${shown(cwd)}" is not absolute`)
  const from = typed.startsWith('/') ? '' : parts[0] === '~' ? ports.home : cwd
  const rest = parts[0] === '~' && !typed.startsWith('/') ? parts.slice(1) : parts
  const joined = [...from.split('/'), ...rest].filter(part => part !== '' && part !== '.').join('/')
  return ports.real(`/${joined}`).normalize('NFC')
}

function repositoryAt(path: string, ports: ResourcePorts, typed: string): { readonly root: string; readonly branch: string } {
  const found = ports.repositoryOf(path)
  if (!found) throw refusal(`"${shown(typed)}": ${path} is in no repository`)
  return { root: found.root.normalize('NFC'), branch: found.branch }
}

// What git itself refuses in a ref, and an `@` alone.
const NO_BRANCH = /^[-/.]|\.\.|\/\/|\/\.|@\{|^@$|[\s~^:?*[\\]|[/.]$|\.lock(?:\/|$)/
const isBranch = (word: string): boolean => word.length <= NAME_CHARS_MAX && !NO_BRANCH.test(word)

const refusal = (text: string): AppError => new AppError('invalid_input', text)
/** Errors quote what was typed: short, and nothing in it that a terminal would act on. */
const shown = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, '?').slice(0, 80)

/** `inner` is `outer` or lies below it, by component: `/a/bc` is not below `/a/b`. */
export const contains = (outer: string, inner: string): boolean => inner === outer || inner.startsWith(outer === '/' ? '/' : `${outer}/`)

/**
 * May not be held by two at once. Paths collide with what contains them and what they contain; a repository collides
 * with its branches and with whatever lies in it. A repository inside another is a project of its own, as everywhere.
 */
export function overlaps(a: Resource, b: Resource): boolean {
  if (a.name === b.name) return true
  if (a.kind === 'path' && b.kind === 'path') return contains(a.path, b.path) || contains(b.path, a.path)
  const [repo, other] = a.kind === 'repo' ? [a, b] : [b, a]
  if (repo.kind !== 'repo') return false
  if (other.kind === 'branch') return other.root === repo.root
  if (other.kind === 'path') return other.root === repo.root || contains(other.path, repo.root)
  return false
}

/**
 * Whoever writes `touched` works inside what `claimed` is about. One way only: who claims a file does not keep others
 * out of the folder it lies in.
 */
export function covers(claimed: Resource, touched: Resource): boolean {
  if (claimed.name === touched.name) return true
  if (touched.kind === 'path' && claimed.kind === 'path') return contains(claimed.path, touched.path)
  return claimed.kind === 'repo' && (touched.kind === 'path' || touched.kind === 'branch') && touched.root === claimed.root
}
