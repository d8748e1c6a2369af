// Keeps up with the logs: first catches up with everything there is (nothing is enforced), judges once, then follows
// live. The walk is the truth about what exists, the cursors about what was read; a watcher only says when to look.
import type { AbortLike } from '../core/machine/clock.ts'
import type { Finding, FoundLog, LogFinder, LogScanner, LogWatcher, ScanJob } from '../core/tailing/scan.ts'
import type { FollowedFile } from '../core/tailing/cursor-store.ts'
import { ingest, type IngestMode, type IngestOutcome, type IngestWorld } from './ingest.ts'

export interface Progress { readonly files: number; readonly bytes: number; readonly bytesTotal: number; readonly responses: number; readonly done: boolean }
export interface CatchUp { readonly finding: Finding; readonly files: number; readonly bytes: number; readonly lines: number; readonly responses: number; readonly posted: number }

export interface FollowWorld extends IngestWorld {
  readonly finder: LogFinder
  readonly scanner: LogScanner
}

/** Reads every log to its present end. Interrupted at any point, the next call goes on from the committed cursors. */
export async function catchUp(world: FollowWorld, onProgress: (progress: Progress) => void, signal?: AbortLike): Promise<CatchUp> {
  const finding = world.finder.find()
  const cursors = await cursorsByPath(world)
  const jobs = jobsFor(finding.logs, cursors)
  await markGone(world, finding, cursors)
  const bytesTotal = jobs.reduce((sum, job) => sum + remaining(job), 0)
  const progress = { files: jobs.length, bytes: 0, bytesTotal, responses: 0, done: false }
  let lines = 0, posted = 0
  onProgress(progress)
  for await (const batch of world.scanner.scan(jobs)) {
    const outcome = await ingest(world, batch, 'catch-up')
    lines += batch.lines
    posted += outcome.posted.length
    progress.bytes += batch.bytes
    progress.responses += outcome.responses
    onProgress(progress)
    if (signal?.aborted) break
  }
  onProgress({ ...progress, done: true })
  return { finding, files: jobs.length, bytes: progress.bytes, lines, responses: progress.responses, posted }
}

/** Follows the logs until the signal aborts; `onBatch` runs after each committed batch. */
export async function follow(world: FollowWorld, watcher: LogWatcher, onBatch: (outcome: IngestOutcome) => void, signal: AbortLike): Promise<void> {
  await watcher.watch(async ({ changed, gone }) => {
    await readOn(world, changed, 'live', onBatch)
    for (const log of gone) if (world.finder.isGone(log)) await world.stores.transaction(() => world.stores.cursors.markGone(log.path, world.clock.now()))
  }, signal)
}

async function readOn(world: FollowWorld, logs: readonly FoundLog[], mode: IngestMode, onBatch: (outcome: IngestOutcome) => void): Promise<void> {
  if (logs.length === 0) return
  const jobs = await world.stores.read(function* () {
    const found: ScanJob[] = []
    for (const log of logs) found.push({ log, cursor: yield* world.stores.cursors.get(log.path) })
    return found
  })
  for await (const batch of world.scanner.scan(jobs)) {
    onBatch(await ingest(world, batch, mode))
  }
}

async function cursorsByPath(world: FollowWorld): Promise<Map<string, FollowedFile>> {
  const all = await world.stores.read(() => world.stores.cursors.all())
  return new Map(all.map(file => [file.path, file]))
}

/** What has not changed since it was read to its end needs no look at all: 2,400 opens saved on every start. */
const jobsFor = (logs: readonly FoundLog[], cursors: ReadonlyMap<string, FollowedFile>): ScanJob[] => logs
  .map(log => ({ log, cursor: cursors.get(log.path) }))
  .filter(({ log, cursor }) => !cursor || cursor.size !== log.size || cursor.modifiedAt !== log.modifiedAt)

const remaining = ({ log, cursor }: ScanJob): number => (cursor && cursor.offset <= log.size ? log.size - cursor.offset : log.size)

async function markGone(world: FollowWorld, finding: Finding, cursors: ReadonlyMap<string, FollowedFile>): Promise<void> {
  const found = new Set(finding.logs.map(log => log.path))
  const missing = [...cursors.values()].filter(file => !found.has(file.path) && world.finder.isGone(file))
  if (missing.length === 0) return
  await world.stores.transaction(function* () {
    for (const file of missing) yield* world.stores.cursors.markGone(file.path, world.clock.now())
  })
}
