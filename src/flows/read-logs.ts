// Reads jobs into the ledger, batch by batch, so that one bad file never keeps the others unread: when a batch fails for
// a reason that is not the store's, its files are read one by one, and the one that fails again and again is set aside
// (quarantined), told, and left with its cursor where it was.
import { codeOf, ERROR_CODES, messageOf } from '../core/errors.ts'
import type { LogScanner, ScanBatch, ScanJob } from '../core/tailing/scan.ts'
import { ingestTogether, type IngestMode, type IngestOutcome, type IngestWorld } from './ingest.ts'

export interface ReadWorld extends IngestWorld {
  readonly scanner: LogScanner
  /** Paths set aside, with how often each failed; lives as long as the process, so that a newer version tries again. */
  readonly setAside: Map<string, number>
}

/** The third time is no accident. */
export const FAILURES_MAX = 3

export type OnBatch = (outcome: IngestOutcome, batch: ScanBatch) => void

/** Reads every job that is not set aside. Throws only for operating faults of the store: then nothing of the batch happened. */
export async function readLogsInto(world: ReadWorld, jobs: readonly ScanJob[], mode: IngestMode, onBatch: OnBatch, stopped: () => boolean = () => false): Promise<void> {
  const wanted = jobs.filter(job => (world.setAside.get(job.log.path) ?? 0) < FAILURES_MAX)
  try {
    await readBatches(world, wanted, mode, onBatch, stopped)
  } catch (error) {
    if (isOperating(error)) throw error
    for (const job of wanted) if (!stopped()) await readAlone(world, job, mode, onBatch, stopped)
  }
}

async function readBatches(world: ReadWorld, jobs: readonly ScanJob[], mode: IngestMode, onBatch: OnBatch, stopped: () => boolean): Promise<void> {
  let waiting: ScanBatch[] = []
  const commit = async (): Promise<void> => {
    const batches = waiting
    waiting = []
    const outcomes = await ingestTogether(world, batches, mode)
    for (const [index, outcome] of outcomes.entries()) {
      const batch = batches[index] as ScanBatch
      onBatch(outcome, batch)
      batch.release?.()
    }
  }
  for await (const batch of world.scanner.scan(jobs)) {
    waiting.push(batch)
    // Live, every batch is judged at once.
    if (mode === 'catch-up' && !stopped() && wantsMore(waiting)) continue
    await commit()
    if (stopped()) return
  }
  if (waiting.length > 0) await commit()
}

// Four commits of 2,000 responses cost half as much again as one of 8,000; more gain little and hold the lock longer.
const RESPONSES_TOGETHER = 8_000
// Logs that say nothing about usage come in batches too; a scanner makes at most twice as many ahead.
const BATCHES_TOGETHER = 16

// One by one they would write a page of the keys for each response: twice the log, and folding it takes longer than waiting.
const LEAST_TOGETHER = 4

/** A commit that waits for company while nothing is ready keeps the disk idle: what is there goes at once. */
const wantsMore = (waiting: readonly ScanBatch[]): boolean =>
  waiting.length < BATCHES_TOGETHER && (waiting.length < LEAST_TOGETHER || waiting.at(-1)?.isLastReady !== true) && waiting.reduce((sum, { usage }) => sum + usage.length, 0) < RESPONSES_TOGETHER

/** From the committed cursor: what the failed run of many files had read already costs a look, never a second count. */
async function readAlone(world: ReadWorld, { log }: ScanJob, mode: IngestMode, onBatch: OnBatch, stopped: () => boolean): Promise<void> {
  for (let failures = world.setAside.get(log.path) ?? 0; failures < FAILURES_MAX;) {
    try {
      const cursor = await world.stores.read(() => world.stores.cursors.get(log.path))
      await readBatches(world, [{ log, cursor }], mode, onBatch, stopped)
      return
    } catch (error) {
      if (isOperating(error)) throw error
      world.setAside.set(log.path, ++failures)
      if (failures >= FAILURES_MAX) await quarantine(world, log.path, error)
    }
  }
}

async function quarantine(world: ReadWorld, path: string, error: unknown): Promise<void> {
  await world.stores.transaction(function* () {
    const now = world.clock.now()
    const cursor = yield* world.stores.cursors.get(path)
    yield* world.stores.cursors.addFlaw({ path, kind: 'quarantined', generation: cursor?.generation ?? 0, firstOffset: cursor?.offset ?? 0, occurrences: 1, bytes: 0, why: messageOf(error) }, now)
    yield* world.stores.events.add({ code: 'log.quarantined', level: 'error', fields: { path, why: messageOf(error) } }, now)
  })
}

/** A fault of the store or the system, not of what was read: waiting helps, setting files aside would not. */
const isOperating = (error: unknown): boolean => {
  const code = codeOf(error)
  return code === 'store_unusable' || (code !== 'internal' && ERROR_CODES[code].retryable)
}
