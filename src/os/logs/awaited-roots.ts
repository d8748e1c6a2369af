// Roots that do not exist yet: an agent makes its folder with its first session, and that session is to be seen from its
// first response on, not with the next round. Watches the nearest folder there is, for the one name that is missing.
import { watch, type FSWatcher } from 'node:fs'
import { basename, dirname } from 'node:path'
import { exists } from './log-roots.ts'

export type WatchFolder = (path: string, options: { persistent: false }, onHint: (event: string, name: string | null) => void) => FSWatcher

/** Which folders to watch, and for which names in each, so that every missing path is heard of. Never the top of the file system. */
export function awaitedNames(missing: readonly string[], there: (path: string) => boolean): ReadonlyMap<string, ReadonlySet<string>> {
  const awaited = new Map<string, Set<string>>()
  for (const path of missing) {
    let child = path, folder = dirname(path)
    while (!there(folder) && dirname(folder) !== folder) [child, folder] = [folder, dirname(folder)]
    if (dirname(folder) === folder) continue
    const names = awaited.get(folder) ?? new Set()
    awaited.set(folder, names.add(basename(child)))
  }
  return awaited
}

export class AwaitedRoots {
  readonly #watches = new Map<string, { readonly watcher: FSWatcher; names: ReadonlySet<string> }>()
  readonly #onAppeared: () => void
  readonly #watchFolder: WatchFolder

  /** `onAppeared` may come for nothing (a name removed, a file of that name), never too rarely while watches hold. */
  constructor(onAppeared: () => void, watchFolder: WatchFolder = watch) {
    this.#onAppeared = onAppeared
    this.#watchFolder = watchFolder
  }

  /** Waits for those of these paths that do not exist, and for nothing else. Returns true when some of it just came into being. */
  await(paths: readonly string[]): boolean {
    const missing = paths.filter(path => !exists(path))
    const wanted = awaitedNames(missing, exists)
    for (const [folder, { watcher }] of this.#watches) {
      if (wanted.has(folder)) continue
      watcher.close()
      this.#watches.delete(folder)
    }
    for (const [folder, names] of wanted) this.#watch(folder, names)
    // Made while the watches were being hung up: nobody was told.
    return missing.some(exists)
  }

  close(): void {
    for (const { watcher } of this.#watches.values()) watcher.close()
    this.#watches.clear()
  }

  #watch(folder: string, names: ReadonlySet<string>): void {
    const known = this.#watches.get(folder)
    if (known) {
      known.names = names
      return
    }
    try {
      const watcher = this.#watchFolder(folder, { persistent: false }, (_, name) => { if (name === null || this.#watches.get(folder)?.names.has(name)) this.#onAppeared() })
      // Without this hint the next round finds it.
      watcher.on('error', () => { watcher.close(); this.#watches.delete(folder) })
      this.#watches.set(folder, { watcher, names })
    } catch { /* as above */ }
  }
}
