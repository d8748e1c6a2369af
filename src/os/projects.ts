// From a working directory to its project: the root of the repository that owns the worktree. Reads `.git` files and
// folders directly (two stats a level) instead of starting git; a folder that is gone keeps the answer it once had.
import { readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { Places } from '../core/enforcement/place.ts'

export interface Projects extends Places {
  /** Project root of a directory; the directory itself outside a repository; '' for ''. */
  rootOf(cwd: string): string
}

// Deeper than any real path; a bound so that a cyclic mount cannot spin us.
const LEVELS_MAX = 64
const REMEMBERED_MAX = 50_000

/** `remembered` maps directories seen in earlier runs to their roots, for worktrees that were deleted since. */
export function gitProjects(remembered: Map<string, string> = new Map()): Projects {
  const roots = new Map<string, string>()
  return {
    rootOf(cwd) {
      if (cwd === '' || !isAbsolute(cwd)) return cwd
      let root = roots.get(cwd)
      if (root === undefined) {
        const found = findGit(cwd)
        root = found ? found.root : (remembered.get(cwd) ?? cwd)
        if (roots.size >= REMEMBERED_MAX) roots.clear()
        roots.set(cwd, root)
      }
      return root
    },
    at(cwd) {
      if (!isAbsolute(cwd) || kindOf(cwd) !== 'folder') return null
      const found = findGit(cwd)
      if (!found) return { project: cwd, worktree: '', branch: '' }
      const head = readText(join(found.gitFolder, 'HEAD'))
      return { project: found.root, worktree: found.worktree, branch: /^ref: refs\/heads\/(.+)$/.exec(head.trim())?.[1] ?? '' }
    },
    exists: path => kindOf(path) !== null,
  }
}

interface Repository { readonly root: string; readonly worktree: string; readonly gitFolder: string }

function findGit(cwd: string): Repository | null {
  let folder = resolve(cwd)
  for (let level = 0; level < LEVELS_MAX; level++) {
    const dotGit = join(folder, '.git')
    const kind = kindOf(dotGit)
    if (kind === 'folder') return { root: folder, worktree: folder, gitFolder: dotGit }
    if (kind === 'file') return linkedWorktree(folder, dotGit)
    const above = dirname(folder)
    if (above === folder) return null
    folder = above
  }
  return null
}

/** A worktree's `.git` is a file naming its git folder; that folder's `commondir` names the repository. A submodule has no commondir. */
function linkedWorktree(folder: string, dotGit: string): Repository {
  const named = /^gitdir: (.+)$/m.exec(readText(dotGit))?.[1]?.trim()
  if (named === undefined) return { root: folder, worktree: folder, gitFolder: dotGit }
  const gitFolder = resolve(folder, named)
  const common = readText(join(gitFolder, 'commondir')).trim()
  if (common === '') return { root: folder, worktree: folder, gitFolder }
  const commonFolder = resolve(gitFolder, common)
  // A bare repository has no `.git` folder of its own: its own folder is then the project.
  return { root: commonFolder.endsWith('/.git') ? dirname(commonFolder) : commonFolder, worktree: folder, gitFolder }
}

function kindOf(path: string): 'file' | 'folder' | null {
  const found = statSync(path, { throwIfNoEntry: false })
  return found ? (found.isDirectory() ? 'folder' : 'file') : null
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
