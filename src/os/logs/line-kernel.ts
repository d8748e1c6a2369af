// The line reader's inner loop in WebAssembly: this file lays out its memory, line-kernel.wat is the loop. A gigabyte of
// logs passes it in 0.3 s of processor; searches from JavaScript and a walk of each line took three times as long.
// It knows bytes, markers and plans of fields; what a line means it leaves to others.
import type { FieldPlan, FoundFields, PlannedField } from '../../core/tailing/field-plan.ts'
import { KERNEL } from './line-kernel-bytes.ts'

/** Reading into a window that fits the second-level cache keeps the searches that follow in it. */
export const WINDOW_BYTES = 512 * 1024

// As line-kernel.wat has them.
const CONTROL = 524_544, SPANS = 524_608, ONES = 525_568, MIDDLE = 525_600, FIRST = 525_632, SECOND = 525_696, PLANS = 525_824
const NODE_BYTES = 144, FIELD_BYTES = 48, SLOTS_BYTES_AT = 128
const MARKER_BYTES_MAX = 16

/** What `next` found. plain: with a marker, its fields not looked for or not as expected. */
export const NOTHING = 0, ODD = 1, PLAIN = 2, PICKED = 3
export type Found = typeof NOTHING | typeof ODD | typeof PLAIN | typeof PICKED

type Next = (at: number, from: number, end: number, plan: number) => Found
interface Instance { readonly exports: { readonly memory: { readonly buffer: ArrayBuffer }; readonly next: Next } }
interface Engine { readonly Module: new (bytes: Uint8Array) => object; readonly Instance: new (module: object) => Instance }

/** One for each thread that reads: its window is the memory that the loop runs in. */
export class LineKernel {
  /** What is read into: the first WINDOW_BYTES of the loop's own memory. */
  readonly window: Buffer
  readonly #next: Next
  readonly #words: Int32Array
  readonly #bytes: Uint8Array
  readonly #plans = new Map<FieldPlan, number>()
  #free = PLANS
  #markers: readonly Buffer[] | null = null
  /** The fields of the line that was found last: good until the next one is looked for. */
  readonly found: FoundFields & { start: number; end: number }

  constructor({ exports: { memory, next } }: Instance) {
    this.window = Buffer.from(memory.buffer, 0, WINDOW_BYTES)
    this.#bytes = new Uint8Array(memory.buffer)
    this.#words = new Int32Array(memory.buffer)
    this.#next = next
    this.#bytes.fill(0xff, ONES, MIDDLE)
    this.found = { bytes: this.window, spans: new Int32Array(memory.buffer, SPANS, (ONES - SPANS) / Int32Array.BYTES_PER_ELEMENT), start: 0, end: 0 }
  }

  /** Can these be looked for in this window? */
  takes(window: Buffer, markers: readonly Buffer[]): boolean {
    return window.buffer === this.window.buffer && window.byteOffset === 0 && markers.length > 0 && markers.length <= 2 && markers.every(marker => marker.length > 1 && marker.length <= MARKER_BYTES_MAX && !marker.includes(0x0a))
  }

  /** Looks for these from now on; returns what `next` is to be given for the plan. */
  prepare(markers: readonly Buffer[], plan: FieldPlan | null): number {
    if (this.#markers !== markers) {
      this.#markers = markers
      this.#writeMarker(FIRST, markers[0] as Buffer)
      this.#writeMarker(SECOND, markers.at(-1) as Buffer)
    }
    return plan ? this.#addressOf(plan) : 0
  }

  /**
   * Looks on through window bytes [at, end), where a line starts at `at` and its content at `from`. What was found lies in
   * `found.start` and `found.end` (its newline); of NOTHING the unfinished line starts at `found.start`.
   */
  next(at: number, from: number, end: number, plan: number): Found {
    const what = this.#next(at, from, end, plan)
    const words = this.#words
    this.found.start = words[(CONTROL + 4) >> 2] as number
    this.found.end = words[(CONTROL + 8) >> 2] as number
    return what
  }

  /** Lines that the last `next` passed, the found one included. */
  get lines(): number { return this.#words[(CONTROL + 12) >> 2] as number }

  #writeMarker(at: number, marker: Buffer): void {
    this.#bytes.fill(0, at, at + 32)
    this.#bytes.set(marker, at)
    this.#bytes.fill(0xff, at + 16, at + 16 + marker.length)
    this.#words[(at + 32) >> 2] = marker.length - 1
  }

  #addressOf(plan: FieldPlan): number {
    let address = this.#plans.get(plan)
    if (address === undefined) {
      address = this.#writeNode(plan.fields)
      this.#words[(address + SLOTS_BYTES_AT) >> 2] = Math.ceil(plan.slots / 2) * 16
      this.#plans.set(plan, address)
    }
    return address
  }

  /** A table by length of name, then the fields, each naming the next of its length. */
  #writeNode(fields: readonly PlannedField[]): number {
    const node = this.#take(NODE_BYTES)
    for (const { name, slot, fields: inner, choice } of fields) {
      const field = this.#take(FIELD_BYTES), byLength = (node >> 2) + name.length
      this.#bytes.set(Buffer.from(name, 'latin1'), field)
      this.#setWords(field + 32, [SPANS + slot * 8, inner ? this.#writeNode(inner) : 0, choice ? this.#writeWords(choice) : 0, this.#words[byLength] as number])
      this.#words[byLength] = field
    }
    return node
  }

  /** Zero behind the last: no word has no letter. */
  #writeWords({ take, leave }: { readonly take: readonly string[]; readonly leave: readonly string[] }): number {
    const list = this.#take(FIELD_BYTES * (take.length + leave.length + 1))
    for (const [index, word] of [...take, ...leave].entries()) {
      this.#bytes.set(Buffer.from(word, 'latin1'), list + index * FIELD_BYTES)
      this.#setWords(list + index * FIELD_BYTES + 32, [word.length, index < take.length ? 0 : -1])
    }
    return list
  }

  #setWords(at: number, values: readonly number[]): void {
    for (const [index, value] of values.entries()) this.#words[(at >> 2) + index] = value
  }

  #take(bytes: number): number {
    const at = this.#free
    this.#free += bytes
    if (this.#free > this.#bytes.length) throw new Error('the plans of all sources are larger than their room')
    return at
  }
}

/** Null where this machine's or this engine's WebAssembly cannot run it (no SIMD, no address space): then JavaScript reads. */
export function lineKernel(engine: unknown = (globalThis as { WebAssembly?: unknown }).WebAssembly, bytes: Uint8Array = Buffer.from(KERNEL, 'base64')): LineKernel | null {
  const { Module, Instance } = (engine ?? {}) as Partial<Engine>
  if (!Module || !Instance) return null
  try {
    return new LineKernel(new Instance(new Module(bytes)))
  } catch {
    return null
  }
}
