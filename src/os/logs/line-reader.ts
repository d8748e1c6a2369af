// Reads the complete lines of an open file through one reused window. Splits at LF only; what follows the last LF waits.
// Memory is the window, whatever the file's size: only a longer line that may matter is ever held whole.
import { readSync } from 'node:fs'
import { HEAD_BYTES_MAX, TAIL_BYTES } from '../../core/tailing/cursor.ts'
import { LINE_BYTES_MAX } from '../../core/tailing/scan.ts'
import type { FieldPlan, FoundFields } from '../../core/tailing/field-plan.ts'
import { NOTHING, ODD, PICKED, type LineKernel } from './line-kernel.ts'

/** What the reader tells as it goes. Offsets are those of the line's first byte in the file. */
export interface LineSink {
  /** A complete line with a marker in it, without its newline; valid only during the call. */
  marked(line: Buffer, offset: number): void
  /** The same of a line in which the fields of the plan were found; absent in a sink that has none. */
  picked?(found: FoundFields, offset: number): void
  /** A complete line that is no JSON object and holds no marker. */
  odd(offset: number): void
  /** A line too long to look at. */
  gap(offset: number, length: number): void
  /** Asked after each line that was told: true pauses before the next. */
  isFull(): boolean
}

const LF = 0x0a, OPEN_BRACE = 0x7b, CLOSE_BRACE = 0x7d
const BOM = [0xef, 0xbb, 0xbf] as const

/** Reads up to `length` bytes from file position `position` to `at` in `target`; returns how many there were, 0 at the end. */
export type ReadAt = (target: Buffer, at: number, length: number, position: number) => number
export const readsOf = (fd: number): ReadAt => (target, at, length, position) => readSync(fd, target, at, length, position)

/** What finds lines quicker than JavaScript, in its own window, and fields in them for sinks that want it. */
export interface Finding { readonly kernel: LineKernel; readonly plan: FieldPlan | null }

export interface Prefix { readonly head: Uint8Array; readonly tail: Uint8Array }

/** One pass over [from, to) of a file. `offset` is always the start of a line. */
export class LineReader {
  /** Lines passed so far, blank ones included. */
  lines = 0
  readonly #read: ReadAt
  readonly #to: number
  readonly #window: Buffer
  readonly #markers: readonly Buffer[]
  readonly #finding: Finding | null
  /** File offset of the window's first byte. */
  #base: number
  #view: Buffer
  /** Start of the current line in the view. */
  #at = 0
  /** Next occurrence of each marker at or after `#at` in the view; Infinity when there is none. */
  #hits: number[] = []
  #head: Uint8Array
  /** Up to TAIL_BYTES bytes before the window's first byte. */
  #before: Uint8Array

  /** `prefix`: the bytes before `from` that fingerprints are made of, as they were verified. */
  constructor(file: { readonly read: ReadAt; readonly from: number; readonly to: number }, window: Buffer, markers: readonly Buffer[], prefix: Prefix, finding: Finding | null = null) {
    this.#read = file.read
    this.#base = file.from
    this.#to = file.to
    this.#window = window
    this.#view = window.subarray(0, 0)
    this.#markers = markers
    this.#finding = finding?.kernel.takes(window, markers) ? finding : null
    this.#head = prefix.head
    this.#before = prefix.tail
  }

  get offset(): number { return this.#base + this.#at }

  /** The first bytes of what was passed, at most HEAD_BYTES_MAX: taken from what was read, never read again. */
  get head(): Uint8Array { return this.#head }

  /** The last TAIL_BYTES bytes before `offset`, from what was read. */
  get tail(): Uint8Array {
    return lastBytes(this.#before, this.#view.subarray(0, this.#at))
  }

  /** Passes lines until the sink is full (false) or no complete line is left before `to` (true). */
  run(sink: LineSink): boolean {
    for (;;) {
      if (!this.#passLines(sink)) return false
      if (!this.#fill()) return true
      if (this.#view.length === this.#window.length && this.#view.indexOf(LF) === -1) {
        if (!this.#passLongLine(sink)) return true
        if (sink.isFull()) return false
      }
    }
  }

  /** Passes the complete lines of the view; false when the sink became full. */
  #passLines(sink: LineSink): boolean {
    const from = this.#at
    const passed = this.#finding ? this.#findLines(sink, this.#finding) : this.#searchLines(sink)
    if (this.#head.length < HEAD_BYTES_MAX) this.#extendHead(from, this.#at)
    return passed
  }

  #searchLines(sink: LineSink): boolean {
    const view = this.#view
    for (;;) {
      const start = this.#at
      const end = view.indexOf(LF, start)
      if (end === -1) return true
      this.lines++
      const told = this.#tell(sink, start, end)
      this.#at = end + 1
      if (told && sink.isFull()) return false
    }
  }

  #findLines(sink: LineSink, { kernel, plan: wanted }: Finding): boolean {
    const view = this.#view, { found } = kernel, plan = kernel.prepare(this.#markers, sink.picked ? wanted : null)
    for (;;) {
      const start = this.#at
      const from = this.#base + start === 0 ? afterBom(view, 0, view.length) : start
      const what = kernel.next(start, from, view.length, plan)
      const line = found.start === from ? start : found.start
      this.lines += kernel.lines
      this.#at = what === NOTHING ? line : found.end + 1
      if (what === NOTHING) return true
      if (what === PICKED) sink.picked?.(found, this.#base + line)
      else if (what === ODD) sink.odd(this.#base + line)
      else sink.marked(view.subarray(found.start, found.end), this.#base + line)
      if (sink.isFull()) return false
    }
  }

  #tell(sink: LineSink, start: number, end: number): boolean {
    const from = this.#base + start === 0 ? afterBom(this.#view, start, end) : start
    if (this.#isMarked(start, end)) {
      sink.marked(this.#view.subarray(from, end), this.#base + start)
      return true
    }
    if (isObjectOrBlank(this.#view, from, end)) return false
    sink.odd(this.#base + start)
    return true
  }

  #isMarked(start: number, end: number): boolean {
    let marked = false
    for (let m = 0; m < this.#markers.length; m++) {
      let hit = this.#hits[m] as number
      if (hit < start) this.#hits[m] = hit = found(this.#view.indexOf(this.#markers[m] as Buffer, start))
      if (hit < end) marked = true
    }
    return marked
  }

  #extendHead(start: number, end: number): void {
    const room = HEAD_BYTES_MAX - this.#head.length
    this.#head = Buffer.concat([this.#head, this.#view.subarray(start, Math.min(end, start + room))])
  }

  /** Moves the unfinished line to the front and reads on behind it; false when nothing more can be read. */
  #fill(): boolean {
    const carried = this.#view.length - this.#at
    this.#before = Uint8Array.from(this.tail)
    this.#window.copyWithin(0, this.#at, this.#view.length)
    this.#base += this.#at
    this.#at = 0
    const got = this.#readInto(carried, this.#base + carried)
    this.#view = this.#window.subarray(0, carried + got)
    if (!this.#finding) this.#hits = this.#markers.map(marker => found(this.#view.indexOf(marker)))
    return got > 0
  }

  /** Reads from file position `position` to window position `target`, as much as fits before `to`. */
  #readInto(target: number, position: number): number {
    const wanted = Math.min(this.#window.length - target, this.#to - position)
    return wanted > 0 ? this.#read(this.#window, target, wanted, position) : 0
  }

  /**
   * The line at `#base` fills the window. Streams on to its end without keeping it, and reads it whole only when a marker
   * was seen in it. False when it does not end before `to`.
   */
  #passLongLine(sink: LineSink): boolean {
    const start = this.#base
    const opens = firstInk(this.#view, start === 0 ? afterBom(this.#view, 0, this.#view.length) : 0) === OPEN_BRACE
    const head = this.#head.length < HEAD_BYTES_MAX ? Buffer.concat([this.#head, this.#view.subarray(0, HEAD_BYTES_MAX)]).subarray(0, HEAD_BYTES_MAX) : this.#head
    let marked = this.#markers.some(marker => this.#view.includes(marker))
    // Each piece keeps the last bytes of the one before: a marker across the seam is found, and so is the tail.
    let base = start + this.#view.length - TAIL_BYTES
    this.#window.copyWithin(0, this.#view.length - TAIL_BYTES, this.#view.length)
    for (;;) {
      const got = this.#readInto(TAIL_BYTES, base + TAIL_BYTES)
      if (got === 0) return this.#backTo(start)
      const piece = this.#window.subarray(0, TAIL_BYTES + got)
      const lf = piece.indexOf(LF)
      const upTo = lf === -1 ? piece : piece.subarray(0, lf)
      marked ||= this.#markers.some(marker => upTo.includes(marker))
      if (lf !== -1) {
        this.#head = head
        this.#endLongLine(sink, { start, length: base + lf - start, marked, whole: opens && lastInk(upTo) === CLOSE_BRACE }, piece.subarray(0, lf + 1))
        return true
      }
      base += got
      this.#window.copyWithin(0, got, got + TAIL_BYTES)
    }
  }

  #endLongLine(sink: LineSink, line: { start: number; length: number; marked: boolean; whole: boolean }, last: Buffer): void {
    this.lines++
    this.#before = Uint8Array.from(last.subarray(-TAIL_BYTES))
    if (line.length > LINE_BYTES_MAX) sink.gap(line.start, line.length)
    else if (line.marked) {
      const bytes = Buffer.allocUnsafeSlow(line.length)
      let read = 0
      for (let got = -1; read < line.length && got !== 0; read += got) got = this.#read(bytes, read, line.length - read, line.start + read)
      sink.marked(bytes.subarray(line.start === 0 ? afterBom(bytes, 0, read) : 0, read), line.start)
    } else if (!line.whole) sink.odd(line.start)
    this.#restartAt(line.start + line.length + 1)
  }

  /** The long line is unfinished: stand at its start again, with nothing in the window. */
  #backTo(start: number): false {
    this.#restartAt(start)
    return false
  }

  #restartAt(offset: number): void {
    this.#base = offset
    this.#at = 0
    this.#view = this.#window.subarray(0, 0)
    this.#hits = this.#markers.map(() => Infinity)
  }
}

const found = (index: number): number => (index === -1 ? Infinity : index)

function afterBom(bytes: Buffer, start: number, end: number): number {
  return end - start >= BOM.length && BOM.every((byte, k) => bytes[start + k] === byte) ? start + BOM.length : start
}

/** A cheap look at a line that cannot matter: white space, or something from `{` to `}`. A torn line is neither. */
function isObjectOrBlank(bytes: Buffer, start: number, end: number): boolean {
  while (start < end && (bytes[start] as number) <= 0x20) start++
  while (start < end && (bytes[end - 1] as number) <= 0x20) end--
  return start === end || (bytes[start] === OPEN_BRACE && bytes[end - 1] === CLOSE_BRACE)
}

function firstInk(bytes: Buffer, start: number): number {
  while (start < bytes.length && (bytes[start] as number) <= 0x20) start++
  return bytes[start] ?? 0
}

function lastInk(bytes: Buffer): number {
  let end = bytes.length
  while (end > 0 && (bytes[end - 1] as number) <= 0x20) end--
  return bytes[end - 1] ?? 0
}

function lastBytes(before: Uint8Array, after: Uint8Array): Uint8Array {
  if (after.length >= TAIL_BYTES) return after.subarray(after.length - TAIL_BYTES)
  return Buffer.concat([before, after]).subarray(-TAIL_BYTES)
}
