// Keeps up with the logs: first catches up with everything there is (nothing is enforced), judges once, then follows
// live. The walk is the truth about what exists, the cursors about what was read; a watcher only says when to look.
import type { AbortLike } from '../core/machine/clock.ts'
import { bytesLeft, type Finding, type FoundLog, type LogFinder, type LogWatcher, type ScanJob } from '../core/tailing/scan.ts'
import type { FollowedFile } from '../core/tailing/cursor-store.ts'
import { SECOND_MS } from '../core/time.ts'
import { codeOf } from '../core/errors.ts'
import type { IngestOutcome } from './ingest.ts'
import { readLogsInto, type ReadWorld } from './read-logs.ts'

/** `ended` of `files` logs are at their end. */
export interface Progress { readonly files: number; readonly ended: number; readonly bytes: number; readonly bytesTotal: number; readonly responses: number; readonly done: boolean }
export interface CatchUp { readonly finding: Finding; readonly files: number; readonly bytes: number; readonly lines: number; readonly responses: number; readonly added: number; readonly posted: number }

export interface FollowWorld extends ReadWorld {
  readonly finder: LogFinder
}

/** Reads every log to its present end. Interrupted at any point, the next call goes on from the committed cursors. */
export async function catchUp(world: FollowWorld, onProgress: (progress: Progress) => void, signal?: AbortLike): Promise<CatchUp> {
  const cursors = await cursorsByPath(world)
  // A first index: its threads start while the logs are looked for.
  if (cursors.size === 0) world.scanner.prepare?.()
  const finding = world.finder.find()
  const jobs = jobsFor(finding.logs, cursors)
  await markGone(world, finding, cursors)
  const progress = { files: jobs.length, ended: 0, bytes: 0, bytesTotal: jobs.reduce((sum, job) => sum + bytesLeft(job), 0), responses: 0, done: false }
  let lines = 0, posted = 0, read = 0
  onProgress(progress)
  await readLogsInto(world, jobs, 'catch-up', (outcome, batch) => {
    lines += batch.lines
    posted += outcome.posted
    progress.bytes += batch.bytes
    for (const file of batch.files) if (file.outcome !== 'read' || file.atEnd) progress.ended++
    read += outcome.read
    progress.responses += outcome.added
    onProgress(progress)
  }, () => signal?.aborted ?? false)
  onProgress({ ...progress, ended: jobs.length, done: true })
  return { finding, files: jobs.length, bytes: progress.bytes, lines, responses: read, added: progress.responses, posted }
}

export interface FollowTold {
  /** After each committed batch. */
  readonly onBatch: (outcome: IngestOutcome) => void
  /** The store could not be written; what was to be read is kept and tried again. */
  readonly onFault: (error: unknown) => void
}

// A full disk or a busy database is asked again this often; the cursors have not moved, so nothing is lost meanwhile.
const RETRY_MS = 2 * SECOND_MS

/** Follows the logs until the signal aborts. */
export async function follow(world: FollowWorld, watcher: LogWatcher, told: FollowTold, signal: AbortLike): Promise<void> {
  const unread = new Map<string, FoundLog>()
  let turn: Promise<void> = Promise.resolve()
  const drain = async (): Promise<void> => {
    if (unread.size === 0) return
    const logs = [...unread.values()]
    try {
      const torn = await readOn(world, logs, told.onBatch)
      for (const log of logs) if (unread.get(log.path) === log && !torn.has(log.path)) unread.delete(log.path)
    } catch (error) {
      if (codeOf(error) === 'internal') throw error
      told.onFault(error)
    }
  }
  // One at a time: the watcher and the retry never read the same file side by side.
  const readUnread = (): Promise<void> => (turn = turn.then(drain))
  const retrying = (async () => {
    while (!signal.aborted) {
      await world.clock.sleep(RETRY_MS, signal)
      await readUnread()
    }
  })()
  const watching = watcher.watch(async ({ changed, gone }) => {
    for (const log of changed) unread.set(log.path, log)
    await readUnread()
    for (const log of gone) if (world.finder.isGone(log)) await world.stores.transaction(() => world.stores.cursors.markGone(log.path, world.clock.now()))
  }, signal)
  await Promise.all([watching, retrying])
}

/** Paths of what was being written just then, and is worth another look. */
async function readOn(world: FollowWorld, logs: readonly FoundLog[], onBatch: FollowTold['onBatch']): Promise<ReadonlySet<string>> {
  const torn = new Set<string>()
  const cursors = await world.stores.read(function* () {
    const found = new Map<string, FollowedFile>()
    for (const log of logs) {
      const cursor = yield* world.stores.cursors.get(log.path)
      if (cursor) found.set(log.path, cursor)
    }
    return found
  })
  const jobs = jobsFor(logs, cursors)
  if (jobs.length > 0) await readLogsInto(world, jobs, 'live', (outcome, batch) => {
    for (const read of batch.files) if (read.outcome === 'torn') torn.add(read.log.path)
    onBatch(outcome)
  })
  return torn
}

async function cursorsByPath(world: FollowWorld): Promise<Map<string, FollowedFile>> {
  const all = await world.stores.read(() => world.stores.cursors.all())
  return new Map(all.map(file => [file.path, file]))
}

/** What has not changed since it was read to its end needs no look at all: 2,400 opens saved on every start. */
const jobsFor = (logs: readonly FoundLog[], cursors: ReadonlyMap<string, FollowedFile>): ScanJob[] => logs
  .map(log => ({ log, cursor: cursors.get(log.path) }))
  .filter(({ log, cursor }) => !cursor || cursor.size !== log.size || cursor.modifiedAt !== log.modifiedAt)

async function markGone(world: FollowWorld, finding: Finding, cursors: ReadonlyMap<string, FollowedFile>): Promise<void> {
  const found = new Set(finding.logs.map(log => log.path))
  const missing = [...cursors.values()].filter(file => !found.has(file.path) && world.finder.isGone(file))
  if (missing.length === 0) return
  await world.stores.transaction(function* () {
    for (const file of missing) yield* world.stores.cursors.markGone(file.path, world.clock.now())
  })
}
