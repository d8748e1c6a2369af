// Whom a lock or a marker concerns. A session belongs to a project through its repository or, outside any repository,
// because it works at or below the project's root; the other dimensions are compared by value. A session, branch or
// account lock never reaches a neighbour in the same folder.
import { matches } from '../budgets/selector.ts'
import type { Selector } from '../budgets/budget.ts'
import type { Scope } from '../scope.ts'

/** What a lock and a marker have in common: for whom it is. */
export interface Reach {
  readonly selector: Selector
  readonly per: string
  readonly perValue: string
}

/** Who asks: its scope as far as known, and where it works. */
export interface Asker {
  readonly scope: Scope
  readonly cwd: string
  /** Then the repository alone says which project it is: a repository inside another is a project of its own. */
  readonly inRepository: boolean
}

const GLOB = /[*?[\]{}!\\]/

/** True when `path` is `root` or below it. `/a/bc` is not below `/a/b`; `..` and relative paths are below nothing. */
export function atOrBelow(root: string, path: string): boolean {
  if (!isWholeRoot(root) || !path.startsWith('/') || path.split('/').includes('..')) return false
  const trimmed = root.endsWith('/') ? root.slice(0, -1) : root
  return path === trimmed || path.startsWith(`${trimmed}/`)
}

/** Only an absolute path of two components or more can stand for everything below it: never `/`, `/home` or a name. */
export function isWholeRoot(root: string): boolean {
  return root.startsWith('/') && !root.split('/').includes('..') && root.split('/').filter(part => part !== '' && part !== '.').length >= 2
}

/** The project roots a reach names outright: the value it holds, or a selector that is a path and no pattern. */
export function rootsOf(reach: Reach): readonly string[] {
  const named = [reach.per === 'project' ? reach.perValue : '', reach.selector.project ?? '']
  return [...new Set(named.filter(root => isWholeRoot(root) && !GLOB.test(root)))]
}

/**
 * True when the asker is inside. `roots` are further project roots the reach is known to cover (for a selector that is
 * a pattern or a display name, and for one that asks where no ledger is at hand).
 */
export function reaches(reach: Reach, asker: Asker, roots: readonly string[] = []): boolean {
  const above = asker.inRepository ? [] : [...rootsOf(reach), ...roots].filter(root => atOrBelow(root, asker.cwd))
  const projects = [asker.scope.project, ...above]
  return projects.some(project => covers(reach, { ...asker.scope, project }))
}

function covers(reach: Reach, scope: Scope): boolean {
  if (!matches(reach.selector, scope)) return false
  if (reach.per === '') return true
  return scope[reach.per as keyof Scope] === reach.perValue
}
