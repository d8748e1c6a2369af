// One log of lines being read, over as many batches as it takes: from where its cursor stands, with what its parser
// remembered there. A compressed log is always read whole: it is written once, and keys make a second reading harmless.
import { assert } from '../../core/errors.ts'
import { MEMORY_CHARACTERS_MAX, type LineParser, type LineSource } from '../../core/sessions/log-source.ts'
import { BatchBuilder } from '../../core/tailing/batch-builder.ts'
import { transition, type Transition } from '../../core/tailing/cursor.ts'
import type { FollowedFile } from '../../core/tailing/cursor-store.ts'
import { digest } from '../../core/tailing/digest.ts'
import type { FoundFields } from '../../core/tailing/field-plan.ts'
import { LINE_BYTES_MAX, type FileRead, type ScanJob } from '../../core/tailing/scan.ts'
import type { ParsedLine } from '../../core/usage/usage-event.ts'
import type { Surroundings } from './companions.ts'
import { COMPRESSED_SUFFIX, decompressedBytes } from './compressed-lines.ts'
import { FlawCounts } from './flaw-counts.ts'
import type { LineKernel } from './line-kernel.ts'
import { LineReader, readsOf, type LineSink, type Prefix, type ReadAt } from './line-reader.ts'
import { lookAt, type OpenLog } from './log-file.ts'
import type { ScanTools } from './scan-tools.ts'

export interface BatchBounds { readonly events: number; readonly bytes: number }

/** What all forms of logs are read through. */
export interface OpenScan {
  /** Reads on into the batch; false when the batch is full before the log's end. Either way the log stands in the batch. */
  readInto(batch: BatchBuilder): boolean
}

export interface ScanRoom {
  readonly window: Buffer
  /** Finds lines in the window; null where JavaScript does. */
  readonly kernel: LineKernel | null
  readonly bounds: BatchBounds
  readonly tools: ScanTools
  readonly around: Surroundings
}

export const isFull = (batch: BatchBuilder, bounds: BatchBounds): boolean => batch.facts >= bounds.events || batch.bytes >= bounds.bytes

const LONG_LINE = `a line is longer than ${LINE_BYTES_MAX / 1024 / 1024} MiB and was not read`
const CUT_LINE = 'the line is cut or is not a JSON object'
export const LONG_MEMORY = 'its parser remembers more than can be kept; what follows may be read without it'
const NO_PREFIX: Prefix = { head: new Uint8Array(0), tail: new Uint8Array(0) }

export class LineScan implements OpenScan, LineSink {
  readonly #job: ScanJob
  readonly #parser: LineParser
  readonly #log: OpenLog
  readonly #compressed: boolean
  readonly #transition: Exclude<Transition, { kind: 'gone' }>
  readonly #generation: number
  readonly #reader: LineReader
  readonly #bounds: BatchBounds
  #batch = new BatchBuilder()
  #flaws = new FlawCounts()
  #countedTo: number
  #countedLines = 0

  constructor(job: ScanJob, source: LineSource, log: OpenLog, { window, kernel, bounds, tools, around }: ScanRoom) {
    this.#job = job
    this.#log = log
    this.#bounds = bounds
    this.#compressed = job.log.path.endsWith(COMPRESSED_SUFFIX)
    const prints = lookAt(log, job.cursor)
    this.#transition = this.#compressed ? { kind: 'new' } : transition(job.cursor, prints.look) as Exclude<Transition, { kind: 'gone' }>
    const continues = this.#transition.kind === 'append' || this.#transition.kind === 'unchanged'
    const from = continues && job.cursor ? job.cursor.offset : 0
    this.#generation = job.cursor ? job.cursor.generation + (continues || this.#compressed ? 0 : 1) : 0
    // From the start there is nothing to remember, whatever the cursor says.
    this.#parser = source.open(around.openingFor(job.log, source, from > 0 ? job.cursor?.memory ?? null : null))
    this.#countedTo = from
    const read = this.#compressed ? decompressed(log.fd, tools) : readsOf(log.fd)
    this.#reader = new LineReader({ read, from, to: this.#compressed ? Number.MAX_SAFE_INTEGER : log.size }, window, markersOf(source), continues ? prints : NO_PREFIX, kernel && { kernel, plan: source.plan ?? null })
    const { parseFound } = this.#parser
    if (parseFound) this.picked = (found, offset) => this.#tell(parseFound(found, log.modifiedAt), offset, found.end - found.start)
  }

  readInto(batch: BatchBuilder): boolean {
    this.#batch = batch
    const atEnd = this.#reader.run(this)
    const { offset, lines } = this.#reader
    // Of a packed log what lies on the disk is counted, once: sizes are what progress is measured by.
    batch.addRead(lines - this.#countedLines, !this.#compressed ? offset - this.#countedTo : atEnd ? this.#log.size : 0)
    const from = this.#countedTo
    this.#countedTo = offset
    this.#countedLines = lines
    const file = this.#file(atEnd)
    batch.addFile({ outcome: 'read', log: this.#job.log, transition: this.#transition, file, atEnd, growth: this.#growth(), flaws: this.#flaws.of(file.path, this.#generation) })
    this.#flaws = new FlawCounts()
    assert(atEnd || offset > from, `a batch moves the cursor of ${file.path} beyond ${offset}`)
    return atEnd
  }

  marked(line: Buffer, offset: number): void {
    this.#tell(this.#parser.parse(line, this.#log.modifiedAt), offset, line.length)
  }

  picked?: (found: FoundFields, offset: number) => void

  #tell(parsed: ParsedLine, offset: number, length: number): void {
    this.#flaws.addParsed(parsed, offset, length)
    this.#batch.addParsed(parsed)
  }

  odd(offset: number): void {
    this.#flaws.add('malformed', { offset, bytes: 0, why: CUT_LINE })
  }

  gap(offset: number, length: number): void {
    this.#flaws.addGap({ offset, bytes: length, why: LONG_LINE })
  }

  isFull(): boolean {
    return this.#batch.facts >= this.#bounds.events || this.#reader.offset - this.#countedTo + this.#batch.bytes >= this.#bounds.bytes
  }

  #growth(): number {
    switch (this.#transition.kind) {
      case 'append': return this.#log.size - this.#transition.from
      case 'unchanged': return 0
      default: return this.#log.size
    }
  }

  /** The size of an unfinished file is how far it was read: equal to what `stat` says only once there is nothing left to do. */
  #file(atEnd: boolean): FollowedFile {
    const { log } = this.#job
    const { device, inode, modifiedAt, size } = this.#log
    const whose = { path: log.path, device, inode, generation: this.#generation, root: log.root, agent: log.agent, account: log.account, modifiedAt }
    // Half of a compressed log cannot be gone on with: its cursor says that nothing was read, or all.
    if (this.#compressed) return { ...whose, offset: atEnd ? size : 0, headLength: 0, head: '', tail: '', size: atEnd ? size : 0, memory: '' }
    const { offset, head, tail } = this.#reader
    return {
      ...whose, offset, headLength: head.length, head: head.length === 0 ? '' : digest(head), tail: offset === 0 ? '' : digest(tail),
      size: atEnd ? size : offset, memory: this.#memory(offset),
    }
  }

  #memory(offset: number): string {
    const memory = this.#parser.memory()
    if (memory.length <= MEMORY_CHARACTERS_MAX) return memory
    this.#flaws.addGap({ offset, bytes: 0, why: LONG_MEMORY })
    return ''
  }
}

function decompressed(fd: number, { decompress }: ScanTools): ReadAt {
  if (!decompress) throw new Error('a compressed log needs a decompressor')
  return decompressedBytes(fd, decompress)
}

const MARKERS = new WeakMap<LineSource, readonly Buffer[]>()

function markersOf(source: LineSource): readonly Buffer[] {
  const known = MARKERS.get(source)
  if (known) return known
  const markers = source.markers.map(marker => Buffer.from(marker, 'latin1'))
  MARKERS.set(source, markers)
  return markers
}

export const unreadable = ({ log, cursor }: ScanJob, why: string): FileRead => ({
  outcome: 'unreadable', log,
  flaw: { path: log.path, kind: 'unreadable', generation: cursor?.generation ?? 0, firstOffset: cursor?.offset ?? 0, occurrences: 1, bytes: 0, why },
})
