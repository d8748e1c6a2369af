// Stations 1 and 2 joined: opens each log, decides by its cursor where to read on, and parses what is new into batches.
// Synchronous and pulled: nothing is read ahead of the batch that is asked for.
import { closeSync } from 'node:fs'
import { messageOf } from '../../core/errors.ts'
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import type { LogSource } from '../../core/sessions/log-source.ts'
import { BatchBuilder } from '../../core/tailing/batch-builder.ts'
import { BATCH_BYTES_MAX, BATCH_EVENTS_MAX, type ScanBatch, type ScanJob } from '../../core/tailing/scan.ts'
import { Surroundings } from './companions.ts'
import { COMPRESSED_SUFFIX } from './compressed-lines.ts'
import { DatabaseScan } from './database-reader.ts'
import { DocumentScan } from './document-reader.ts'
import { WINDOW_BYTES, type LineKernel } from './line-kernel.ts'
import { isFull, LineScan, unreadable, type BatchBounds, type OpenScan, type ScanRoom } from './line-scan.ts'
import { openLog, type OpenLog } from './log-file.ts'
import { BARE_TOOLS, type ScanTools } from './scan-tools.ts'

export type Adapters = ReadonlyMap<string, AgentAdapter>
export type { BatchBounds } from './line-scan.ts'
export const BATCH_BOUNDS: BatchBounds = { events: BATCH_EVENTS_MAX, bytes: BATCH_BYTES_MAX }

/** Batches of everything the jobs' logs hold beyond their cursors. Logs are taken in order and share batches; a kernel serves one scan at a time. */
export function* scanFiles(jobs: Iterable<ScanJob>, adapters: Adapters, bounds: BatchBounds = BATCH_BOUNDS, tools: ScanTools = BARE_TOOLS, kernel: LineKernel | null = null): Generator<ScanBatch, void, void> {
  const room: ScanRoom = { window: kernel?.window ?? Buffer.allocUnsafeSlow(WINDOW_BYTES), kernel, bounds, tools, around: new Surroundings(tools) }
  let batch = new BatchBuilder()
  for (const job of jobs) {
    const source = sourceOf(job, adapters)
    const opening = openLog(job.log.path, job.log.root, room.around.folders)
    if (!opening.opened) {
      batch.addFile(opening.gone ? { outcome: 'gone', log: job.log } : unreadable(job, opening.why))
      continue
    }
    try {
      const scan = opened(job, source, opening.log, room)
      if (typeof scan === 'string') batch.addFile(unreadable(job, scan))
      else {
        while (!scan.readInto(batch)) {
          yield batch.build()
          batch = new BatchBuilder()
        }
      }
    } finally {
      room.around.release()
      closeSync(opening.log.fd)
    }
    if (isFull(batch, bounds)) {
      yield batch.build()
      batch = new BatchBuilder()
    }
  }
  if (!batch.isEmpty) yield batch.build()
}

/** The scan of this log, or why it cannot be read here. */
function opened(job: ScanJob, source: LogSource, log: OpenLog, room: ScanRoom): OpenScan | string {
  switch (source.form) {
    case 'document': return new DocumentScan(job, source, log, room)
    case 'database': return room.tools.openForeign ? new DatabaseScan(job, source, log, room) : 'databases cannot be read here'
    case 'lines': {
      if (!job.log.path.endsWith(COMPRESSED_SUFFIX)) return new LineScan(job, source, log, room)
      return room.tools.decompress ? new CompressedScan(job, new LineScan(job, source, log, room)) : 'compressed logs cannot be read here'
    }
  }
}

/** A compressed log may turn out to be damaged anywhere; what was read of it until then stands. */
class CompressedScan implements OpenScan {
  readonly #job: ScanJob
  readonly #lines: LineScan

  constructor(job: ScanJob, lines: LineScan) {
    this.#job = job
    this.#lines = lines
  }

  readInto(batch: BatchBuilder): boolean {
    try {
      return this.#lines.readInto(batch)
    } catch (error) {
      batch.addFile(unreadable(this.#job, `it cannot be decompressed: ${messageOf(error)}`))
      return true
    }
  }
}

export function sourceOf({ log }: Pick<ScanJob, 'log'>, adapters: Adapters): LogSource {
  const source = adapters.get(log.agent)?.sources.find(each => each.name === log.source)
  if (!source) throw new Error(`no source ${log.agent}/${log.source}`)
  return source
}
