// Tells when logs changed. Looking is the truth, on a schedule that covers everything; watches on folders only say where
// to look at once. Without any watch it is slower and still right.
//
// What is looked at, and when: a hint's file or folder at once; hot logs (written in the last ten minutes) every second,
// four times a second without watches; each sweep all folders in turn and a slice of the other logs. Idle with 2,000 logs
// that is 0.3 % of a core, 0.5 % with 10,000.
import { watch, type FSWatcher } from 'node:fs'
import { dirname, join } from 'node:path'
import type { AbortLike, Clock } from '../../core/machine/clock.ts'
import type { LogChange, LogWatcher } from '../../core/tailing/scan.ts'
import { MINUTE_MS } from '../../core/time.ts'
import { AwaitedRoots, type WatchFolder } from './awaited-roots.ts'
import { FollowedTree } from './followed-tree.ts'
import { codeOfFault } from './log-file.ts'
import { resolveRoots, type FinderOptions } from './log-roots.ts'

export interface WatcherOptions extends FinderOptions {
  readonly clock: Clock
  readonly sweepMs: number
  /** Told once when watches cannot be had (inotify limits, network mounts) and looking has to do alone. */
  readonly onPolling: (why: string) => void
  /** How a folder is watched; `fs.watch` unless a test takes it away. */
  readonly watchFolder?: typeof watch
}

export const HOT_MS = 250
// Where a hint comes anyway: only an overflow of the kernel's queue loses one.
const HOT_WATCHED_MS = 1_000
const HOT_FOR_MS = 10 * MINUTE_MS
// 64 hot stats cost 0.2 ms; more sessions than that at once are found by their watches and the sweep.
const HOT_MAX = 64
// A response's records come in one or two writes within 25 ms: one look for both.
const COALESCE_MS = 15
// An agent writes to its database with every token, and asking it may mean a walk over a table without an index: one
// look at most in this time, and none for twenty times as long as the last one took (a twentieth of a core), within reason.
const DATABASE_EVERY_MS = 1_000
const DATABASE_REST_TIMES = 20
const DATABASE_REST_MAX_MS = 30_000
// About 5 us each: a sweep stays under 10 ms whatever the number of logs, and 15 sweeps cover up to that many.
const FOLDERS_PER_SWEEP = 1_000
const FILES_PER_SWEEP_MAX = 1_000
const SWEEPS_PER_ROUND = 15

export function createLogWatcher(options: WatcherOptions): LogWatcher {
  return {
    watch: async (onChange, signal) => {
      const watching = new Watching(options)
      const stop = (): void => watching.wake()
      signal.addEventListener('abort', stop, { once: true })
      try {
        await watching.run(onChange, signal)
      } finally {
        signal.removeEventListener('abort', stop)
        watching.close()
      }
    },
  }
}

class Watching {
  readonly #options: WatcherOptions
  readonly #tree: FollowedTree
  readonly #awaited: AwaitedRoots
  readonly #watches = new Map<string, FSWatcher>()
  /** Paths named by hints since the last look. */
  readonly #hinted = new Set<string>()
  /** Logs that changed lately, with the time until which they are hot. */
  readonly #hot = new Map<string, number>()
  #wakeUp = new AbortController()
  #polling = false
  /** A root that was waited for may be there now. */
  #rootsDue = true
  #sweeps = 0
  /** Databases are looked at again from then on. */
  #databasesFrom = 0
  #nextFolder = 0
  #nextFile = 0

  constructor(options: WatcherOptions) {
    this.#options = options
    this.#tree = new FollowedTree({ added: path => this.#hang(path), removed: path => this.#takeDown(path) })
    this.#awaited = new AwaitedRoots(() => { this.#rootsDue = true; this.wake() }, options.watchFolder as WatchFolder | undefined)
  }

  wake(): void {
    this.#wakeUp.abort()
  }

  close(): void {
    for (const watcher of this.#watches.values()) watcher.close()
    this.#watches.clear()
    this.#awaited.close()
  }

  async run(onChange: (change: LogChange) => Promise<void>, signal: AbortLike): Promise<void> {
    const { clock, sweepMs } = this.#options
    let nextSweep = clock.monotonicMs(), nextHot = nextSweep, first = true
    while (!signal.aborted) {
      const now = clock.monotonicMs()
      this.#tree.restDatabases(now < this.#databasesFrom)
      if (now >= nextSweep) {
        this.#sweep()
        nextSweep = now + sweepMs
      }
      if (this.#rootsDue) this.#lookForRoots()
      this.#lookAtHinted()
      if (now >= nextHot) {
        this.#lookAtHot(now)
        nextHot = now + (this.#polling ? HOT_MS : HOT_WATCHED_MS)
      }
      const change = first ? newest(this.#tree.take(), this.#options.maxFiles) : this.#tree.take()
      first = false
      for (const log of change.changed) this.#heat(log.path, log.modifiedAt)
      if (change.changed.length > 0 || change.gone.length > 0) {
        await onChange(change)
        this.#restAfter(change, clock.monotonicMs() - now)
      } else await this.#pause(Math.min(nextSweep, this.#hot.size === 0 ? nextSweep : nextHot, this.#tree.hasLate ? this.#databasesFrom : nextSweep) - now)
    }
  }

  #restAfter({ changed }: LogChange, tookMs: number): void {
    if (!changed.some(log => this.#tree.isDatabase(log.path))) return
    const rest = Math.max(DATABASE_EVERY_MS, Math.min(DATABASE_REST_TIMES * tookMs, DATABASE_REST_MAX_MS))
    this.#databasesFrom = this.#options.clock.monotonicMs() + rest
  }

  /** Waits until the time is over or a hint comes, and then a moment more for its neighbours. */
  async #pause(ms: number): Promise<void> {
    const { clock } = this.#options
    if (this.#hinted.size === 0 && !this.#rootsDue) await clock.sleep(Math.max(1, ms), this.#wakeUp.signal)
    if (this.#hinted.size > 0) await clock.sleep(COALESCE_MS)
    this.#wakeUp = new AbortController()
  }

  #lookAtHinted(): void {
    for (const hinted of this.#hinted) {
      const path = this.#tree.logOf(hinted)
      if (this.#tree.hasFile(path)) this.#tree.lookAtFile(path)
      else if (this.#tree.hasFolder(path)) this.#tree.lookAtFolder(path, true)
      else this.#tree.lookAtFolder(this.#knownFolderAbove(path), true)
    }
    this.#hinted.clear()
  }

  /** A hint may name something new, several folders deep where one handle watches a whole root. */
  #knownFolderAbove(path: string): string {
    let folder = dirname(path)
    while (!this.#tree.hasFolder(folder) && dirname(folder) !== folder) folder = dirname(folder)
    return folder
  }

  #lookAtHot(now: number): void {
    for (const [path, until] of this.#hot) {
      if (until < now) this.#hot.delete(path)
      else this.#tree.lookAtFile(path)
    }
  }

  #heat(path: string, modifiedAt: number): void {
    const { clock } = this.#options
    const age = clock.now() - modifiedAt
    this.#hot.delete(path)
    if (age < HOT_FOR_MS) this.#hot.set(path, clock.monotonicMs() + HOT_FOR_MS - Math.max(0, age))
    if (this.#hot.size > HOT_MAX) for (const oldest of this.#hot.keys()) { this.#hot.delete(oldest); break }
  }

  /** One step of the round that in the end has looked at everything. */
  #sweep(): void {
    const { folders, files } = this.#tree
    if (this.#sweeps % SWEEPS_PER_ROUND === 0 || folders.length === 0) this.#rootsDue = true
    this.#sweeps++
    this.#nextFolder = eachInTurn(folders, this.#nextFolder, FOLDERS_PER_SWEEP, path => this.#tree.lookAtFolder(path, false))
    // Without watches a resumed old log is found by this alone: then the whole allowance is used every time.
    const share = this.#polling ? FILES_PER_SWEEP_MAX : Math.min(FILES_PER_SWEEP_MAX, Math.ceil(files.length / SWEEPS_PER_ROUND))
    this.#nextFile = eachInTurn(files, this.#nextFile, share, path => this.#tree.lookAtFile(path))
  }

  #lookForRoots(): void {
    this.#tree.addRoots(resolveRoots(this.#options).roots)
    const { adapters, environment } = this.#options
    this.#rootsDue = !this.#polling && this.#awaited.await([...adapters.values()].flatMap(adapter => adapter.sources.flatMap(source => source.roots(environment).map(root => root.path))))
  }

  /** Linux has a cheap watch per folder; macOS and Windows one for a whole tree, which hangs on the root. */
  #hang(path: string): void {
    const recursive = this.#options.environment.platform !== 'linux'
    if (this.#polling || this.#watches.has(path) || (recursive && this.#isWatchedAbove(path))) return
    try {
      const watcher = (this.#options.watchFolder ?? watch)(path, { persistent: false, recursive }, (_, name) => this.#hint(name === null ? path : join(path, name)))
      watcher.on('error', error => this.#fallBack(path, error))
      this.#watches.set(path, watcher)
    } catch (error) {
      this.#fallBack(path, error)
    }
  }

  #isWatchedAbove(path: string): boolean {
    const above = dirname(path)
    return above !== path && (this.#watches.has(above) || this.#isWatchedAbove(above))
  }

  #hint(path: string): void {
    this.#hinted.add(path)
    this.wake()
  }

  /** A watch that fails for lack of handles fails for all that follow; one whose folder vanished is only that. */
  #fallBack(path: string, error: unknown): void {
    this.#takeDown(path)
    const code = codeOfFault(error)
    if (code === 'ENOENT' || code === 'EPERM' || this.#polling) return
    this.#polling = true
    this.#options.onPolling(`folders cannot be watched (${code}); logs are looked at every ${this.#options.sweepMs} ms instead`)
  }

  #takeDown(path: string): void {
    this.#watches.get(path)?.close()
    this.#watches.delete(path)
  }
}

/** The first look finds every log; later ones find what is written now, which is among the newest by itself. */
const newest = ({ changed, gone }: LogChange, maxFiles: number): LogChange =>
  ({ changed: maxFiles > 0 ? changed.toSorted((a, b) => b.modifiedAt - a.modifiedAt).slice(0, maxFiles) : changed, gone })

/** Calls `look` for the next `share` items, going round; returns where to go on. */
function eachInTurn(items: readonly string[], from: number, share: number, look: (item: string) => void): number {
  const count = Math.min(share, items.length)
  for (let k = 0; k < count; k++) look(items[(from + k) % items.length] as string)
  return items.length === 0 ? 0 : (from + count) % items.length
}
