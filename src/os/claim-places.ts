// What a claim's name means on this disk: links resolved as far as a path exists, and the repository it lies in.
import { lstatSync, readlinkSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { ResourcePorts } from '../core/claims/resource.ts'
import type { Projects } from './projects.ts'

// As many links in a row as Linux follows.
const LINKS_MAX = 40

export const claimPlaces = (projects: Projects, home: string): ResourcePorts => ({ real: realAsFarAsItExists, repositoryOf: path => repositoryOf(projects, path), home })

/** `/home/dev/link/new/file` with the link resolved, although `new` does not exist yet; a link to what does not exist leads there too. */
export function realAsFarAsItExists(path: string, links = 0): string {
  const whole = realOf(path)
  if (whole !== null || path === '/') return whole ?? path
  const above = dirname(path)
  const target = links < LINKS_MAX ? linkOf(path) : null
  if (target !== null) return realAsFarAsItExists(isAbsolute(target) ? resolve(target) : resolve(realAsFarAsItExists(above, links + 1), target), links + 1)
  return join(realAsFarAsItExists(above, links), path.slice(above.endsWith('/') ? above.length : above.length + 1))
}

function realOf(path: string): string | null {
  try {
    // The native one gives the spelling on disk where case does not matter.
    return realpathSync.native(path)
  } catch {
    return null
  }
}

function linkOf(path: string): string | null {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : null
  } catch {
    return null
  }
}

function repositoryOf(projects: Projects, path: string): { root: string; branch: string } | null {
  // What is being made has no folder yet: the nearest one above that exists says whose it is.
  for (let folder = path; ; folder = dirname(folder)) {
    const place = projects.at(folder)
    if (place) return place.worktree === '' ? null : { root: place.project, branch: place.branch }
    if (folder === dirname(folder)) return null
  }
}
