// Walks the roots of every agent and says which logs exist. Follows no link below a root, opens no file, decides nothing
// about what is gone. Synchronous on purpose: 2,400 files take 50 ms this way and five times that through promises.
import { join } from 'node:path'
import type { Finding, FoundLog, LogFinder } from '../../core/tailing/scan.ts'
import { isGone } from './log-file.ts'
import { foundLog, lookAtLog, ownerOf, viewsByFolder, viewsInside, type View } from './log-look.ts'
import { entriesOf, note, resolveRoots, type FinderOptions, type Unreadable } from './log-roots.ts'

export type { FinderOptions } from './log-roots.ts'

export function createLogFinder(options: FinderOptions): LogFinder {
  return {
    find: () => find(options),
    isGone: ({ path, root }) => isGone(path, root),
  }
}

// Deeper than any agent nests; a folder loop without links does not exist, but a hostile tree may be deep.
export const DEPTH_MAX = 12

function find(options: FinderOptions): Finding {
  const { roots, refused, unreadable } = resolveRoots(options)
  const walk: Walk = { logs: new Map(), unreadable: [...unreadable], links: 0 }
  const folders = viewsByFolder(roots)
  for (const [folder, views] of folders) walkFolder(folder, views, walk, 0)
  const logs = [...walk.logs.values()].toSorted((a, b) => b.modifiedAt - a.modifiedAt || (a.path < b.path ? -1 : 1))
  const followed = options.maxFiles > 0 ? logs.slice(0, options.maxFiles) : logs
  return { logs: followed, waiting: logs.length - followed.length, roots: [...folders.keys()], rootsOf: roots.map(({ agent, path }) => ({ agent, path })), refused, unreadable: walk.unreadable, links: walk.links }
}

interface Walk { readonly logs: Map<string, FoundLog>; readonly unreadable: Unreadable[]; links: number }

function walkFolder(folder: string, views: readonly View[], walk: Walk, depth: number): void {
  for (const entry of entriesOf(folder, walk.unreadable)) {
    const path = join(folder, entry.name)
    if (entry.isSymbolicLink()) walk.links++
    else if (entry.isDirectory()) {
      const inside = depth < DEPTH_MAX ? viewsInside(views, entry.name) : []
      if (inside.length > 0) walkFolder(path, inside, walk, depth + 1)
    } else if (entry.isFile() && !walk.logs.has(path)) {
      const owner = ownerOf(views, entry.name)
      const log = owner && seen(path, owner, walk)
      if (log) walk.logs.set(path, log)
    }
  }
}

/** The log at `path`, or null when it cannot be looked at. */
function seen(path: string, owner: View, walk: Walk): FoundLog | null {
  try {
    const look = lookAtLog(path, owner.root.source.form)
    return look === 'other' ? null : foundLog(path, owner, look)
  } catch (error) {
    note(path, error, walk.unreadable)
    return null
  }
}
