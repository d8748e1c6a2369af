// One look at a log from outside: how large, how new, which inode. A database is looked at together with its write-ahead
// log, since that is where a running agent writes first.
import { lstatSync } from 'node:fs'
import type { LogSource } from '../../core/sessions/log-source.ts'
import type { FoundLog } from '../../core/tailing/scan.ts'
import { modifiedAt } from './log-file.ts'
import type { ResolvedRoot } from './log-roots.ts'

/** Size and time are sums over what belongs to the log: any write changes one of them. */
export interface LogLook { readonly size: number; readonly mtimeMs: number; readonly inode: number }

/** A folder as one source sees it: relative to its root, '' for the root itself. */
export interface View { readonly root: ResolvedRoot; readonly relative: string }

export const WAL_SUFFIX = '-wal'

/** What the file is now; `other` when it is no regular file. Throws what the system says when it cannot be looked at. */
export function lookAtLog(path: string, form: LogSource['form']): LogLook | 'other' {
  const stat = lstatSync(path)
  if (!stat.isFile()) return 'other'
  if (form !== 'database') return { size: stat.size, mtimeMs: stat.mtimeMs, inode: stat.ino }
  const wal = lstatSync(path + WAL_SUFFIX, { throwIfNoEntry: false })
  return { size: stat.size + (wal?.size ?? 0), mtimeMs: Math.max(stat.mtimeMs, wal?.mtimeMs ?? 0), inode: stat.ino }
}

/** The views of a folder within those of the one above; none when no source enters it. */
export const viewsInside = (views: readonly View[], name: string): View[] => views
  .map(({ root, relative }) => ({ root, relative: relative === '' ? name : `${relative}/${name}` }))
  .filter(({ root: { source }, relative }) => source.enters?.(relative) ?? true)

/** The first source that owns a file of this name, and what it calls it. */
export function ownerOf(views: readonly View[], name: string): View | null {
  for (const { root, relative } of views) {
    const inside = relative === '' ? name : `${relative}/${name}`
    if (root.source.owns(inside)) return { root, relative: inside }
  }
  return null
}

export const foundLog = (path: string, { root, relative }: View, look: LogLook): FoundLog => ({
  path, agent: root.agent, source: root.source.name, root: root.path, account: root.account, place: root.source.place(relative),
  size: look.size, modifiedAt: modifiedAt(look.mtimeMs),
})

/** Roots by folder, so that sources that share one are served by one walk. In the order the roots came. */
export function viewsByFolder(roots: readonly ResolvedRoot[]): ReadonlyMap<string, readonly View[]> {
  const views = new Map<string, View[]>()
  for (const root of roots) {
    const known = views.get(root.path)
    if (known) known.push({ root, relative: '' })
    else views.set(root.path, [{ root, relative: '' }])
  }
  return views
}
