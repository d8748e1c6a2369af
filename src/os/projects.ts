// From a working directory to its project: the root of the repository that owns the worktree. Reads `.git` files and
// folders directly (two stats a level) instead of starting git; a folder that is gone keeps the answer it once had.
import { readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'

export interface Place { readonly project: string; readonly branch: string }
export interface Projects {
  /** Project root of a directory; the directory itself outside a repository; '' for ''. */
  rootOf(cwd: string): string
  /** Branch that a worktree has checked out now, '' when detached, gone or not a repository. */
  branchOf(cwd: string): string
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
    branchOf(cwd) {
      const found = cwd === '' ? null : findGit(cwd)
      if (!found) return ''
      const head = readText(join(found.gitFolder, 'HEAD'))
      return /^ref: refs\/heads\/(.+)$/.exec(head.trim())?.[1] ?? ''
    },
  }
}

function findGit(cwd: string): { root: string; gitFolder: string } | null {
  let folder = resolve(cwd)
  for (let level = 0; level < LEVELS_MAX; level++) {
    const dotGit = join(folder, '.git')
    const kind = kindOf(dotGit)
    if (kind === 'folder') return { root: folder, gitFolder: dotGit }
    if (kind === 'file') return linkedWorktree(folder, dotGit)
    const above = dirname(folder)
    if (above === folder) return null
    folder = above
  }
  return null
}

/** A worktree's `.git` is a file naming its git folder; that folder's `commondir` names the repository. A submodule has no commondir. */
function linkedWorktree(folder: string, dotGit: string): { root: string; gitFolder: string } {
  const named = /^gitdir: (.+)$/m.exec(readText(dotGit))?.[1]?.trim()
  if (named === undefined) return { root: folder, gitFolder: dotGit }
  const gitFolder = resolve(folder, named)
  const common = readText(join(gitFolder, 'commondir')).trim()
  if (common === '') return { root: folder, gitFolder }
  const commonFolder = resolve(gitFolder, common)
  // A bare repository has no `.git` folder of its own: its own folder is then the project.
  return { root: commonFolder.endsWith('/.git') ? dirname(commonFolder) : commonFolder, gitFolder }
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
