// Stations 1 and 2 joined: opens each log, decides by its cursor where to read on, and parses what is new into batches.
// Synchronous and pulled: nothing is read ahead of the batch that is asked for.
import { closeSync } from 'node:fs'
import { relative } from 'node:path'
import { assert } from '../core/errors.ts'
import type { AgentAdapter } from '../core/sessions/agent-adapter.ts'
import type { LineParser, LineSource } from '../core/sessions/log-source.ts'
import { BatchBuilder } from '../core/tailing/batch-builder.ts'
import { transition, type Cursor, type Transition } from '../core/tailing/cursor.ts'
import type { FollowedFile, Flaw } from '../core/tailing/cursor-store.ts'
import { digest } from '../core/tailing/digest.ts'
import { BATCH_BYTES_MAX, BATCH_EVENTS_MAX, LINE_BYTES_MAX, type ScanBatch, type ScanJob } from '../core/tailing/scan.ts'
import { LineReader, WINDOW_BYTES, type LineSink } from './line-reader.ts'
import { lookAt, openLog, type OpenLog } from './log-file.ts'

export type Adapters = ReadonlyMap<string, AgentAdapter>
export interface BatchBounds { readonly events: number; readonly bytes: number }
export const BATCH_BOUNDS: BatchBounds = { events: BATCH_EVENTS_MAX, bytes: BATCH_BYTES_MAX }
type Present = Exclude<Transition, { kind: 'gone' }>

/** Batches of everything the jobs' files hold beyond their cursors. Files are taken in order and share batches. */
export function* scanFiles(jobs: Iterable<ScanJob>, adapters: Adapters, bounds: BatchBounds = BATCH_BOUNDS): Generator<ScanBatch, void, void> {
  const window = Buffer.allocUnsafeSlow(WINDOW_BYTES)
  const folders = new Map<string, string>()
  let batch = new BatchBuilder()
  for (const job of jobs) {
    const source = sourceOf(job, adapters)
    const opening = openLog(job.log.path, job.log.root, folders)
    if (!opening.opened) {
      batch.addFile(opening.gone ? { outcome: 'gone', log: job.log } : { outcome: 'unreadable', log: job.log, flaw: unreadable(job, opening.why) })
      continue
    }
    try {
      const file = new FileScan(job, source, opening.log, window, bounds)
      while (!file.readInto(batch)) {
        yield batch.build()
        batch = new BatchBuilder()
      }
    } finally {
      closeSync(opening.log.fd)
    }
    if (isFull(batch, bounds)) {
      yield batch.build()
      batch = new BatchBuilder()
    }
  }
  if (!batch.isEmpty) yield batch.build()
}

const isFull = (batch: BatchBuilder, bounds: BatchBounds): boolean => batch.facts >= bounds.events || batch.bytes >= bounds.bytes

/** One file being read, over as many batches as it takes. */
class FileScan implements LineSink {
  readonly #job: ScanJob
  readonly #parser: LineParser
  readonly #log: OpenLog
  readonly #transition: Present
  readonly #generation: number
  readonly #reader: LineReader
  readonly #bounds: BatchBounds
  #batch = new BatchBuilder()
  #flaws = new FlawCounts()
  #countedTo: number
  #countedLines = 0

  constructor(job: ScanJob, source: LineSource, log: OpenLog, window: Buffer, bounds: BatchBounds) {
    const prints = lookAt(log, job.cursor)
    this.#job = job
    this.#parser = source.open({ place: job.log.place, path: relative(job.log.root, job.log.path), root: job.log.root, memory: null, companions: {} })
    this.#log = log
    this.#bounds = bounds
    this.#transition = transition(job.cursor, prints.look) as Present
    const continues = this.#transition.kind === 'append' || this.#transition.kind === 'unchanged'
    this.#generation = job.cursor ? job.cursor.generation + (continues ? 0 : 1) : 0
    const from = continues && job.cursor ? job.cursor.offset : 0
    this.#countedTo = from
    const prefix = continues ? prints : { head: new Uint8Array(0), tail: new Uint8Array(0) }
    this.#reader = new LineReader({ fd: log.fd, from, to: log.size }, window, markersOf(source), prefix)
  }

  /** Reads on into the batch; false when the batch is full before the file's end. Either way the file stands in the batch. */
  readInto(batch: BatchBuilder): boolean {
    this.#batch = batch
    const atEnd = this.#reader.run(this)
    const { offset, lines } = this.#reader
    batch.addRead(lines - this.#countedLines, offset - this.#countedTo)
    const from = this.#countedTo
    this.#countedTo = offset
    this.#countedLines = lines
    const file = this.#file(atEnd)
    batch.addFile({
      outcome: 'read', log: this.#job.log, transition: this.#transition, file, atEnd,
      growth: this.#log.size - (this.#transition.kind === 'append' ? this.#transition.from : this.#transition.kind === 'unchanged' ? this.#log.size : 0),
      flaws: this.#flaws.of(this.#job.log.path, this.#generation),
    })
    this.#flaws = new FlawCounts()
    assert(atEnd || offset > from, `a batch moves the cursor of ${file.path} beyond ${offset}`)
    return atEnd
  }

  marked(line: Buffer, offset: number): void {
    const parsed = this.#parser.parse(line, this.#log.modifiedAt)
    if (parsed.kind === 'malformed') this.#flaws.add('malformed', offset, line.length, parsed.why)
    else if (parsed.kind === 'usage' && parsed.events.some(event => event.damaged)) this.#flaws.add('damaged', offset, line.length, 'a counter is negative, fractional, absurd or no number; it counts as 0')
    this.#batch.addParsed(parsed)
  }

  odd(offset: number): void {
    this.#flaws.add('malformed', offset, 0, 'the line is cut or is not a JSON object')
  }

  gap(offset: number, length: number): void {
    this.#flaws.addGap(offset, length)
  }

  isFull(): boolean {
    return this.#batch.facts >= this.#bounds.events || this.#reader.offset - this.#countedTo + this.#batch.bytes >= this.#bounds.bytes
  }

  /** The size of an unfinished file is how far it was read: equal to what `stat` says only once there is nothing left to do. */
  #file(atEnd: boolean): FollowedFile {
    const { log } = this.#job
    const { offset, head, tail } = this.#reader
    const { device, inode, modifiedAt } = this.#log
    const cursor: Cursor = {
      path: log.path, device, inode, generation: this.#generation, offset,
      headLength: head.length, head: head.length === 0 ? '' : digest(head), tail: offset === 0 ? '' : digest(tail),
    }
    return { ...cursor, root: log.root, agent: log.agent, account: log.account, size: atEnd ? this.#log.size : offset, modifiedAt }
  }
}

function sourceOf({ log }: ScanJob, adapters: Adapters): LineSource {
  const source = adapters.get(log.agent)?.sources.find(each => each.name === log.source)
  if (source?.form !== 'lines') throw new Error(`no source ${log.agent}/${log.source} of lines`)
  return source
}

const MARKERS = new WeakMap<LineSource, readonly Buffer[]>()

function markersOf(source: LineSource): readonly Buffer[] {
  const known = MARKERS.get(source)
  if (known) return known
  const markers = source.markers.map(marker => Buffer.from(marker, 'latin1'))
  MARKERS.set(source, markers)
  return markers
}

const unreadable = ({ log, cursor }: ScanJob, why: string): Flaw =>
  ({ path: log.path, kind: 'unreadable', generation: cursor?.generation ?? 0, firstOffset: cursor?.offset ?? 0, occurrences: 1, bytes: 0, why })

// More than a handful of distinct gaps in one file is a file that is no log; the rest is counted with the last.
const GAPS_MAX = 100

/** What was wrong in one file within one batch: a count per kind with its first place; every gap by itself. */
class FlawCounts {
  readonly #counts = new Map<'malformed' | 'damaged', { firstOffset: number; occurrences: number; bytes: number; why: string }>()
  readonly #gaps: { firstOffset: number; occurrences: number; bytes: number }[] = []

  add(kind: 'malformed' | 'damaged', offset: number, bytes: number, why: string): void {
    const known = this.#counts.get(kind)
    if (known) {
      known.occurrences++
      known.bytes += bytes
    } else this.#counts.set(kind, { firstOffset: offset, occurrences: 1, bytes, why })
  }

  addGap(offset: number, length: number): void {
    const last = this.#gaps.at(-1)
    if (this.#gaps.length < GAPS_MAX || !last) this.#gaps.push({ firstOffset: offset, occurrences: 1, bytes: length })
    else {
      last.occurrences++
      last.bytes += length
    }
  }

  of(path: string, generation: number): Flaw[] {
    const counted = [...this.#counts].map(([kind, flaw]): Flaw => ({ path, kind, generation, ...flaw }))
    const why = `a line is longer than ${LINE_BYTES_MAX / 1024 / 1024} MiB and was not read`
    return [...counted, ...this.#gaps.map((gap): Flaw => ({ path, kind: 'oversized', generation, ...gap, why }))]
  }
}
