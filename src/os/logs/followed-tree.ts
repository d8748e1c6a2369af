// What the watcher knows of the folders and logs below the roots, and the looks that keep it true: list a folder, stat a
// file. It reports differences between looks; it opens nothing and decides nothing about cursors.
import { lstatSync, readdirSync, type Dirent } from 'node:fs'
import { dirname, join } from 'node:path'
import type { LogSource } from '../../core/sessions/log-source.ts'
import type { FoundLog, LogChange } from '../../core/tailing/scan.ts'
import { isGone, modifiedAt } from './log-file.ts'
import { DEPTH_MAX } from './log-finder.ts'
import { foundLog, lookAtLog, ownerOf, viewsByFolder, viewsInside, WAL_SUFFIX, type LogLook, type View } from './log-look.ts'
import type { ResolvedRoot } from './log-roots.ts'

/** `views`: as which sources see it; the same folder may lie below the roots of several. */
interface Folder { readonly path: string; views: readonly View[]; readonly depth: number; readonly files: Set<string>; mtimeMs: number }
interface File { log: FoundLog; readonly form: LogSource['form']; mtimeMs: number; inode: number }

export interface FolderEvents {
  /** A folder came under watch or left it: hang up or take down a watch on it. */
  added(path: string): void
  removed(path: string): void
}

export class FollowedTree {
  readonly #events: FolderEvents
  readonly #folders = new Map<string, Folder>()
  readonly #files = new Map<string, File>()
  readonly #changed = new Map<string, FoundLog>()
  readonly #gone = new Map<string, FoundLog>()
  #databasesRest = false
  /** Databases that were to be looked at while they rest. */
  readonly #late = new Set<string>()

  constructor(events: FolderEvents) {
    this.#events = events
  }

  /** In a stable order that new ones join at the end: slices of it cover everything in turn. */
  get folders(): readonly string[] { return [...this.#folders.keys()] }
  get files(): readonly string[] { return [...this.#files.keys()] }
  hasFile(path: string): boolean { return this.#files.has(path) }
  /** The log that a written file belongs to: itself, or the database whose write-ahead log it is. */
  logOf(path: string): string { return path.endsWith(WAL_SUFFIX) && this.#files.has(path.slice(0, -WAL_SUFFIX.length)) ? path.slice(0, -WAL_SUFFIX.length) : path }
  hasFolder(path: string): boolean { return this.#folders.has(path) }

  isDatabase(path: string): boolean { return this.#files.get(path)?.form === 'database' }
  /** Is there a database to look at as soon as they may be? */
  get hasLate(): boolean { return this.#late.size > 0 }

  /** While databases rest, looks at them are put off; then they are made up for. */
  restDatabases(rest: boolean): void {
    this.#databasesRest = rest
    if (rest || this.#late.size === 0) return
    const late = [...this.#late]
    this.#late.clear()
    for (const path of late) this.lookAtFile(path)
  }

  /** Takes on roots that are new; a root that cannot be seen now keeps what is known below it. */
  addRoots(roots: readonly ResolvedRoot[]): void {
    for (const [path, views] of viewsByFolder(roots)) this.#addFolder(path, views, 0)
  }

  /** Lists a folder again when it changed since the last look, or always with `force`. */
  lookAtFolder(path: string, force: boolean): void {
    const folder = this.#folders.get(path)
    if (!folder) return
    const mtimeMs = folderTime(path)
    if (mtimeMs === null) {
      if (folder.views.every(({ root }) => isGone(path, root.path))) this.#dropFolder(folder)
      return
    }
    if (mtimeMs === folder.mtimeMs && !force) return
    const entries = entriesOf(path)
    if (entries === null) return
    folder.mtimeMs = mtimeMs
    this.#compare(folder, entries)
  }

  /** Looks at one log; one that shrank, grew, was rewritten or replaced is changed. */
  lookAtFile(path: string): void {
    const file = this.#files.get(path)
    if (!file) return
    if (file.form === 'database' && this.#databasesRest) {
      this.#late.add(path)
      return
    }
    const now = fileLook(path, file.form)
    if (now === null) this.#dropGone(path)
    else if (now === 'other') this.#forget(path)
    else if (now.size !== file.log.size || now.mtimeMs !== file.mtimeMs || now.inode !== file.inode) {
      file.log = { ...file.log, size: now.size, modifiedAt: modifiedAt(now.mtimeMs) }
      file.mtimeMs = now.mtimeMs
      file.inode = now.inode
      this.#changed.set(path, file.log)
    }
  }

  /** What changed since this was last asked. */
  take(): LogChange {
    const change = { changed: [...this.#changed.values()], gone: [...this.#gone.values()] }
    this.#changed.clear()
    this.#gone.clear()
    return change
  }

  #compare(folder: Folder, entries: readonly Dirent[]): void {
    const names = new Set<string>()
    for (const entry of entries) {
      const path = join(folder.path, entry.name)
      names.add(path)
      if (entry.isDirectory()) {
        const inside = folder.depth < DEPTH_MAX ? viewsInside(folder.views, entry.name) : []
        if (inside.length > 0) this.#addFolder(path, inside, folder.depth + 1)
      } else if (entry.isFile()) {
        if (this.#files.has(path)) this.lookAtFile(path)
        else this.#addFile(path, entry.name, folder)
      }
    }
    for (const path of folder.files) if (!names.has(path)) this.#dropGone(path)
  }

  /**
   * A folder may have come with logs already in it, in one burst: it is listed at once. One that is known and now lies
   * below the root of another source too is listed again for that one.
   */
  #addFolder(path: string, views: readonly View[], depth: number): void {
    const known = this.#folders.get(path)
    const others = known ? views.filter(view => !known.views.some(({ root, relative }) => root.path === view.root.path && root.source === view.root.source && relative === view.relative)) : views
    if (others.length === 0) return
    if (known) known.views = [...known.views, ...others]
    else {
      this.#folders.set(path, { path, views, depth, files: new Set(), mtimeMs: -1 })
      this.#events.added(path)
    }
    this.lookAtFolder(path, true)
  }

  #addFile(path: string, name: string, { views, files }: Folder): void {
    const owner = ownerOf(views, name)
    const form = owner?.root.source.form ?? 'lines'
    const now = owner && fileLook(path, form)
    if (!owner || now === null || now === 'other') return
    const log = foundLog(path, owner, now)
    this.#files.set(path, { log, form, mtimeMs: now.mtimeMs, inode: now.inode })
    files.add(path)
    this.#gone.delete(path)
    this.#changed.set(path, log)
  }

  /** Forgets a log, as gone only when that is proven; one that merely cannot be seen is kept as it was. */
  #dropGone(path: string): void {
    const file = this.#files.get(path)
    if (!file || !isGone(path, file.log.root)) return
    this.#forget(path)
    this.#gone.set(path, file.log)
  }

  #forget(path: string): void {
    this.#files.delete(path)
    this.#folders.get(dirname(path))?.files.delete(path)
    this.#changed.delete(path)
  }

  #dropFolder(folder: Folder): void {
    for (const path of folder.files) this.#dropGone(path)
    this.#folders.delete(folder.path)
    this.#events.removed(folder.path)
    for (const inner of this.#folders.values()) if (dirname(inner.path) === folder.path) this.#dropFolder(inner)
  }
}

/** The folder's modification time; null when it cannot be told, or when it is no folder any more. */
function folderTime(path: string): number | null {
  try {
    const stat = lstatSync(path)
    return stat.isDirectory() ? stat.mtimeMs : null
  } catch {
    return null
  }
}

/** Null when it cannot be listed now: that says nothing about what is in it. */
function entriesOf(path: string): Dirent[] | null {
  try {
    return readdirSync(path, { withFileTypes: true })
  } catch {
    return null
  }
}

/** What the log is now; null when it cannot be looked at. */
function fileLook(path: string, form: LogSource['form']): LogLook | 'other' | null {
  try {
    return lookAtLog(path, form)
  } catch {
    return null
  }
}
